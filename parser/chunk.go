package parser

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

const (
	chunkHeaderSize  = 512 // the header's 128 bytes, then tables of strings and templates
	recordHeaderSize = 24
	minRecordSize    = recordHeaderSize + 4 // a record ends with its size again
)

var recordMagic = []byte("**\x00\x00")

const recordSignature = 0x2a2a // recordMagic as a number

// chunk is one chunk's bytes and what its header says of them.
type chunk struct {
	data      []byte // at most chunkSize
	free      int    // where the header says that free space starts
	bounded   bool   // false where it says nonsense; then free is len(data)
	empty     bool   // zero bytes, or a header without a record
	carved    bool   // found by Carve
	checksums bool   // false where the chunk says that it has none
	sound     bool   // the header is as it was written
	damage    string // what is wrong with the chunk as a whole, or ""
	print     uint32 // of header and records, to see whether they change; never 0
}

// readChunk looks at a chunk's header and checks its checksums. size is how
// many bytes of a whole chunk the file holds.
func readChunk(data []byte) chunk {
	c := chunk{data: data, free: len(data), print: 1}
	switch {
	case len(data) < chunkSize:
		if isZero(data) {
			c.empty = true
			return c
		}
		c.damage = fmt.Sprintf("the chunk is cut off: the file holds %d of its %d bytes", len(data), chunkSize)
		if len(data) < chunkHeaderSize {
			return c
		}
	case !bytes.HasPrefix(data, chunkMagic):
		if isZero(data) {
			c.empty = true
			return c
		}
		c.damage = "the chunk does not begin with ElfChnk"
	}
	free := int64(binary.LittleEndian.Uint32(data[48:]))
	c.bounded = free >= chunkHeaderSize && free <= chunkSize
	if c.bounded {
		c.free = int(min(free, int64(len(data))))
	}
	c.checksums = binary.LittleEndian.Uint32(data[120:])&noChecksums == 0
	head, records := headerSum(data), crc32.ChecksumIEEE(data[chunkHeaderSize:c.free])
	c.print = (head ^ records) | 1
	c.sound = bytes.HasPrefix(data, chunkMagic) && (!c.checksums || head == binary.LittleEndian.Uint32(data[124:]))
	switch {
	case c.damage != "":
	case c.checksums && head != binary.LittleEndian.Uint32(data[124:]):
		c.damage = "the checksum of the chunk's header is wrong"
	case !c.bounded:
		c.damage = fmt.Sprintf("the chunk's free space starts at %d, outside it", free)
	case c.checksums && records != binary.LittleEndian.Uint32(data[52:]):
		c.damage = "the checksum of the chunk's records is wrong"
	}
	return c
}

// headerSum is the checksum of a chunk's header, without its flags and
// itself, and of the tables after it.
func headerSum(data []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(data[:120]), crc32.IEEETable, data[128:chunkHeaderSize])
}

var zeros [4096]byte

func isZero(b []byte) bool {
	for len(b) > len(zeros) {
		if !bytes.Equal(b[:len(zeros)], zeros[:]) {
			return false
		}
		b = b[len(zeros):]
	}
	return bytes.Equal(b, zeros[:len(b)])
}
