// Package event says what a Windows event is, apart from any file format.
//
// It is the leaf that every other room shares. An event comes in two shapes.
// A [Record] is complete: every element, attribute and typed value in the
// order it was logged; it is made when somebody looks at one event, dumps it
// or exports it. A [Row] is narrow: the few typed columns that sessions are
// joined by, as the table in schemas.go names them; a reader makes millions of
// them, in a [Batch] at a time.
//
// The package imports nothing of this project, opens no file and keeps no
// state. Sources other than EVTX files fill the same shapes.
package event
