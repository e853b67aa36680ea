package parser

import (
	"encoding/binary"
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

	guids     []event.GUID // the first is none
	guidTable []event.GUIDID
	firstG    event.GUIDID // not yet handed over

	sids map[string]event.StringID // by their bytes

	// What was asked for lately, by a part of its bytes. An entry is a guess
	// that is compared with all of them.
	recent      [4096]recentText
	recentSIDs  [256]recentText
	sidBytes    []byte
	recentGUIDs [256]recentGUID

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

// recentText is where a text's bytes are, and its number.
type recentText struct {
	start, end uint32
	id         event.StringID
}

type recentGUID struct {
	guid event.GUID
	id   event.GUIDID
}

// mix makes a number of raw's length and of up to 24 of its bytes.
func mix(raw []byte) uint64 {
	n := len(raw)
	if n < 8 {
		h := uint64(n)
		for _, c := range raw {
			h = h<<8 | uint64(c)
		}
		return h * 0x9e3779b97f4a7c15
	}
	h := binary.LittleEndian.Uint64(raw) * 0x9e3779b97f4a7c15
	h ^= binary.LittleEndian.Uint64(raw[n-8:]) * 0xc2b2ae3d27d4eb4f
	h ^= (binary.LittleEndian.Uint64(raw[n/2-4:]) + uint64(n)) * 0x165667b19e3779f9
	return h ^ h>>29
}

// reset ends the dictionary and starts the one of that number.
func (d *dictionary) reset(number uint64) {
	d.number = number
	d.generation++
	d.table = make([]entry, 1<<12)
	d.raw, d.starts = nil, []uint32{0, 0}
	d.first, d.size = 1, 0
	d.guids, d.guidTable, d.firstG = make([]event.GUID, 1), make([]event.GUIDID, 1<<10), 1
	d.sids = make(map[string]event.StringID)
	d.sidBytes = nil
	d.recent, d.recentSIDs, d.recentGUIDs = [4096]recentText{}, [256]recentText{}, [256]recentGUID{}
}

func (d *dictionary) full() bool {
	return len(d.starts) > maxTexts || d.size > maxTextBytes || len(d.guids) > maxGUIDs
}

// text returns the number of a string given in UTF-16LE.
func (d *dictionary) text(raw []byte) event.StringID {
	r := &d.recent[mix(raw)>>52]
	if r.id != 0 && string(d.raw[r.start:r.end]) == string(raw) {
		return r.id
	}
	id := d.find(raw)
	*r = recentText{d.starts[id], d.starts[id+1], id}
	return id
}

func (d *dictionary) find(raw []byte) event.StringID {
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
	r := &d.recentSIDs[mix(raw)>>56]
	if r.id != 0 && string(d.sidBytes[r.start:r.end]) == string(raw) {
		return r.id, true
	}
	start := uint32(len(d.sidBytes))
	id, ok := d.sids[string(raw)]
	if !ok {
		text := sidText(nil, raw)
		if text == nil {
			return 0, false
		}
		id = d.utf8(string(text))
		d.sids[string(raw)] = id
		d.size += 48
	}
	d.size += len(raw)
	d.sidBytes = append(d.sidBytes, raw...)
	*r = recentText{start, uint32(len(d.sidBytes)), id}
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
	r := &d.recentGUIDs[mix(g[:])>>56]
	if r.guid == g {
		return r.id
	}
	id := d.findGUID(&g)
	*r = recentGUID{g, id}
	return id
}

func (d *dictionary) findGUID(g *event.GUID) event.GUIDID {
	mask := uint64(len(d.guidTable) - 1)
	i := maphash.Bytes(d.seed, g[:]) & mask
	for ; d.guidTable[i] != 0; i = (i + 1) & mask {
		if d.guids[d.guidTable[i]] == *g {
			return d.guidTable[i]
		}
	}
	id := event.GUIDID(len(d.guids))
	d.guids = append(d.guids, *g)
	d.guidTable[i] = id
	if 2*len(d.guids) > len(d.guidTable) {
		d.growGUIDs()
	}
	return id
}

func (d *dictionary) growGUIDs() {
	d.guidTable = make([]event.GUIDID, 2*len(d.guidTable))
	mask := uint64(len(d.guidTable) - 1)
	for id := 1; id < len(d.guids); id++ {
		i := maphash.Bytes(d.seed, d.guids[id][:]) & mask
		for d.guidTable[i] != 0 {
			i = (i + 1) & mask
		}
		d.guidTable[i] = event.GUIDID(id)
	}
}

// hand moves what was learnt since the batch before into b. The batch's texts
// share one piece of memory.
func (d *dictionary) hand(b *event.Batch) {
	b.Dictionary = d.number
	b.FirstGUID, b.GUIDs = d.firstG, append([]event.GUID(nil), d.guids[d.firstG:]...)
	d.firstG = event.GUIDID(len(d.guids))

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
