package parser

import "spoor/model/event"

// decoder turns the records of one chunk after another into rows. One worker
// owns it; warm, it allocates nothing for a record.
type decoder struct {
	file       *File
	words      *vocabulary
	schemas    *event.Schemas
	templates  *templates
	skeletons  skeletons
	dictionary *dictionary

	buffer []byte // what is read of the file at once
	data   []byte // the chunk
	index  uint32 // of the chunk
	walker walker
	batch  *event.Batch
	runs   runs
	stats  event.FileStats
	ending ending

	// The record at hand.
	head                     head
	slots                    []slot
	frames                   []use
	scratch                  []*program // for fragments without a template
	used                     int        // of scratch
	rowsBefore, valuesBefore int        // in the batch before

	rows   []event.Row // memory that the next batch may have
	values []uint64

	kinds     map[kindKey]event.Kind
	joined    []byte // text made of several parts
	scratch16 []byte
}

// use is one program with the values that it is run on.
type use struct {
	program     *program
	first, last int // in decoder.slots
}

type kindKey struct {
	provider, channel event.StringID
	id                uint16
}

// knownKind is what a key of the dictionary of that generation stands for.
type knownKind struct {
	key        kindKey
	kind       event.Kind
	generation uint64
}

// head is what System says.
type head struct {
	provider, channel, computer event.StringID
	id                          uint16
	version                     uint8
	time                        event.FileTime
	record                      uint64
}

// whole reports whether System says all that every event's does. What is left
// of an old record may name a template that newer records overwrote in part:
// it unfolds to elements whose names are their bytes, and to no number, time or
// computer. That is no evidence of anything.
func (d *decoder) whole(h *head) bool {
	return d.says(h.provider) && d.says(h.channel) && d.says(h.computer) && h.record != 0 && h.time != 0
}

// says reports whether a text is there and not empty.
func (d *decoder) says(id event.StringID) bool {
	return id != 0 && len(d.dictionary.texts.at(uint32(id))) > 0
}

// record reads the record in s and adds it to the batch.
func (d *decoder) record(s span) error {
	d.slots, d.frames, d.used = d.slots[:0], d.frames[:0], 0
	if d.brief(s) {
		return nil
	}
	d.slots = d.slots[:0]
	start, end := s.xml()
	if err := d.fragment(start, end, placeTop, 0); err != nil {
		return err
	}
	h := &d.head
	if !d.system(h) {
		return errNoSystem
	}
	if s.recovered && !d.whole(h) {
		return errIncomplete
	}
	if kind := d.kindOf(d.frames[len(d.frames)-1].program, h); kind != event.Other || d.carriesLogon() {
		d.row(s, h, kind)
	}
	d.runs.add(h, s.recovered)
	d.learnOutline()
	return nil
}

// fragment finds the programs for the fragment at pos and their values.
func (d *decoder) fragment(pos, end int, at place, nesting int) error {
	if nesting >= maxNesting {
		return errDepth
	}
	// Most fragments are a template's instance, with a header or without, and
	// nothing else.
	if end-pos > 4 && d.data[pos] == tokenHeader {
		pos += 4
	}
	if pos < end && d.data[pos] == tokenTemplate {
		next, err := d.instance(pos, end, at, nesting)
		if err != nil || nesting == 0 || next == end || d.data[next] == tokenEnd {
			return err
		}
		pos = next
	}
	if nesting > 0 || at != placeTop {
		return d.elements(pos, end, at, nesting)
	}
	if slots, p := d.skeletons.match(d.data, pos, end, d.templates.turn, d.slots); p != nil {
		d.slots = slots
		d.frames = append(d.frames, use{p, 0, len(slots)})
		return nil
	}
	if err := d.elements(pos, end, at, nesting); err != nil {
		return err
	}
	d.skeletons.learn(&d.templates.compiler, d.data, pos, end)
	return nil
}

