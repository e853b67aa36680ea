package parser

import "encoding/binary"

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
	at := pos + 4*n
	for len(descriptors) >= 4 {
		size := uint16(descriptors[0]) | uint16(descriptors[1])<<8
		slots = append(slots, slot{uint32(at), size, descriptors[2]})
		at += int(size)
		descriptors = descriptors[4:]
	}
	if at > end {
		return errDescriptors
	}
	in.slots = slots
	in.next = at
	return nil
}
