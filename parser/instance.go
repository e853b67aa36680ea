package parser

import (
	"encoding/binary"
	"slices"
)

// maxNesting bounds fragments within values of fragments. Real events have
// two: the event, and its data.
const maxNesting = 8

// slot is where one value lies in the chunk and what it is. It is one word,
// because millions are written for every second of reading: from the lowest
// bit on, 32 bits of offset, then the value's descriptor: 16 bits of size, 8 of
// type and 8 that mean nothing.
type slot uint64

const offsetBits slot = 1<<32 - 1

func newSlot(offset, size uint32, kind uint8) slot {
	return slot(offset) | slot(size)<<32 | slot(kind)<<48
}

func (s slot) offset() int { return int(uint32(s)) }
func (s slot) size() int   { return int(uint16(s >> 32)) }

// kind is an event.Type as it was logged.
func (s slot) kind() uint8 { return uint8(s >> 48) }

// of returns the value's bytes.
func (s slot) of(chunk []byte) []byte {
	return chunk[uint32(s) : uint32(s)+uint32(uint16(s>>32))]
}

// The types of values that the format has beyond those of package event.
const typeFragment = 0x21 // binary XML

// instance is a template's use: its definition and its values.
type instance struct {
	definition int // offset in the chunk of its 24-byte head
	body, end  int // of the definition's fragment
	slots      []slot
	fragment   int // index of the first value that is a fragment, or how many values there are
	next       int // where what follows the instance starts
}

const definitionHead = 24 // link to the next, GUID, size of the fragment

// readInstance reads the template instance at pos, and appends its values'
// places to slots.
func readInstance(chunk []byte, pos, end int, slots []slot) (instance, error) {
	in, pos, err := readUse(chunk, pos, end)
	if err != nil {
		return in, err
	}
	return in, in.readValues(chunk, pos, end, slots)
}

// readUse reads which template the instance at pos uses, and returns where its
// values' descriptors are.
func readUse(chunk []byte, pos, end int) (in instance, values int, err error) {
	if end-pos < 10 {
		return in, 0, errCutOff
	}
	id := binary.LittleEndian.Uint32(chunk[pos+2:])
	offset := int64(binary.LittleEndian.Uint32(chunk[pos+6:]))
	pos += 10
	if offset < chunkHeaderSize || offset+definitionHead > int64(len(chunk)) {
		return in, 0, errTemplate
	}
	in.definition = int(offset)
	size := int64(binary.LittleEndian.Uint32(chunk[offset+20:]))
	in.body = in.definition + definitionHead
	if size > int64(len(chunk)-in.body) {
		return in, 0, errTemplate
	}
	in.end = in.body + int(size)
	if binary.LittleEndian.Uint32(chunk[offset+4:]) != id {
		return in, 0, errTemplateID
	}
	if in.definition == pos {
		pos = in.end
	}
	return in, pos, nil
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
	at := uint32(pos + 4*n)
	first := len(slots)
	slots = slices.Grow(slots, n)[:first+n]
	in.fragment = fillSlots(slots[first:], chunk[pos:pos+4*n], &at)
	if int64(at) > int64(end) {
		return errDescriptors
	}
	in.slots = slots
	in.next = int(at)
	return nil
}

// fillSlots makes slots of as many descriptors. The first value is at *at, and
// what follows the last is there when it is done. It returns the index of the
// first slot that is a fragment, or len(slots).
func fillSlots(slots []slot, descriptors []byte, at *uint32) (fragment int) {
	fragment = len(slots)
	offset := *at
	rest := slots
	for len(rest) >= 2 && len(descriptors) >= 8 {
		words := binary.LittleEndian.Uint64(descriptors)
		rest[0] = slot(offset) | slot(words)<<32
		offset += uint32(words) & 0xffff
		rest[1] = slot(offset) | slot(words)&^offsetBits
		offset += uint32(words>>32) & 0xffff
		if kinds := words & 0x00ff0000_00ff0000; (uint32(kinds) == typeFragment<<16 || kinds>>32 == typeFragment<<16) && fragment == len(slots) {
			fragment = len(slots) - len(rest)
			if uint32(kinds) != typeFragment<<16 {
				fragment++
			}
		}
		rest, descriptors = rest[2:], descriptors[8:]
	}
	if len(rest) > 0 && len(descriptors) >= 4 {
		word := binary.LittleEndian.Uint32(descriptors)
		rest[0] = slot(offset) | slot(word)<<32
		offset += word & 0xffff
		if word&0xff0000 == typeFragment<<16 && fragment == len(slots) {
			fragment = len(slots) - 1
		}
	}
	*at = offset
	return fragment
}
