package simulate

import (
	"encoding/json"
	"fmt"
	"io"

	"spoor/model/event"
)

// Truth is what really happened, whether or not it was logged, lost with a
// cleared log or rolled over before the logs begin. Nothing of it is derived
// from records.
type Truth struct {
	Boots    []*Boot
	Sessions []*Session
	Failures []*Failure
	Steps    []*Step
	Clears   []*Clear
	Bindings []*Binding
	Renames  []*Rename
	Clocks   []*Clock
	Changes  []*Change
	// Proofs are all records of credentials being used with success, whether
	// or not a session came of it. They are not written with the rest.
	Proofs []*Proof

	lost map[place][]span
	// copied says that the evidence has further copies of all records, which
	// clearing a log does not reach: those of a collector, say.
	copied bool
}

// place is a log of a host.
type place struct{ host, channel string }

// span is a range of record numbers.
type span struct{ first, last uint64 }

func (t *Truth) lose(host, channel string, s span) {
	if t.lost == nil {
		t.lost = make(map[place][]span)
	}
	t.lost[place{host, channel}] = append(t.lost[place{host, channel}], s)
}

// Proof is one use of a credential: a ticket, a password check or explicit
// credentials, by the role of its record.
type Proof struct {
	Record
	SID  string
	From string // the client's address; of a password check the name that it claims; of explicit credentials the host
	For  string // the host that a service ticket or explicit credentials are for
}

// Rename is a new name of a computer or an account.
type Rename struct {
	What    string   `json:"of"` // computer, account
	Host    string   `json:"host,omitempty"`
	SID     string   `json:"sid,omitempty"`
	Old     string   `json:"old"`
	New     string   `json:"new"`
	Time    string   `json:"time"`
	Records []Record `json:"records,omitempty"`
}

// Clock is a host's clock being set.
type Clock struct {
	Host    string   `json:"host"`
	Before  string   `json:"before"`
	After   string   `json:"after"`
	Records []Record `json:"records"`
}

// Change is something that was done to an account.
type Change struct {
	What    string   `json:"change"` // created, enabled, reset, added-to-group, locked-out, unlocked, renamed
	Account string   `json:"account"`
	SID     string   `json:"sid"`
	Time    string   `json:"time"`
	Caller  string   `json:"caller,omitempty"`
	Records []Record `json:"records"`
}

// Record names one record.
type Record struct {
	Host    string `json:"host"`
	Channel string `json:"channel"`
	ID      uint64 `json:"record_id"`
	Event   uint16 `json:"event_id"`
	Time    string `json:"time"`
	Role    string `json:"role,omitempty"`
	// Kept is false if the record is older than the logs, or was cleared.
	Kept bool `json:"kept"`
	// At is when it was really written, which its host's clock may not show.
	At event.FileTime `json:"-"`
}

// Boot is one run of a host.
type Boot struct {
	Host   string `json:"host"`
	Number int    `json:"boot"` // of this host, from 1
	Start  string `json:"start"`
	End    string `json:"end,omitempty"`
	Reason string `json:"reason,omitempty"` // shutdown, crash; empty: still running
	// Records say that it began (start) or ended (stop).
	Records []Record `json:"records,omitempty"`
}

// Session is one sitting of an account on a host, by hand or by machine.
type Session struct {
	Account  string   `json:"account"`
	SID      string   `json:"sid"`
	Host     string   `json:"host"`
	Boot     int      `json:"boot"`
	Kind     string   `json:"kind"`
	Type     uint32   `json:"logon_type"`
	LogonIDs []string `json:"logon_ids"` // that of the filtered token first
	Start    string   `json:"start"`
	End      string   `json:"end,omitempty"`
	// Reason is logoff (the user), terminated (the system), shutdown, crash,
	// or empty: still there.
	Reason   string    `json:"reason,omitempty"`
	Source   string    `json:"source_host,omitempty"` // which machine it really was
	Address  string    `json:"source_address,omitempty"`
	Actor    string    `json:"actor,omitempty"` // intruder; empty: the account's owner
	Segments []Segment `json:"segments,omitempty"`
	Checks   []*Check  `json:"checks,omitempty"`
	// Parent is the session that it came out of, as host/boot/logon ID.
	Parent  string   `json:"parent,omitempty"`
	Records []Record `json:"records,omitempty"`
	// Chain are the records that led to it, be they of this session alone or
	// of a ticket that served others too.
	Chain []Record `json:"chain,omitempty"`
	// TicketGUID is true where the GUID in its 4624 is that of its service
	// ticket, which only the logons of newer hosts to themselves have.
	TicketGUID bool `json:"ticket_guid,omitempty"`
	// Rights are the records of the privileges that it was given (4672).
	Rights []Record `json:"-"`

	check *Check // that this is no session but
}

// Segment is a part of a session: connected, disconnected or locked.
type Segment struct {
	State   string `json:"state"`
	Start   string `json:"start"`
	Client  string `json:"client,omitempty"`
	Address string `json:"address,omitempty"`
	// Records tell of its beginning; of the first, the session's do.
	Records []Record `json:"records,omitempty"`
}

