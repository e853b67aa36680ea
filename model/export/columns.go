package export

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"spoor/model"
)

// Columns are the columns of the tables and CSV files, in one place. Zone is
// the zone of the times of tables; it is nil for CSV files, whose times are UTC.
type Columns struct {
	Zone *time.Location
}

func (c Columns) time(t Time) string { return t.Format(c.Zone) }

// Sessions are the columns of sessions.
func (c Columns) Sessions() []Column[Session] {
	return []Column[Session]{
		{Name: "id", Text: func(s Session) string { return s.ID }},
		{Name: "account", Text: func(s Session) string { return s.Account.display() }},
		{Name: "host", Text: func(s Session) string { return s.Host }},
		{Name: "kind", Text: func(s Session) string { return s.Kind }},
		{Name: "start", Text: c.start},
		{Name: "start_certainty", Text: func(s Session) string { return s.Start.Certainty }, CSVOnly: true},
		{Name: "end", Text: func(s Session) string { return c.time(s.End.Time) }},
		{Name: "end_reason", Text: func(s Session) string { return s.End.Reason }},
		{Name: "end_certainty", Text: func(s Session) string { return s.End.Certainty }},
		{Name: "not_before", Text: func(s Session) string { return c.time(s.End.NotBefore) }, CSVOnly: true},
		{Name: "not_after", Text: func(s Session) string { return c.time(s.End.NotAfter) }, CSVOnly: true},
		{Name: "address", Text: func(s Session) string { return orEmpty(s.Source.Address) }},
		{Name: "source_name", Text: func(s Session) string { return orEmpty(s.Source.Name) }, CSVOnly: true},
		{Name: "source_claimed", Text: func(s Session) string { return strconv.FormatBool(s.Source.Claimed) }, CSVOnly: true},
		{Name: "logon_ids", Text: func(s Session) string { return strings.Join(s.LogonIDs, " ") }},
		{Name: "logon_type", Text: func(s Session) string { return count(s.LogonType) }, CSVOnly: true},
		{Name: "boot", Text: func(s Session) string { return strconv.Itoa(s.Boot.Index) }, CSVOnly: true},
		{Name: "sid", Text: func(s Session) string { return orEmpty(s.Account.SID) }, CSVOnly: true},
		{Name: "validated", Text: func(s Session) string { return s.Validated }, CSVOnly: true},
		{Name: "package", Text: func(s Session) string { return orEmpty(s.Authentication.Package) }, CSVOnly: true},
		{Name: "process", Text: func(s Session) string { return orEmpty(s.Authentication.Process) }, CSVOnly: true},
		{Name: "events", Text: func(s Session) string { return strconv.Itoa(s.Events) }},
		{Name: "provisional", Text: func(s Session) string { return strconv.FormatBool(s.Provisional) }, CSVOnly: true},
		{Name: "length_seconds", Text: func(s Session) string { return s.Length.seconds() }, CSVOnly: true},
		{Name: "length_certainty", Text: func(s Session) string { return s.Length.Certainty }, CSVOnly: true},
		{Name: "chain", Text: func(s Session) string { return chainWords(s) }, CSVOnly: true},
	}
}

func (l Length) seconds() string {
	if l.Seconds == nil {
		return ""
	}
	return strconv.FormatFloat(*l.Seconds, 'f', -1, 64)
}

// start says in tables that a session had begun before it was first seen; CSV
// files have a column for that.
func (c Columns) start(s Session) string {
	at := c.time(s.Start.Time)
	if c.Zone != nil && s.Start.Certainty != model.EndExact.String() {
		return "before " + at
	}
	return at
}

// chainWords lists the records that led to a session, each with its part and
// how sure that is.
func chainWords(s Session) string {
	var out []string
	for _, l := range s.Chain {
		out = append(out, l.Role+" "+references([]Ref{l.Record})+" "+l.Certainty)
	}
	if s.ChainMissing != nil {
		out = append(out, *s.ChainMissing)
	}
	return strings.Join(out, "; ")
}

