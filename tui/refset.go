package tui

import (
	"iter"
	"maps"
)

// refSet is a set of sessions that is cheap to copy however many there are:
// what was in it when it was copied is never written again. The zero refSet is
// empty.
type refSet struct {
	base    map[sessionRef]bool // of those that are in it; never written
	changed map[sessionRef]bool // put in or taken out since
	count   int
}

func (s *refSet) has(ref sessionRef) bool {
	if in, ok := s.changed[ref]; ok {
		return in
	}
	return s.base[ref]
}

func (s *refSet) set(ref sessionRef, in bool) {
	if s.has(ref) == in {
		return
	}
	if s.changed == nil {
		s.changed = map[sessionRef]bool{}
	}
	s.changed[ref] = in
	if s.count--; in {
		s.count += 2
	}
}

func (s *refSet) clone() refSet { return refSet{s.base, maps.Clone(s.changed), s.count} }

// flat returns a set of the same that holds no changes: it takes long where
// there are many, and its copies then do not.
func (s *refSet) flat() refSet {
	out := refSet{base: make(map[sessionRef]bool, s.count), count: s.count}
	for ref := range s.all() {
		out.base[ref] = true
	}
	return out
}

func (s *refSet) all() iter.Seq[sessionRef] {
	return func(yield func(sessionRef) bool) {
		for ref := range s.base {
			if in, ok := s.changed[ref]; (in || !ok) && !yield(ref) {
				return
			}
		}
		for ref, in := range s.changed {
			if in && !s.base[ref] && !yield(ref) {
				return
			}
		}
	}
}