// Check is a logon that only proved a credential again within a session.
type Check struct {
	LogonIDs []string `json:"logon_ids"`
	Type     uint32   `json:"logon_type"`
	Time     string   `json:"time"`
	Why      string   `json:"why"`
	Records  []Record `json:"records,omitempty"`
}

// Failure is one attempt that failed, with all records that tell of it.
type Failure struct {
	Time    string   `json:"time"`
	Name    string   `json:"name"`
	Host    string   `json:"host,omitempty"`
	Address string   `json:"source_address"`
	Reason  string   `json:"reason"` // wrong-password, no-such-account, locked-out
	Actor   string   `json:"actor,omitempty"`
	Records []Record `json:"records"`
}

// Step is one thing that an intruder did.
type Step struct {
	Number  int      `json:"step"`
	Start   string   `json:"start"`
	End     string   `json:"end"`
	Title   string   `json:"title"`
	Account string   `json:"account,omitempty"`
	From    string   `json:"from"`
	To      string   `json:"to"`
	Records []Record `json:"records"`
}

// Clear is a log that was cleared: its records from Lost to the one before
// First are gone.
type Clear struct {
	Host    string `json:"host"`
	Channel string `json:"channel"`
	Lost    uint64 `json:"first_lost"`
	First   uint64 `json:"first_kept"`
	Time    string `json:"time"`
}

// WriteTo writes t as JSON lines, each an object with a field "what".
func (t *Truth) WriteTo(w io.Writer) (int64, error) {
	out := &counting{out: w}
	err := writeLines(out, "boot", t.Boots)
	err = firstError(err, writeLines(out, "session", t.Sessions))
	err = firstError(err, writeLines(out, "failure", t.Failures))
	err = firstError(err, writeLines(out, "clear", t.Clears))
	err = firstError(err, writeLines(out, "address", t.Bindings))
	err = firstError(err, writeLines(out, "rename", t.Renames))
	err = firstError(err, writeLines(out, "clock", t.Clocks))
	err = firstError(err, writeLines(out, "account", t.Changes))
	err = firstError(err, writeLines(out, "step", t.Steps))
	return out.n, err
}

// Settle marks the records that were lost after they were written: cleared
// with their log, or cut off with the end of a file. [World.Run] does it for
// those cleared.
func (t *Truth) Settle() {
	if !t.copied {
		for _, c := range t.Clears {
			t.lose(c.Host, c.Channel, span{c.Lost, c.First - 1})
		}
	}
	if len(t.lost) == 0 {
		return
	}
	for _, b := range t.Boots {
		t.settleAll(b.Records)
	}
	for _, b := range t.Bindings {
		t.settleAll(b.Records)
	}
	for _, p := range t.Proofs {
		t.settle(&p.Record)
	}
	for _, r := range t.Renames {
		t.settleAll(r.Records)
	}
	for _, c := range t.Changes {
		t.settleAll(c.Records)
	}
	for _, s := range t.Sessions {
		t.settleAll(s.Records)
		t.settleAll(s.Chain)
		t.settleAll(s.Rights)
		for _, c := range s.Checks {
			t.settleAll(c.Records)
		}
		for _, g := range s.Segments {
			t.settleAll(g.Records)
		}
	}
	for _, f := range t.Failures {
		t.settleAll(f.Records)
	}
	for _, s := range t.Steps {
		t.settleAll(s.Records)
	}
}

func (t *Truth) settleAll(records []Record) {
	for i := range records {
		t.settle(&records[i])
	}
}

func (t *Truth) settle(r *Record) {
	for _, s := range t.lost[place{r.Host, r.Channel}] {
		if r.ID >= s.first && r.ID <= s.last {
			r.Kept = false
		}
	}
}

// prove notes that a credential was used.
func (t *Truth) prove(r ref, role string, p Proof) {
	p.Record = r.as(role)
	t.Proofs = append(t.Proofs, &p)
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

type counting struct {
	out io.Writer
	n   int64
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.out.Write(p)
	c.n += int64(n)
	return n, err
}

func writeLines[T any](w io.Writer, what string, things []*T) error {
	for _, thing := range things {
		line, err := json.Marshal(thing)
		if err != nil {
			return fmt.Errorf("write the truth: %w", err)
		}
		if _, err := fmt.Fprintf(w, "{\"what\":%q,%s\n", what, line[1:]); err != nil {
			return fmt.Errorf("write the truth: %w", err)
		}
	}
	return nil
}

// ref is a record that was written.
type ref struct {
	host    *Host
	channel string
	id      uint64
	event   uint16
	time    event.FileTime
	now     event.FileTime // by no host's clock
	kept    bool
}

// as says what part the record plays.
func (r ref) as(role string) Record {
	return Record{r.host.title, r.channel, r.id, r.event, r.time.String(), role, r.kept, r.now}
}

func logonIDs(ids ...uint64) []string {
	var out []string
	for _, id := range ids {
		if id != 0 {
			out = append(out, event.LogonID(id).String())
		}
	}
	return out
}