// Users are the columns of accounts.
func (c Columns) Users() []Column[User] {
	return []Column[User]{
		{Name: "account", Text: func(u User) string { return u.Account.display() }},
		{Name: "sid", Text: func(u User) string { return orEmpty(u.Account.SID) }},
		{Name: "class", Text: func(u User) string { return u.Class }},
		{Name: "first", Text: func(u User) string { return c.time(u.First) }},
		{Name: "last", Text: func(u User) string { return c.time(u.Last) }},
		{Name: "sessions", Text: func(u User) string { return strconv.Itoa(u.Sessions) }},
		{Name: "failures", Text: func(u User) string { return strconv.Itoa(u.Failures) }},
		{Name: "authentications", Text: func(u User) string { return strconv.Itoa(u.Authentications) }},
		{Name: "hosts", Text: func(u User) string { return strings.Join(u.Hosts, " ") }},
		{Name: "sources", Text: func(u User) string { return strings.Join(u.Sources, " ") }, CSVOnly: true},
		{Name: "spellings", Text: func(u User) string { return strings.Join(u.Account.Spellings, " ") }, CSVOnly: true},
		{Name: "local_to", Text: func(u User) string { return orEmpty(u.LocalTo) }, CSVOnly: true},
	}
}

// Hosts are the columns of hosts.
func (c Columns) Hosts() []Column[Host] {
	return []Column[Host]{
		{Name: "host", Text: func(h Host) string { return h.Name }},
		{Name: "logged", Text: func(h Host) string { return strconv.FormatBool(h.Logged) }},
		{Name: "roles", Text: func(h Host) string { return strings.Join(h.Roles, ", ") }},
		{Name: "first", Text: func(h Host) string { return c.time(h.First) }},
		{Name: "last", Text: func(h Host) string { return c.time(h.Last) }},
		{Name: "boots", Text: func(h Host) string { return strconv.Itoa(len(h.Boots)) }},
		{Name: "sessions", Text: func(h Host) string { return strconv.Itoa(h.Sessions) }},
		{Name: "failures", Text: func(h Host) string { return strconv.Itoa(h.Failures) }},
		{Name: "accounts", Text: func(h Host) string { return strconv.Itoa(h.Accounts) }},
		{Name: "spellings", Text: func(h Host) string { return strings.Join(h.Spellings, " ") }},
		{Name: "domain_sid", Text: func(h Host) string { return orEmpty(h.DomainSID) }, CSVOnly: true},
	}
}

// Failures are the columns of failures.
func (c Columns) Failures() []Column[Failure] {
	return []Column[Failure]{
		{Name: "time", Text: func(f Failure) string { return c.time(f.Time) }},
		{Name: "account", Text: func(f Failure) string { return cmp.Or(f.Account.display(), "(none named)") }},
		{Name: "reason", Text: func(f Failure) string { return f.Reason }},
		{Name: "code", Text: func(f Failure) string { return f.Code }},
		{Name: "logged_on", Text: func(f Failure) string { return f.LoggedOn }},
		{Name: "protocol", Text: func(f Failure) string { return f.Protocol }},
		{Name: "address", Text: func(f Failure) string { return orEmpty(f.Source.Address) }},
		{Name: "source_name", Text: func(f Failure) string { return orEmpty(f.Source.Name) }},
		{Name: "subject", Text: func(f Failure) string { return orEmpty(f.Subject.Account) }},
		{Name: "logon_type", Text: func(f Failure) string { return count(f.LogonType) }, CSVOnly: true},
		{Name: "status", Text: func(f Failure) string { return f.Status }, CSVOnly: true},
		{Name: "sub_status", Text: func(f Failure) string { return orEmpty(f.SubStatus) }, CSVOnly: true},
		{Name: "id", Text: func(f Failure) string { return f.ID }, CSVOnly: true},
		{Name: "records", Text: func(f Failure) string { return references(f.Records) }, CSVOnly: true},
	}
}

