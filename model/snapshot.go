package model

import (
	"errors"

	"spoor/model/event"
)

// Snapshot is an immutable view of everything known so far. Its lists must
// not be written to.
type Snapshot struct{}

// Provisional reports whether evidence is still being read.
func (s *Snapshot) Provisional() bool { return false }

// Files returns the evidence, by FileID.
func (s *Snapshot) Files() []event.File { return nil }

// Stats returns what is known of a file once it was read; false before.
func (s *Snapshot) Stats(event.FileID) (event.FileStats, bool) { return event.FileStats{}, false }

// Damage returns what could not be read, and notes.
func (s *Snapshot) Damage() []event.Damage { return nil }

// Coverage returns what each file holds of each log.
func (s *Snapshot) Coverage() []Coverage { return nil }

// Records returns how many records were read, indexed or not, with duplicates.
func (s *Snapshot) Records() uint64 { return 0 }

// Duplicates returns how many indexed events were seen more than once.
func (s *Snapshot) Duplicates() int { return 0 }

// Hosts returns all hosts by HostID.
func (s *Snapshot) Hosts() []Host { return nil }

// Host returns one host; None gives the zero Host.
func (s *Snapshot) Host(HostID) Host { return Host{} }

// Accounts returns all accounts by AccountID.
func (s *Snapshot) Accounts() []Account { return nil }

// Account returns one account; None gives the zero Account.
func (s *Snapshot) Account(AccountID) Account { return Account{} }

// SessionCount returns the number of sessions.
func (s *Snapshot) SessionCount() int { return 0 }

// Session returns one session.
func (s *Snapshot) Session(SessionRow) Session { return Session{} }

// Sessions returns the sessions of an account on a host, oldest first; None
// for either means any.
func (s *Snapshot) Sessions(AccountID, HostID) []SessionRow { return nil }

// Logon returns one logon.
func (s *Snapshot) Logon(LogonRow) Logon { return Logon{} }

// LogonEvents returns a logon's events in order.
func (s *Snapshot) LogonEvents(LogonRow) []EventRow { return nil }

// SessionEvents returns the events of all logons of a session in order.
func (s *Snapshot) SessionEvents(SessionRow) []EventRow { return nil }

// EventCount returns the number of indexed events, duplicates counted once.
func (s *Snapshot) EventCount() int { return 0 }

// Event returns one event.
func (s *Snapshot) Event(EventRow) Event { return Event{} }

// Failures returns the failed attempts, oldest first.
func (s *Snapshot) Failures() []Failure { return nil }

// ErrNoSession says that a name fits no session.
var ErrNoSession = errors.New("no such session")

// FindSessions resolves what a user may call a session: its ID, an earlier
// ID, or HOST/0xID (all boots). The error wraps [ErrNoSession] if none fits.
func (s *Snapshot) FindSessions(string) ([]SessionRow, error) { return nil, ErrNoSession }

// Event is one indexed event. Columns are read through it.
type Event struct {
	Row       EventRow
	Ref       event.Ref
	Time      event.FileTime
	RecordID  uint64
	Kind      event.Kind
	EventID   uint16
	Version   uint8
	Host      HostID
	Boot      int
	Computer  string
	Channel   string
	Provider  string
	Recovered bool
}

// Text returns a column's text ("" if absent or "-"), trimmed; addresses
// normalised.
func (s *Snapshot) Text(EventRow, event.Column) string { return "" }

// Number returns a column's number, logon ID or time.
func (s *Snapshot) Number(EventRow, event.Column) (uint64, bool) { return 0, false }

// Title returns what Microsoft's reference says the event means.
func (s *Snapshot) Title(EventRow) string { return "" }

// Describe says in one line what the event tells, without its time, number
// and host: "logon, interactive, filtered token", "explorer.exe".
func (s *Snapshot) Describe(EventRow) string { return "" }
