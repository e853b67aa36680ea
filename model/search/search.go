// Package search finds by few letters: it matches queries fuzzily against the
// distinct values of a list (accounts, hosts, addresses, logon IDs), never
// against rendered lines, and says which letters matched.
//
// A [Query] is a few terms, all of which must match; each may match another
// value of a row. An [Index] knows the distinct values of a list and which
// rows have them, so that a keystroke costs a pass over the values and not
// over the rows. The numbers by which machines call things, of which each row
// has its own, are found by how they begin.
package search
