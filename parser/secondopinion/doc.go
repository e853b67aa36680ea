// Package secondopinion reads event logs with golang-evtx, another reader by
// other people, so that what spoor reads can be checked against it.
//
// That reader panics in goroutines of its own on some real files, hangs on
// others and prints to standard error, so it only ever runs in a child
// process: [Child] is what the child does, [Read] starts one and collects what
// it says, and [Verify] compares that with what spoor reads. It is the only
// package that imports golang-evtx.
package secondopinion