// Coverages are the columns of coverage records.
func (c Columns) Coverages() []Column[Coverage] {
	return []Column[Coverage]{
		{Name: "file", Text: func(r Coverage) string { return r.File }},
		{Name: "host", Text: func(r Coverage) string { return orEmpty(r.Host) }},
		{Name: "channel", Text: func(r Coverage) string { return orEmpty(r.Channel) }},
		{Name: "first", Text: func(r Coverage) string { return c.time(r.First) }},
		{Name: "last", Text: func(r Coverage) string { return c.time(r.Last) }},
		{Name: "records", Text: func(r Coverage) string { return strconv.FormatUint(r.Records, 10) }},
		{Name: "gaps", Text: func(r Coverage) string { return strconv.Itoa(len(r.Gaps)) }},
		{Name: "damaged_chunks", Text: func(r Coverage) string { return strconv.FormatUint(r.DamagedChunks, 10) }},
		{Name: "damage", Text: func(r Coverage) string { return strings.Join(r.Damage, "; ") }},
		{Name: "notes", Text: func(r Coverage) string { return strings.Join(r.Notes, "; ") }},
		{Name: "sha256", Text: func(r Coverage) string { return orEmpty(r.SHA256) }, CSVOnly: true},
		{Name: "size", Text: func(r Coverage) string { return strconv.FormatInt(r.Size, 10) }, CSVOnly: true},
		{Name: "computer", Text: func(r Coverage) string { return orEmpty(r.Computer) }, CSVOnly: true},
	}
}

// Logs are the columns of coverage records on a page: which logs there are.
func (c Columns) Logs() []Column[Coverage] {
	return []Column[Coverage]{
		{Name: "host", Text: func(r Coverage) string { return orEmpty(r.Host) }},
		{Name: "log", Text: func(r Coverage) string {
			return strings.TrimPrefix(orEmpty(r.Channel), "Microsoft-Windows-")
		}},
		{Name: "first", Text: func(r Coverage) string { return c.time(r.First) }},
		{Name: "last", Text: func(r Coverage) string { return c.time(r.Last) }},
		{Name: "records", Text: func(r Coverage) string { return strconv.FormatUint(r.Records, 10) }},
		{Name: "gaps", Text: func(r Coverage) string { return strconv.Itoa(len(r.Gaps)) }},
	}
}

// Events are the columns of events.
func (c Columns) Events() []Column[Event] {
	return []Column[Event]{
		{Name: "time", Text: func(e Event) string { return c.time(e.Time) }},
		{Name: "computer", Text: func(e Event) string { return e.Computer }},
		{Name: "channel", Text: func(e Event) string { return e.Channel }},
		{Name: "record_id", Text: func(e Event) string { return strconv.FormatUint(e.RecordID, 10) }},
		{Name: "event_id", Text: func(e Event) string { return strconv.Itoa(int(e.EventID)) }},
		{Name: "what", Text: func(e Event) string { return e.What }},
		{Name: "sessions", Text: func(e Event) string { return strings.Join(e.Session, " ") }, CSVOnly: true},
		{Name: "provider", Text: func(e Event) string { return e.Provider }, CSVOnly: true},
		{Name: "data", Text: eventData, CSVOnly: true},
		{Name: "file", Text: func(e Event) string { return e.File }, CSVOnly: true},
		{Name: "chunk", Text: func(e Event) string { return strconv.FormatUint(uint64(e.Chunk), 10) }, CSVOnly: true},
		{Name: "offset", Text: func(e Event) string { return strconv.FormatUint(uint64(e.Offset), 10) }, CSVOnly: true},
	}
}

// eventData writes all fields of an event as name=value, separated by
// semicolons and a space.
func eventData(e Event) string {
	parts := make([]string, 0, len(e.Data))
	for _, f := range e.Data {
		parts = append(parts, f.Name+"="+f.Value)
	}
	if e.UserData != nil {
		parts = e.UserData.leaves(parts)
	}
	if e.Error != nil {
		parts = append(parts, *e.Error)
	}
	return strings.Join(parts, "; ")
}

func (n Node) leaves(parts []string) []string {
	if len(n.Children) == 0 {
		return append(parts, n.Name+"="+n.Value)
	}
	for _, c := range n.Children {
		parts = c.leaves(parts)
	}
	return parts
}

func (a Account) display() string {
	if a.Domain == nil {
		return a.Name
	}
	return *a.Domain + `\` + a.Name
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func count(n *uint32) string {
	if n == nil {
		return ""
	}
	return strconv.FormatUint(uint64(*n), 10)
}
