package model

import "slices"

// Relation ties a session to another one, with how sure that is and why.
type Relation struct {
	Session   SessionRow
	Event     EventRow // the record that says so, or None
	Certainty Certainty
	Why       string
}

// parentOf returns the session that a session came out of, as relations does.
func (s *Snapshot) parentOf(n SessionRow) Relation {
	if parent := s.localParent(n); parent.Session != None {
		return parent
	}
	parent, _ := s.crossKin(n)
	return parent
}

// relations returns the session that a session came out of, if one is known,
// and those that came out of it, oldest first: on the same host by who asked
// for the logon, on another one by the hop that led there.
func (s *Snapshot) relations(n SessionRow) (parent Relation, children []Relation) {
	parent, children = s.parentOf(n), s.localChildren(n)
	_, out := s.crossKin(n)
	// Each list is in order by itself and lies in an index: a session may have
	// as many children as a log has lines.
	switch {
	case len(out) == 0:
		return parent, children
	case len(children) == 0:
		return parent, slices.Clip(out)
	}
	return parent, s.inOrder(slices.Concat(children, out))
}
