// Package parser reads Windows event logs in the EVTX format and knows
// nothing of what the events mean.
//
// It has two ways through a log. [File.Scan] reads every record of a file as
// fast as memory allows and keeps only the columns that sessions are joined
// by. [File.Record] and [File.Records] decode records completely, for looking
// at one event and for dumping all.
//
// Both walk the same chunks by the same rules and decode the same binary XML,
// so that they agree on what a record is. A log is evidence and may be copied
// from a running system, cut off, damaged or forged: whatever cannot be read
// is an [event.Damage] that says where and why, and reading goes on. Nothing
// in a file sizes an allocation, recurses without limit or loops without
// progress, and nothing is printed.
//
// The format has no official description. Its binary XML is [MS-EVEN6]
// 2.2.12; the file, its chunks and records are known from the work of Andreas
// Schuster (2007) and Joachim Metz (libevtx).
package parser
