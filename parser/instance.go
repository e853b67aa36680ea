package parser

import (
	"encoding/binary"
	"slices"
)

// maxNesting bounds fragments within values of fragments. Real events have
// two: the event, and its data.
const maxNesting = 8

// slot is where one value of a template's instance lies in the chunk.
type slot struct {
	offset uint32
	size   uint16
	kind   uint8 // an event.Type as it was logged
}

// The types of values that the format has beyond those of package event.
const typeFragment = 0x21 // binary XML

// instance is a template's use: its definition and its values.
type instance struct {
	definition int // offset in the chunk of its 24-byte head
	body, end  int // of the definition's fragment
	slots      []slot
	next       int // where what follows the instance starts
}

const definitionHead = 24 // link to the next, GUID, size of the fragment

// readInstance reads the template instance at pos, and appends its values'
// places to slots.
func readInstance(chunk []byte, pos, end int, slots []slot) (instance, error) {
	var in instance
	if end-pos < 10 {
		return in, errCutOff
	}
	id := binary.LittleEndian.Uint32(chunk[pos+2:])
	offset := int64(binary.LittleEndian.Uint32(chunk[pos+6:]))
	pos += 10
	if offset < chunkHeaderSize || offset+definitionHead > int64(len(chunk)) {
		return in, errTemplate
	}
	in.definition = int(offset)
	size := int64(binary.LittleEndian.Uint32(chunk[offset+20:]))
	in.body = in.definition + definitionHead
	if size > int64(len(chunk)-in.body) {
		return in, errTemplate
	}
	in.end = in.body + int(size)
	if binary.LittleEndian.Uint32(chunk[offset+4:]) != id {
		return in, errTemplateID
	}
	if in.definition == pos {
		pos = in.end
	}
	return in, in.readValues(chunk, pos, end, slots)
}

// readValues reads the descriptors at pos: a count, then size and type of
// each value, then the values.
func (in *instance) readValues(chunk []byte, pos, end int, slots []slot) error {
	if end-pos < 4 {
		return errCutOff
	}
	count := int64(binary.LittleEndian.Uint32(chunk[pos:]))
	pos += 4
	if count*4 > int64(end-pos) {
		return errDescriptors
	}
	n := int(count)
	descriptors := chunk[pos : pos+4*n]
	at := uint32(pos + 4*n)
	first := len(slots)
	slots = slices.Grow(slots, n)[:first+n]
	for i, own := 0, slots[first:]; i < len(own); i++ {
		word := binary.LittleEndian.Uint32(descriptors[4*i:])
		own[i] = slot{at, uint16(word), uint8(word >> 16)}
		at += word & 0xffff
	}
	if int64(at) > int64(end) {
		return errDescriptors
	}
	in.slots = slots
	in.next = int(at)
	return nil
}
