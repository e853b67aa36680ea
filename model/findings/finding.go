package findings

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"spoor/model"
	"spoor/model/event"
)

// MostListed is how many records, sessions and failures a finding lists; it
// counts all of them.
const MostListed = 100

// Finding is that a rule found something.
type Finding struct {
	// ID is 16 hexadecimal digits, a hash of the rule and of the record that
	// the finding is anchored on: never of where a file lay or what else was
	// loaded.
	ID       string
	Rule     string   // its ID
	Title    string   // the rule's
	Severity Severity // after lowering
	// Lowered says why Severity is below the rule's, "" where it is not.
	Lowered string
	// Account is whom it is about, or None; AccountName is how that is called,
	// or what a record names that is no known account, or "".
	Account     model.AccountID
	AccountName string
	Accounts    []model.AccountID // further ones, each once
	Hosts       []model.HostID    // each once, in the order of what happened
	// Source is where it came from, as one place; the zero Place, with Host
	// None, where there is none or there are several.
	Source model.Place
	// Reached are, of a rule that names whom was tried, the accounts that were let
	// in, and those that records name as who tried, with a program of theirs.
	Reached []model.AccountID
	Start   event.FileTime
	End     event.FileTime
	Why     string   // one sentence made of the facts
	Needed  []Needed // what the rule needs, and whether the evidence covers it
	// Innocent is causes without an intruder that look the same: the rule's,
	// or those of this case.
	Innocent string

	// Records, Sessions and Failures list up to MostListed each, oldest first;
	// Failures are indices of Snapshot.Failures. The counts are of all.
	Records      []model.EventRow
	RecordCount  int
	Sessions     []model.SessionRow
	SessionCount int
	Failures     []int
	FailureCount int

	tried bool // as its rule says
}

// OnlyTried reports whether the finding tells of an account, of a host, or of
// an account on a host where neither is None, no more than that it was tried:
// it neither acts in it nor is reached.
func (f *Finding) OnlyTried(a model.AccountID, h model.HostID) bool {
	if a == model.None {
		return f.tried && h != f.Source.Host
	}
	return f.tried && !slices.Contains(f.Reached, a)
}

// Touching is how grave the finding is for them: Info at most where they were
// only tried.
func (f *Finding) Touching(a model.AccountID, h model.HostID) Severity {
	if f.OnlyTried(a, h) {
		return Info
	}
	return f.Severity
}

// NamesOnly reports whether what a rule's findings list as accounts are but
// names that no account has.
func NamesOnly(rule string) bool { return rule == "account-enumeration" }

// Needed is one thing that a rule needs, and what the evidence has of it.
type Needed struct {
	Need    string // its ID
	Title   string
	Covered model.Tri
	Why     string
}

// findingID hashes a rule and the record that a finding is anchored on. Salt
// tells findings of one rule on one record apart.
func findingID(s *model.Snapshot, rule string, anchor model.EventRow, salt string) string {
	e := s.Event(anchor)
	buf := make([]byte, 0, 160)
	for _, text := range []string{rule, e.Computer, e.Channel, salt} {
		buf = append(append(buf, text...), 0)
	}
	buf = binary.BigEndian.AppendUint64(buf, e.RecordID)
	buf = binary.BigEndian.AppendUint64(buf, uint64(e.Time))
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:8])
}
