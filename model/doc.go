// Package model turns events into what happened: hosts and their boots,
// accounts, logons, sessions and failures, each with how sure it is and why.
//
// A [Builder] takes batches of events from any number of readers and gives
// [Snapshot]s: immutable views that lists, commands and exports read. The last
// one, from Finish, is the same for any order of files and any number of
// readers; those before it are provisional.
//
// Identity, boots, ends and joins follow what Windows documents and what was
// measured in real logs; every rule names its source where it is implemented.
// When the events do not determine an answer, the answer is unknown.
package model
