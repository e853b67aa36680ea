package model

import (
	"slices"

	"spoor/model/event"
)

// A shape begins with the words that say which of its numbers are present, and
// which of those that are not in it.
const (
	shapePresence = iota
	fixedPresence
	presenceWords
)

// layout says where the columns of a kind lie among the words that the store
// keeps of an event. A SID, name and domain are one word, the triple's number.
// Columns that take few values together (logon type, process, packages) are
// one word too, the number of their combination: its shape. So are which of its
// numbers an event has at all.
type layout struct {
	slots    []slot
	index    [256]int8 // slot of a column, or -1
	words    int
	shape    int // words of the shape, of which two say which numbers are present; 0: no shape
	shapeAt  int // word that holds the shape's number
	subject  triple
	target   triple
	provider int // word of the provider, for kinds that no schema names; or -1
}

// triple is where the number of a SID, name and domain lies; word is -1 where
// a kind has none.
type triple struct {
	word    int
	inShape bool
}

// slot is one column of a layout.
type slot struct {
	column  event.Column
	typ     event.ColumnType
	fields  []int // the schema's fields that fill it; the first present counts
	inShape bool
	word    int
	bit     int // in the presence word of its part, which is word 0 where there is no shape; -1 where 0 is absent
	part    int // 1 SID, 2 name, 3 domain of the triple in word; else 0
}

var shapeColumns = map[event.Column]bool{
	event.LogonType: true, event.LogonProcess: true, event.Package: true, event.LmPackage: true,
	event.KeyLength: true, event.Impersonation: true, event.RestrictedAdmin: true,
	event.RemoteCredentialGuard: true, event.VirtualAccount: true, event.Elevated: true,
	event.TransmittedServices: true, event.FailureReason: true, event.Status: true,
	event.SubStatus: true, event.OutboundName: true, event.OutboundDomain: true,
	event.Process: true, event.TicketOptions: true, event.TicketEncryption: true,
	event.PreAuthType: true, event.TokenElevation: true, event.ObjectType: true,
	event.ShareName: true, event.AccessMask: true, event.SessionName: true,
}

// logonShapeColumns are those of 4624: it is SYSTEM of one process that asks
// for nearly every logon, and few have another half.
var logonShapeColumns = map[event.Column]bool{
	event.SubjectSID: true, event.SubjectName: true, event.SubjectDomain: true, event.SubjectLogon: true,
	event.LinkedLogon: true, event.ProcessID: true,
}

var tripleParts = map[event.Column]int{
	event.SubjectSID: 1, event.SubjectName: 2, event.SubjectDomain: 3,
	event.TargetSID: 1, event.TargetName: 2, event.TargetDomain: 3,
}

func isSubject(c event.Column) bool {
	return c == event.SubjectSID || c == event.SubjectName || c == event.SubjectDomain
}

func newLayout(schema *event.Schema) layout {
	l := layout{subject: triple{word: -1}, target: triple{word: -1}, provider: -1}
	for i := range l.index {
		l.index[i] = -1
	}
	for i, f := range schema.Fields {
		if at := l.index[f.Column]; at >= 0 {
			l.slots[at].fields = append(l.slots[at].fields, i)
			continue
		}
		l.index[f.Column] = int8(len(l.slots))
		l.slots = append(l.slots, slot{column: f.Column, typ: f.Column.Type(), fields: []int{i}, inShape: shapeColumns[f.Column] || schema.Kind == event.Logon && logonShapeColumns[f.Column], bit: -1, part: tripleParts[f.Column]})
	}
	switch {
	case slices.ContainsFunc(l.slots, func(s slot) bool { return s.inShape }):
		l.shape = presenceWords
	case slices.ContainsFunc(l.slots, func(s slot) bool { return s.numeric() }):
		l.words = 1
	}
	bits, shapeBits := 0, 0
	for i := range l.slots {
		s := &l.slots[i]
		n, b := &l.words, &bits
		if s.inShape {
			n, b = &l.shape, &shapeBits
		}
		if s.part != 0 {
			s.word = l.triple(s, n)
			continue
		}
		s.word = *n
		*n += s.width()
		if s.numeric() {
			s.bit = *b
			*b++
		}
	}
	if l.shape > 0 {
		l.shapeAt = l.words
		l.words++
	}
	if schema.Kind == event.Other {
		l.provider = l.words
		l.words++
	}
	return l
}

// textSlot returns the slot of a Text or Address column, nil if there is none.
func (l *layout) textSlot(c event.Column) *slot {
	at := l.index[c]
	if at < 0 || l.slots[at].typ != event.Text && l.slots[at].typ != event.Address {
		return nil
	}
	return &l.slots[at]
}

func (l *layout) triple(s *slot, n *int) int {
	at := &l.target
	if isSubject(s.column) {
		at = &l.subject
	}
	if at.word < 0 {
		*at = triple{*n, s.inShape}
		*n++
	}
	return at.word
}

func (s *slot) width() int {
	if s.typ == event.ID64 || s.typ == event.Instant {
		return 2
	}
	return 1
}

func (s *slot) numeric() bool {
	return s.typ == event.Number || s.typ == event.ID64 || s.typ == event.Instant
}
