package parser

import (
	"hash/maphash"

	"spoor/model/event"
)

// Bounds on a dictionary. One that passes them is ended, and the next batch
// starts another, so that memory stays the same however many strings differ.
const (
	maxTexts     = 1 << 18
	maxTextBytes = 16 << 20
	maxGUIDs     = 1 << 18
)

// dictionary numbers the strings and GUIDs of one decoder. Strings are found
// by their bytes in the log, so that nothing is converted twice.
type dictionary struct {
	number     uint64 // as batches name it
	generation uint64

	seed   maphash.Seed
	table  []entry // open addressing; a power of two
	raw    []byte  // the strings' UTF-16LE, one after another
	starts []uint32
	first  event.StringID // not yet handed over
	size   int            // bytes kept

	guids    map[event.GUID]event.GUIDID
	newGUIDs []event.GUID
	firstG   event.GUIDID

	sids map[string]event.StringID // by their bytes

	utf, utf16 []byte // scratch
	ends       []int
}

type entry struct {
	hash uint32
	id   event.StringID
}

func newDictionary() *dictionary {
	d := &dictionary{seed: maphash.MakeSeed()}
	d.reset(0)
	return d
}

// reset ends the dictionary and starts the one of that number.
func (d *dictionary) reset(number uint64) {
	d.number = number
	d.generation++
	d.table = make([]entry, 1<<12)
	d.raw, d.starts = nil, []uint32{0, 0}
	d.first, d.size = 1, 0
	d.guids, d.newGUIDs, d.firstG = make(map[event.GUID]event.GUIDID), nil, 1
	d.sids = make(map[string]event.StringID)
}

func (d *dictionary) full() bool {
	return len(d.starts) > maxTexts || d.size > maxTextBytes || len(d.guids) > maxGUIDs
}

// text returns the number of a string given in UTF-16LE.
func (d *dictionary) text(raw []byte) event.StringID {
	hash := uint32(maphash.Bytes(d.seed, raw))
	mask := uint32(len(d.table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		e := &d.table[i]
		if e.id == 0 {
			return d.add(raw, hash, e)
		}
		if e.hash == hash && string(d.raw[d.starts[e.id]:d.starts[e.id+1]]) == string(raw) {
			return e.id
		}
	}
}

func (d *dictionary) add(raw []byte, hash uint32, e *entry) event.StringID {
	id := event.StringID(len(d.starts) - 1)
	*e = entry{hash, id}
	d.raw = append(d.raw, raw...)
	d.starts = append(d.starts, uint32(len(d.raw)))
	d.size += len(raw) + 16
	if int(id)*2 > len(d.table) {
		d.grow()
	}
	return id
}

func (d *dictionary) grow() {
	old := d.table
	d.table = make([]entry, 2*len(old))
	mask := uint32(len(d.table) - 1)
	for _, e := range old {
		if e.id == 0 {
			continue
		}
		i := e.hash & mask
		for d.table[i].id != 0 {
			i = (i + 1) & mask
		}
		d.table[i] = e
	}
}

// sid returns the number of a security identifier's text, given its bytes.
func (d *dictionary) sid(raw []byte) (event.StringID, bool) {
	if len(raw) >= 8 && len(raw) > sidSize(raw) {
		raw = raw[:sidSize(raw)]
	}
	if id, ok := d.sids[string(raw)]; ok {
		return id, true
	}
	text := sidText(nil, raw)
	if text == nil {
		return 0, false
	}
	id := d.utf8(string(text))
	d.sids[string(raw)] = id
	d.size += len(raw) + 48
	return id, true
}

// utf8 returns the number of a string given in WTF-8.
func (d *dictionary) utf8(text string) event.StringID {
	d.utf16 = appendUTF16LE(d.utf16[:0], text)
	return d.text(d.utf16)
}

// string returns the text of that number.
func (d *dictionary) string(id event.StringID) string {
	if id == 0 {
		return ""
	}
	return utf16Text(d.raw[d.starts[id]:d.starts[id+1]])
}

func (d *dictionary) guid(g event.GUID) event.GUIDID {
	if g == (event.GUID{}) {
		return 0
	}
	id, ok := d.guids[g]
	if !ok {
		id = event.GUIDID(len(d.guids) + 1)
		d.guids[g] = id
		d.newGUIDs = append(d.newGUIDs, g)
	}
	return id
}

// hand moves what was learnt since the batch before into b. The batch's texts
// share one piece of memory.
func (d *dictionary) hand(b *event.Batch) {
	b.Dictionary = d.number
	b.FirstGUID, b.GUIDs = d.firstG, d.newGUIDs
	d.firstG += event.GUIDID(len(d.newGUIDs))
	d.newGUIDs = nil

	b.FirstText = d.first
	last := event.StringID(len(d.starts) - 1)
	if last <= d.first {
		return
	}
	b.Texts = make([]string, 0, last-d.first)
	d.ends, d.utf = d.ends[:0], d.utf[:0]
	for id := d.first; id < last; id++ {
		d.utf = appendUTF16(d.utf, d.raw[d.starts[id]:d.starts[id+1]])
		d.ends = append(d.ends, len(d.utf))
	}
	all, from := string(d.utf), 0
	for _, end := range d.ends {
		b.Texts = append(b.Texts, all[from:end])
		from = end
	}
	d.first = last
}

// appendUTF16LE appends WTF-8 as UTF-16LE: the inverse of appendUTF16.
func appendUTF16LE(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; c < 0x80 {
			b = append(b, c, 0)
			i++
			continue
		}
		u, n := decodeWTF8(s[i:])
		i += n
		if u >= 0x10000 {
			u -= 0x10000
			high, low := 0xd800+u>>10, 0xdc00+u&0x3ff
			b = append(b, byte(high), byte(high>>8), byte(low), byte(low>>8))
			continue
		}
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}
