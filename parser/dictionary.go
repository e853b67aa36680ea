package parser

import (
	"encoding/binary"

	"spoor/model/event"
)

// Bounds on a dictionary. One that passes them is ended, and the next batch
// starts another, so that memory stays the same however many strings differ.
const (
	maxTexts     = 1 << 16
	maxTextBytes = 4 << 20
	maxGUIDs     = 1 << 16
)

// dictionary numbers the strings and GUIDs of one decoder. Strings are found
// by their bytes in the log, so that nothing is converted twice. A GUID may get
// a second number: most are of one logon and never come again, and a table of
// all of them costs more than it saves.
type dictionary struct {
	name       uint64 // as batches name it
	generation uint64

	texts     interner       // by UTF-16LE
	first     event.StringID // not yet handed over
	guids     []event.GUID   // not yet handed over, firstGUID and on
	firstGUID event.GUIDID
	// recentGUIDs are those met lately, by their last bytes: a GUID comes again
	// soon, if at all.
	recentGUIDs [1024]knownGUID

	sids     interner         // by their bytes
	sidTexts []event.StringID // by their number

	utf8s, utf16s []byte // scratch
	ends          []int
}

type knownGUID struct {
	guid event.GUID
	id   event.GUIDID
}

func newDictionary() *dictionary {
	d := &dictionary{}
	d.reset(0)
	return d
}

// reset ends the dictionary and starts the one of that name.
func (d *dictionary) reset(name uint64) {
	d.name = name
	d.generation++
	d.texts.reset()
	d.guids, d.recentGUIDs = d.guids[:0], [1024]knownGUID{}
	d.sids.reset()
	d.sidTexts = []event.StringID{0}
	d.first, d.firstGUID = 1, 1
}

func (d *dictionary) full() bool {
	return d.texts.count() >= maxTexts || len(d.texts.raw)+len(d.sids.raw) >= maxTextBytes ||
		d.firstGUID >= maxGUIDs || d.sids.count() >= maxTexts
}

// text returns the number of a string given in UTF-16LE.
func (d *dictionary) text(raw []byte) event.StringID {
	n, _ := d.texts.number(raw)
	return event.StringID(n)
}

// sid returns the number of a security identifier's text, given its bytes.
func (d *dictionary) sid(raw []byte) (event.StringID, bool) {
	if len(raw) < 8 || len(raw) < sidSize(raw) {
		return 0, false
	}
	n, added := d.sids.number(raw[:sidSize(raw)])
	if added {
		d.utf8s = sidText(d.utf8s[:0], raw)
		d.utf16s = appendUTF16LE(d.utf16s[:0], string(d.utf8s))
		d.sidTexts = append(d.sidTexts, d.text(d.utf16s))
	}
	return d.sidTexts[n], true
}

// utf8 returns the number of a string given in WTF-8.
func (d *dictionary) utf8(text string) event.StringID {
	d.utf16s = appendUTF16LE(d.utf16s[:0], text)
	return d.text(d.utf16s)
}

// string returns the text of that number.
func (d *dictionary) string(id event.StringID) string {
	if id == 0 {
		return ""
	}
	return utf16Text(d.texts.at(uint32(id)))
}

// guid returns a number of a GUID, given its bytes.
func (d *dictionary) guid(g []byte) event.GUIDID {
	low, high := binary.LittleEndian.Uint64(g), binary.LittleEndian.Uint64(g[8:])
	if low|high == 0 {
		return 0
	}
	known := &d.recentGUIDs[(low^high)*0x9e3779b97f4a7c15>>54]
	if known.id == 0 || known.guid != event.GUID(g) {
		d.guids = append(d.guids, event.GUID(g))
		*known = knownGUID{event.GUID(g), d.firstGUID + event.GUIDID(len(d.guids)) - 1}
	}
	return known.id
}

// hand moves what was learnt since the batch before into b. The batch's texts
// share one piece of memory.
func (d *dictionary) hand(b *event.Batch) {
	b.Dictionary = d.name
	b.FirstText, b.FirstGUID = d.first, d.firstGUID
	if len(d.guids) > 0 {
		b.GUIDs = append([]event.GUID(nil), d.guids...)
		d.firstGUID += event.GUIDID(len(d.guids))
		d.guids = d.guids[:0]
	}
	last := event.StringID(d.texts.count())
	if last < d.first {
		return
	}
	d.ends, d.utf8s = d.ends[:0], d.utf8s[:0]
	for id := d.first; id <= last; id++ {
		d.utf8s = appendUTF16(d.utf8s, d.texts.at(uint32(id)))
		d.ends = append(d.ends, len(d.utf8s))
	}
	b.Texts = make([]string, len(d.ends))
	all, from := string(d.utf8s), 0
	for i, end := range d.ends {
		b.Texts[i] = all[from:end]
		from = end
	}
	d.first = last + 1
}
