package parser

import "spoor/model/event"

// plan makes rows of one kind from the values of one template's instances.
//
// Most values of a log are what they were in the template's record before:
// package names, privileges, a hyphen. So a row starts as that record's, and
// where a stretch of neighbouring values has the same bytes, nothing is read.
// Which values these are is learnt from the log and only decides how fast a
// row is made, never what is in it.
type plan struct {
	kind       event.Kind
	ready      bool
	whole      bool // false where fields must be filled one after another
	generation uint64
	bindings   []binding
	stretches  []stretch

	// The row before.
	values  []uint64
	present uint64

	uses  int // since stretches were made
	until int // how many there may be
	slots int // how many values a record must have
}

// stretch is neighbouring values, or one.
type stretch struct {
	from, to    int  // in plan.bindings
	first, last int  // slots
	steady      bool // expected to be what it was in the row before
	known       bool // seen is what the row before was made of
	missed      int
	was         []slot // as if the first were at 0
	seen        []byte // their values
}

const (
	planTrial = 64      // records in which a plan learns what is steady
	planUses  = 1 << 13 // records before it learns again
)

// reset makes the plan one for rows of a kind.
func (p *plan) reset(kind event.Kind, bindings []binding, columns int) {
	p.kind, p.ready, p.whole = kind, true, true
	p.bindings = bindings
	p.values = append(p.values[:0], noValues[:columns]...)
	p.present, p.slots = 0, 0
	filled := uint64(0)
	for _, b := range bindings {
		if filled&(1<<b.column) != 0 {
			p.whole = false // the first that is present fills it
		}
		filled |= 1 << b.column
		p.slots = max(p.slots, b.slot+1)
	}
	p.try()
}

// try makes every value a stretch of its own, to learn which are steady.
func (p *plan) try() {
	p.stretches = p.stretches[:0]
	for i, b := range p.bindings {
		p.stretches = append(p.stretches, stretch{from: i, to: i + 1, first: b.slot, last: b.slot, steady: b.slot >= 0})
	}
	p.uses, p.until = 0, planTrial
}

// settle joins the stretches of a trial: those that hardly ever changed with
// their steady neighbours, those that often did with each other.
func (p *plan) settle() {
	var settled []stretch
	joins := false // what is last in settled may grow
	for _, s := range p.stretches {
		s.steady = s.steady && 2*s.missed <= p.uses
		rare := 16*s.missed <= p.uses
		if n := len(settled) - 1; n >= 0 && joins && settled[n].steady == s.steady {
			if l := &settled[n]; !s.steady || rare && s.first == l.last+1 {
				l.to, l.last = s.to, s.last
				continue
			}
		}
		joins = !s.steady || rare
		settled = append(settled, stretch{from: s.from, to: s.to, first: s.first, last: s.last, steady: s.steady})
	}
	p.stretches = settled
	p.uses, p.until = 0, planUses
}

// forget makes nothing known of the row before: its strings' numbers are not
// those of the dictionary of that generation.
func (p *plan) forget(generation uint64) {
	for i := range p.stretches {
		p.stretches[i].known = false
	}
	p.generation = generation
}

// next counts a use, and says whether the plan may be used on u.
func (p *plan) next(u *use, generation uint64) bool {
	if !p.whole || u.last-u.first < p.slots {
		return false
	}
	if p.uses++; p.uses > p.until {
		if p.until == planTrial {
			p.settle()
		} else {
			p.try()
		}
	}
	if p.generation != generation {
		p.forget(generation)
	}
	return true
}

// fillPlanned makes a row's values from u. They are p's until its next use.
func (d *decoder) fillPlanned(u *use, p *plan) (values []uint64, present uint64) {
	for i := range p.stretches {
		if s := &p.stretches[i]; !s.steady || !d.same(u, s) {
			d.refill(u, p, s)
		}
	}
	return p.values, p.present
}

// same reports whether a stretch of u has the values that it had before.
func (d *decoder) same(u *use, s *stretch) bool {
	if !s.known {
		return false
	}
	slots := d.slots[u.first+s.first : u.first+s.last+1]
	if len(slots) != len(s.was) {
		return false
	}
	base := slots[0] & offsetBits
	if !u.program.skeleton {
		// Values lie side by side.
		for i := range slots {
			if slots[i]-base != s.was[i] {
				return false
			}
		}
		return string(d.data[base:int(base)+len(s.seen)]) == string(s.seen)
	}
	seen := s.seen
	for i := range slots {
		v := slots[i].of(d.data)
		if len(v) != s.was[i].size() || string(v) != string(seen[:len(v)]) {
			return false
		}
		seen = seen[len(v):]
	}
	return true
}

func (d *decoder) refill(u *use, p *plan, s *stretch) {
	s.known = false
	for i := s.from; i < s.to; i++ {
		b := &p.bindings[i]
		v, ok := d.simple(u, b)
		if !ok {
			v, ok = d.value(u, &u.program.fields[b.field].source, b.columnType)
		}
		if ok {
			p.values[b.column] = v
			p.present |= 1 << b.column
		} else {
			p.values[b.column] = 0
			p.present &^= 1 << b.column
		}
	}
	if !s.steady {
		return
	}
	s.missed++
	slots := d.slots[u.first+s.first : u.first+s.last+1]
	s.was, s.seen = s.was[:0], s.seen[:0]
	for _, v := range slots {
		s.was = append(s.was, v-slots[0]&offsetBits)
		s.seen = append(s.seen, v.of(d.data)...)
	}
	s.known = true
}