// elements reads a fragment that is not, or not only, a template's instance.
func (d *decoder) elements(pos, end int, at place, nesting int) error {
	if len(d.frames) >= maxFrames {
		return errTooMuch
	}
	p := d.scratchProgram()
	d.frames = append(d.frames, use{program: p})
	c := &d.templates.compiler
	for {
		c.program = p
		tz := tokenizer{chunk: d.data, pos: pos, end: end}
		done, kind, err := c.compile(&tz, at)
		if err != nil {
			return err
		}
		pos = tz.pos
		if kind == tokenTemplate {
			if pos, err = d.instance(pos, end, at, nesting); err != nil {
				return err
			}
			done = nesting == 0
		}
		if done || nesting == 0 && kind == tokenOpen {
			break
		}
	}
	c.program = p
	c.finish()
	return nil
}

// scratchProgram returns an empty program that lives for one record.
func (d *decoder) scratchProgram() *program {
	if d.used == len(d.scratch) {
		d.scratch = append(d.scratch, &program{})
	}
	p := d.scratch[d.used]
	d.used++
	p.reset()
	return p
}

// instance reads the template instance at pos and the fragments within its
// values. It returns where what follows starts.
func (d *decoder) instance(pos, end int, at place, nesting int) (int, error) {
	first := len(d.slots)
	in, err := readInstance(d.data, pos, end, d.slots)
	if err != nil {
		return 0, err
	}
	d.slots = in.slots
	last := len(d.slots)
	p, err := d.templates.find(&in, at)
	if err != nil {
		return 0, err
	}
	if len(d.frames) >= maxFrames {
		return 0, errTooMuch
	}
	d.frames = append(d.frames, use{p, first, last})
	for i := first + in.fragment; i < last; i++ {
		s := d.slots[i]
		if s.kind() != typeFragment || s.size() == 0 {
			continue
		}
		if at, used := p.placeOf(i - first); used {
			if err := d.fragment(s.offset(), s.offset()+s.size(), at, nesting+1); err != nil {
				return 0, err
			}
		}
	}
	return in.next, nil
}

// maxFrames bounds the fragments of one record. Real events have two.
const maxFrames = 256

// system reads the head of the record from the first program that has it.
func (d *decoder) system(h *head) bool {
	for i := range d.frames {
		u := &d.frames[i]
		if !u.program.hasSystem {
			continue
		}
		s := &u.program.system
		h.provider = d.text(u, &s[sysProvider])
		h.channel = event.StringID(d.first(u, &s[sysChannel], event.Text))
		h.computer = event.StringID(d.first(u, &s[sysComputer], event.Text))
		h.id, h.version = uint16(d.first(u, &s[sysEventID], event.ID64)), uint8(d.first(u, &s[sysVersion], event.ID64))
		h.record = d.first(u, &s[sysRecordID], event.ID64)
		h.time, _ = d.instant(u, &s[sysTime])
		return true
	}
	return false
}

// first reads the text of an element of System. No log has an array there, but
// what is damaged may: each item makes an element of its own, and the first
// counts.
func (d *decoder) first(u *use, s *source, t event.ColumnType) uint64 {
	if items := d.items(u, s); len(items) > 0 {
		v, _ := d.decoded(items[0], t)
		return v
	}
	v, _ := d.value(u, s, t)
	return v
}

// kindOf finds the schema of a record by provider, channel and number. A
// template is nearly always of one kind's records.
func (d *decoder) kindOf(p *program, h *head) event.Kind {
	key := kindKey{h.provider, h.channel, h.id}
	if p.known.key != key || p.known.generation != d.dictionary.generation {
		p.known = knownKind{key, d.kind(key), d.dictionary.generation}
	}
	return p.known.kind
}

func (d *decoder) kind(key kindKey) event.Kind {
	kind, known := d.kinds[key]
	if !known {
		kind, _ = d.schemas.Find(d.dictionary.string(key.provider), d.dictionary.string(key.channel), key.id)
		if len(d.kinds) >= maxKinds {
			clear(d.kinds)
		}
		d.kinds[key] = kind
	}
	return kind
}

// maxKinds bounds what a decoder remembers of which events have a schema.
const maxKinds = 1 << 14

// carriesLogon reports whether any field is a logon ID's.
func (d *decoder) carriesLogon() bool {
	for i := range d.frames {
		u := &d.frames[i]
		if u.program.logon {
			return true
		}
		for j := range u.program.fields {
			if f := &u.program.fields[j]; f.dynamic && d.words.logon[d.dynamicName(u, f)] {
				return true
			}
		}
	}
	return false
}
