package model

import "reflect"

// Dictionaries returns how many bytes of memory the dictionaries take at least.
// They grow with how much there is to tell apart, not with the events: the
// distinct texts, the distinct triples of SID, name and domain, the distinct
// combinations of values that many events share, and the table that finds the
// account of a triple. GUIDs are not among them: each is kept as often as it
// came. Nor are accounts and hosts.
func (s *Snapshot) Dictionaries() int64 {
	n := bytesOf(s.texts) + bytesOf(s.principals) + bytesOf(s.shapeWords) + bytesOf(s.shapeFirst)
	for _, text := range s.texts {
		n += int64(len(text))
	}
	return n + int64(len(s.accountOf))*accountOfEntry
}

// accountOfEntry is what Snapshot.accountOf takes for a key and its value.
const accountOfEntry = 16

// bytesOf is what a slice takes, with the room that it has left.
func bytesOf[T any](s []T) int64 { return int64(cap(s)) * int64(reflect.TypeFor[T]().Size()) }
