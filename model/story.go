package model

import "spoor/model/event"

// Change is something that was done to an account: it was created, enabled,
// reset, locked out, put in a group, renamed.
type Change struct {
	Event   EventRow
	Time    event.FileTime
	What    string    // "created", "locked out", "added to group Domain Admins"
	By      AccountID // who did it, or None
	ByName  string    // as the record names it
	Host    HostID    // where it was logged
	Session SessionRow
	// Caller is the computer that the bad passwords came from, of a lockout
	// (4740), as it called itself.
	Caller string
}

// Story returns what was done to an account, oldest first.
func (s *Snapshot) Story(AccountID) []Change { return nil }
