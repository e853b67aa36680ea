package evtxwrite

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"

	"spoor/model/event"
)

const (
	chunkSize = 64 << 10
	// chunkRoom is where records must end: libevtx loses the last record of a
	// chunk that is full to its last byte.
	chunkRoom       = chunkSize - 8
	chunkHeaderSize = 512
	nameBuckets     = 64
	templateBuckets = 32
	recordHeadSize  = 24
)

// chunk is the chunk being filled. Names and templates are kept once; each
// bucket's newest entry points to the one before it.
type chunk struct {
	buf       []byte // from the chunk's header on
	names     map[string]uint32
	templates map[event.GUID]uint32
	heads     bucketHeads
	// newNames and newTemplates are the entries of the record being written,
	// to be forgotten if it does not fit.
	newNames     []string
	newTemplates []event.GUID

	records               int
	firstNumber           uint64 // position in the file, from 1
	firstID, lastID       uint64
	lastRecord            uint32 // offset
	slots, nestedSlots    []slot
	shape, nestedShapeBuf []byte
}

type bucketHeads struct {
	names     [nameBuckets]uint32
	templates [templateBuckets]uint32
}

type recordHeader struct {
	number  uint64
	written event.FileTime
}

func newChunk() *chunk {
	c := &chunk{buf: make([]byte, 0, chunkSize+4096)}
	c.reset()
	return c
}

func (c *chunk) reset() {
	c.buf = c.buf[:chunkHeaderSize]
	clear(c.buf)
	c.names = make(map[string]uint32, len(c.names))
	c.templates = make(map[event.GUID]uint32, len(c.templates))
	c.heads = bucketHeads{}
	c.newNames, c.newTemplates = c.newNames[:0], c.newTemplates[:0]
	c.records, c.lastRecord = 0, 0
}

// mark is what undo goes back to.
type mark struct {
	size  int
	heads bucketHeads
}

func (c *chunk) mark() mark {
	c.newNames, c.newTemplates = c.newNames[:0], c.newTemplates[:0]
	return mark{len(c.buf), c.heads}
}

func (c *chunk) undo(m mark) {
	c.buf, c.heads = c.buf[:m.size], m.heads
	for _, n := range c.newNames {
		delete(c.names, n)
	}
	for _, g := range c.newTemplates {
		delete(c.templates, g)
	}
}

func (c *chunk) beginRecord(h recordHeader) int {
	start := len(c.buf)
	c.buf = append(c.buf, '*', '*', 0, 0, 0, 0, 0, 0)
	c.u64(h.number)
	c.u64(uint64(h.written))
	return start
}

// endRecord pads the record to 8 bytes, as Windows does, and repeats its size
// at its end.
func (c *chunk) endRecord(start int, h recordHeader, position uint64) error {
	for (len(c.buf)-start+4)%8 != 0 {
		c.u8(0)
	}
	size := uint32(len(c.buf) - start + 4)
	c.u32(size)
	if len(c.buf) > chunkRoom {
		return ErrTooLarge
	}
	binary.LittleEndian.PutUint32(c.buf[start+4:], size)
	if c.records == 0 {
		c.firstNumber, c.firstID = position, h.number
	}
	c.lastID, c.lastRecord = h.number, uint32(start)
	c.records++
	return nil
}

// seal fills in the header and returns the whole chunk, valid until the next
// use of c.
func (c *chunk) seal() []byte {
	le := binary.LittleEndian
	free := len(c.buf)
	b := c.buf
	if cap(b) < chunkSize {
		b = append(make([]byte, 0, chunkSize), b...)
	}
	b = b[:chunkSize]
	clear(b[free:])
	lastNumber := c.firstNumber + uint64(c.records) - 1
	if c.records == 0 {
		c.firstNumber, c.firstID = 1, 1
		lastNumber, c.lastID = ^uint64(0), ^uint64(0)
	}
	copy(b, "ElfChnk\x00")
	le.PutUint64(b[8:], c.firstNumber)
	le.PutUint64(b[16:], lastNumber)
	le.PutUint64(b[24:], c.firstID)
	le.PutUint64(b[32:], c.lastID)
	le.PutUint32(b[40:], 128)
	le.PutUint32(b[44:], c.lastRecord)
	le.PutUint32(b[48:], uint32(free))
	le.PutUint32(b[52:], crc32.ChecksumIEEE(b[chunkHeaderSize:free]))
	for i, at := range c.heads.names {
		le.PutUint32(b[128+4*i:], at)
	}
	for i, at := range c.heads.templates {
		le.PutUint32(b[384+4*i:], at)
	}
	sum := crc32.ChecksumIEEE(b[:120])
	le.PutUint32(b[124:], crc32.Update(sum, crc32.IEEETable, b[128:chunkHeaderSize]))
	c.buf = b
	return b
}

// name writes a reference to a name, and the name itself where the chunk does
// not hold it yet.
func (c *chunk) name(s string) error {
	if at, ok := c.names[s]; ok {
		c.u32(at)
		return nil
	}
	if strings.HasPrefix(s, "?") {
		return fmt.Errorf("the processing instruction %q", s)
	}
	c.u32(uint32(len(c.buf) + 4))
	at := uint32(len(c.buf))
	c.u32(0)
	c.u32(0) // hash and length
	text := len(c.buf)
	buf, err := appendUTF16(c.buf, s)
	if err != nil {
		return err
	}
	c.buf = buf
	units := (len(buf) - text) / 2
	if units == 0 || units > 1<<15 {
		return badName(units)
	}
	hash := nameHash(buf[text:])
	c.u16(0)
	bucket := &c.heads.names[hash%nameBuckets]
	binary.LittleEndian.PutUint32(c.buf[at:], *bucket)
	binary.LittleEndian.PutUint16(c.buf[at+4:], hash)
	binary.LittleEndian.PutUint16(c.buf[at+6:], uint16(units))
	*bucket = at
	c.names[s] = at
	c.newNames = append(c.newNames, s)
	return c.room()
}

// nameHash is the hash of the chunk's table of names, over UTF-16 units.
func nameHash(utf16 []byte) uint16 {
	var h uint32
	for i := 0; i+1 < len(utf16); i += 2 {
		h = h*65599 + uint32(binary.LittleEndian.Uint16(utf16[i:]))
	}
	return uint16(h)
}

// room reports whether what is written so far still fits.
func (c *chunk) room() error {
	if len(c.buf) > chunkRoom {
		return ErrTooLarge
	}
	return nil
}

func (c *chunk) u8(n byte)    { c.buf = append(c.buf, n) }
func (c *chunk) u16(n uint16) { c.buf = binary.LittleEndian.AppendUint16(c.buf, n) }
func (c *chunk) u32(n uint32) { c.buf = binary.LittleEndian.AppendUint32(c.buf, n) }
func (c *chunk) u64(n uint64) { c.buf = binary.LittleEndian.AppendUint64(c.buf, n) }

func (c *chunk) setU32(at int, n uint32) { binary.LittleEndian.PutUint32(c.buf[at:], n) }
