package model

import (
	"time"

	"spoor/model/event"
)

// Rows of a snapshot are named by their index in it. An index is stable within
// one snapshot only; a session's ID is stable for ever.
type (
	HostID     uint32
	AccountID  uint32
	SessionRow uint32
	LogonRow   uint32
	EventRow   uint32
)

// None stands for no host, account, session or logon.
const None = 1<<32 - 1

// Host is one computer through its life.
type Host struct {
	ID        HostID
	Name      string   // its newest name as logged, FQDN if any
	Spellings []string // every Computer value that is this host
	DomainSID string
	Roles     []string // "domain controller"
	Logged    bool     // its own Security log is in the evidence
	Boots     []Boot   // oldest first; never empty for a logged host
	Addresses []Address
	// Skew is by how much its clock is ahead of the domain controllers', by
	// the tickets of its own logons; it means nothing where SkewCertainty is
	// unknown. Domain controllers are what is compared with.
	Skew          time.Duration
	SkewCertainty Certainty
	First         event.FileTime // of its own events
	Last          event.FileTime
	Events        int
	Sessions      int
	Failures      int
	Accounts      int // accounts with a session on it
}

// Short returns the host's name up to the first dot.
func (h Host) Short() string {
	for i := 0; i < len(h.Name); i++ {
		if h.Name[i] == '.' {
			return h.Name[:i]
		}
	}
	return h.Name
}

// Boot is one run of a host between start and stop.
type Boot struct {
	Index     int            // from 1
	Started   event.FileTime // 0: before the log begins
	Ended     event.FileTime // 0: not ended in the log, or unknown
	Reason    string         // how it ended: "shutdown", "dirty", "unknown", "" while open
	Certainty Certainty      // of the start: Exact by an event, Medium inferred, CertaintyUnknown before the log
	Why       string
}

// Address is an IP address that a host had.
type Address struct {
	Address   string
	From, To  event.FileTime
	Certainty Certainty
}

// AccountClass tells accounts of people from those of machines.
type AccountClass uint8

// The classes.
const (
	ClassUnknown AccountClass = iota
	ClassUser                 // a domain or local account
	ClassMachine              // NAME$
	ClassBuiltin              // SYSTEM, LOCAL SERVICE, ANONYMOUS LOGON and the like
	ClassVirtual              // DWM-1, UMFD-0, NT SERVICE\..., IIS APPPOOL\...
)

func (c AccountClass) String() string {
	return [...]string{"unknown", "user", "machine", "built-in", "virtual"}[c]
}

// Account is one principal, anchored on its SID.
type Account struct {
	ID        AccountID
	SID       string // "" where only failures or tickets name it
	Name      string
	Domain    string
	Spellings []string // every other way it was written, DOM\u or u@REALM
	Class     AccountClass
	Host      HostID // the host whose local account it is, else None
	// Boring accounts are hidden unless asked for: machines on themselves,
	// built-in and virtual ones. One with a failure never is.
	Boring          bool
	First           event.FileTime
	Last            event.FileTime
	Sessions        int
	Failures        int
	Authentications int      // 4768, 4769, 4770, 4776 about it that succeeded
	Hosts           []HostID // with a session of it, newest first
	From            int      // how many addresses it came from; Snapshot.Sources lists them
}

// Display returns DOMAIN\name, or the name alone.
func (a Account) Display() string {
	if a.Domain == "" {
		return a.Name
	}
	return a.Domain + `\` + a.Name
}

// End is when and how a session or logon ended.
type End struct {
	Time      event.FileTime // 0 unless Certainty is EndExact
	Reason    EndReason
	Certainty EndCertainty
	NotBefore event.FileTime // the last sign of life
	NotAfter  event.FileTime // 0: nothing bounds it
	By        EventRow       // the event that says so, or None
	Account   string         // who asked for a shutdown (1074), if known
}

// Logon is one logon ID within one boot of one host.
type Logon struct {
	Row     LogonRow
	Host    HostID
	Boot    int
	LogonID event.LogonID
	Account AccountID
	Session SessionRow
	// Type is the logon type of its 4624, else of its 4634 or 4627. It is 0
	// as well where none of them is there: then StartKnown is false.
	Type       uint32
	Start      event.FileTime
	StartKnown bool // false: first seen at Start, begun earlier
	End        End
	Elevated   Tri
	Linked     LogonRow // the other half of a UAC pair, or None
	Anchor     EventRow // its 4624, else its first event
	Events     int
	Last       event.FileTime
}

// Source is where a logon came from.
type Source struct {
	Address   string
	Port      uint32
	Name      string // of the workstation
	Claimed   bool   // Name is only what the client said
	Host      HostID // the host that had the address then, or None
	Certainty Certainty
	Why       string
}

// Session is one sitting of one account on one host.
type Session struct {
	Row SessionRow
	// ID is 16 hexadecimal digits, a hash of its anchor: computer as written,
	// channel, record number and time; and of the logon ID where the anchor
	// is not its own 4624. Aliases are IDs that it has with less evidence.
	ID         string
	Aliases    []string
	Account    AccountID
	Outbound   string // type 9: the account used on the network
	Host       HostID
	Boot       int
	Kind       SessionKind
	LogonType  uint32
	Logons     []LogonRow // the anchor's half first
	Validated  string     // dc, cached, local, s4u, unknown
	Elevated   Tri
	Privileges []string
	Groups     []string
	Start      event.FileTime
	StartKnown bool
	End        End
	// ClockSet is true where the computer's clock was set by more than a
	// minute between the first and the last of its records that count: its
	// times are then no measure of how long it lasted.
	ClockSet    bool
	Source      Source
	Package     string
	Process     string // the logon process, trimmed
	ProcessName string // the image that asked for the logon
	LogonGUID   event.GUID
	KeyLength   uint32
	Anchor      EventRow
	Events      int
	Failures    int // failures whose Subject is one of its logons
	Provisional bool

	Activity Activity
	Segments []Segment // oldest first; empty for sessions without a desktop
	Checks   []Check
	// RestrictedAdmin and RemoteCredentialGuard are yes where the session was
	// opened without handing the password to the host (4624).
	RestrictedAdmin       Tri
	RemoteCredentialGuard Tri
	Chain                 []ChainLink // oldest first
	ChainMissing          string      // what is to be said of links that are not there
	Parent                Relation    // Session is None where none is known
	Children              []Relation  // oldest first
	// Candidates are what may have opened a session whose 4624 is not in the
	// evidence, oldest first; none of them is chosen.
	Candidates []Candidate
}

// Length returns how long s lasted: exactly, or at least where it is bounded,
// or 0 where it is not known, because the clock was set.
func (s Session) Length() (time.Duration, EndCertainty) {
	last, certainty := s.End.NotBefore, EndBounded
	if s.End.Certainty == EndExact {
		last = s.End.Time
		if s.StartKnown {
			certainty = EndExact
		}
	}
	if s.ClockSet || last < s.Start {
		return 0, EndUnknown
	}
	return last.Sub(s.Start), certainty
}

// Failure is one failed attempt, with every record that speaks of it.
type Failure struct {
	Event       EventRow   // the record that says most
	Records     []EventRow // all of them, oldest first
	ID          string     // stable, like a session's
	Aliases     []string   // the IDs of its other records, which it has with less evidence
	Time        event.FileTime
	Account     AccountID // who was tried, or None
	Tried       string    // the name as logged
	Subject     string    // who tried, if logged
	SubjectID   event.LogonID
	LoggedOn    HostID // where Event was logged
	TargetHost  HostID // the host that was to be logged on to, or None
	Source      Source
	Protocol    string // kerberos, ntlm, logon, remote-desktop
	LogonType   uint32
	Status      uint32
	SubStatus   uint32
	Code        string // of the deciding status, 0x...; "" where no record has one
	Reason      string
	ProcessName string
	decided     uint32 // Code, of Kerberos or Windows
	kerberos    bool
}

// Coverage is what the evidence holds of one log of one host in one file.
type Coverage struct {
	File        event.FileID
	Host        HostID
	Computer    string
	Channel     string
	First, Last event.FileTime
	Records     uint64
	FirstID     uint64
	LastID      uint64
	Gaps        []Gap
	Carved      bool   // nothing shows whether the log had newer records than those that were found in this file
	Cut         bool   // the log had newer records than those that were read of this file
	Short       string // what shows that; "" where reading was ended, or Cut is false
	// NeverSeen is the audit subcategories of which no file holds an event of
	// this host, of its Security log.
	NeverSeen []string
}

// Gap is a hole in the record numbers of one log: records that were there.
type Gap struct {
	After, Before uint64 // the numbers on both sides
	From, To      event.FileTime
}
