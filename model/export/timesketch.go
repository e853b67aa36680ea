package export

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// TimesketchRow is one line of a Timesketch import: message, datetime and
// timestamp_desc are what Timesketch asks of every row.
type TimesketchRow struct {
	Message         string   `json:"message"`
	Datetime        string   `json:"datetime"`  // ISO 8601 with its offset, to the microsecond
	Timestamp       int64    `json:"timestamp"` // microseconds since 1970
	TimestampDesc   string   `json:"timestamp_desc"`
	DataType        string   `json:"data_type"`
	ComputerName    string   `json:"computer_name"`
	Channel         string   `json:"channel"`
	EventIdentifier uint16   `json:"event_identifier"`
	RecordNumber    uint64   `json:"record_number"`
	SourceName      string   `json:"source_name"` // the event's provider
	Username        string   `json:"username"`
	LogonID         string   `json:"logon_id"`
	SessionID       string   `json:"session_id"`
	SourceAddress   string   `json:"source_address"`
	Certainty       string   `json:"certainty"`
	WindowsTime     string   `json:"windows_time"` // with the seven digits that Windows keeps
	File            string   `json:"file"`         // of the evidence
	Data            string   `json:"data,omitempty"`
	Tag             []string `json:"tag,omitempty"` // of findings: finding, the rule, the severity and the techniques
}

// writeTimesketch writes a row for the start and the end of every session, for
// what changed in between, for every failed attempt, finding and event.
func writeTimesketch(w io.Writer, c *content) error {
	all := []iter.Seq[TimesketchRow]{c.sessionRows(), c.failureRows(), c.findingRows(), c.eventRows()}
	if !c.judges {
		all = slices.Delete(all, 2, 3)
	}
	for _, rows := range all {
		if err := Encode(w, JSONL, nil, rows); err != nil {
			return err
		}
	}
	return nil
}

// at completes a row with its time, and with what all rows share.
func (r TimesketchRow) at(t Time) TimesketchRow {
	r.DataType = "windows:evtx:record"
	r.Datetime = t.FileTime.Time().UTC().Format("2006-01-02T15:04:05.000000+00:00")
	r.Timestamp, r.WindowsTime = t.FileTime.Time().UnixMicro(), t.FileTime.String()
	return r
}

// of says which record a row is of.
func (r TimesketchRow) of(ref *Ref) TimesketchRow {
	if ref != nil {
		r.ComputerName, r.Channel, r.EventIdentifier, r.RecordNumber, r.File = ref.Computer, ref.Channel, ref.EventID, ref.RecordID, ref.File
	}
	return r
}

func (c *content) sessionRows() iter.Seq[TimesketchRow] {
	return func(yield func(TimesketchRow) bool) {
		for s := range c.sessions() {
			for _, r := range sessionRows(s) {
				if !yield(r) {
					return
				}
			}
		}
	}
}

func sessionRows(s Session) []TimesketchRow {
	base := TimesketchRow{
		ComputerName: s.Host, Username: s.Account.display(), LogonID: strings.Join(s.LogonIDs, " "),
		SessionID: s.ID, SourceAddress: orEmpty(s.Source.Address), File: s.Record.File,
	}
	who := fmt.Sprintf("%s session of account %s on %s", s.Kind, s.Account.display(), s.Host)
	start := base.of(&s.Record)
	start.Message, start.TimestampDesc, start.Certainty = who+" began", "Session Start", s.Start.Certainty
	if s.Start.Certainty != "exact" {
		start.Message, start.TimestampDesc = who+" was first seen; it had begun before", "Session First Seen"
	}
	if from := cmp.Or(orEmpty(s.Source.Address), orEmpty(s.Source.Name)); from != "" {
		start.Message += ", from " + from
	}
	rows := []TimesketchRow{start.at(s.Start.Time)}
	for _, g := range s.Segments {
		r := base.of(g.Record)
		r.Message, r.TimestampDesc = who+" is "+g.State, "Session "+strings.ToUpper(g.State[:1])+g.State[1:]
		if g.Why != "" {
			r.Message += ": " + g.Why
		}
		if g.Start.FileTime != 0 {
			rows = append(rows, r.at(g.Start))
		}
	}
	end := base.of(s.End.By)
	end.Certainty = s.End.Certainty
	switch last := s.End.NotBefore; {
	case s.End.Time.FileTime != 0:
		end.Message, end.TimestampDesc = who+" ended: "+s.End.Reason, "Session End"
		rows = append(rows, end.at(s.End.Time))
	case last.FileTime != 0:
		end.Message, end.TimestampDesc = who+" was last seen; when it ended is not known: "+s.End.Reason, "Session Last Seen"
		if s.End.NotAfter.FileTime != 0 {
			end.Message += ", not after " + s.End.NotAfter.String()
		}
		rows = append(rows, end.at(last))
	}
	slices.SortStableFunc(rows, func(a, b TimesketchRow) int { return cmp.Compare(a.WindowsTime, b.WindowsTime) })
	return rows
}

func (c *content) failureRows() iter.Seq[TimesketchRow] {
	return func(yield func(TimesketchRow) bool) {
		for f := range c.failures() {
			r := TimesketchRow{
				Message:       fmt.Sprintf("failed attempt on account %s: %s (%s)", f.Account.display(), f.Reason, f.Code),
				TimestampDesc: "Failed Attempt", ComputerName: f.LoggedOn, Username: f.Account.display(),
				LogonID: orEmpty(f.Subject.LogonID), SourceAddress: orEmpty(f.Source.Address), Certainty: "exact",
			}
			if len(f.Records) > 0 {
				r = r.of(&f.Records[0])
			}
			if !yield(r.at(f.Time)) {
				return
			}
		}
	}
}

// findingRows are no records: they say which one each is anchored on.
func (c *content) findingRows() iter.Seq[TimesketchRow] {
	return func(yield func(TimesketchRow) bool) {
		for f := range c.foundRecords() {
			r := TimesketchRow{
				Message: "finding, " + f.Severity + ": " + f.Title + ". " + f.Why, TimestampDesc: "Finding: " + f.Rule,
				Username: someOf(f.accounts(), mostOnPage, f.AccountCount), SessionID: strings.Join(f.Sessions, " "), Tag: append([]string{"finding", f.Rule, f.Severity}, f.Technique...),
			}
			if f.Lowered != nil {
				r.Message += " Severity lowered: " + *f.Lowered + "."
			}
			if f.Dismissed != nil {
				r.Message, r.Tag = strings.TrimSpace(r.Message+" Dismissed: "+f.Dismissed.Note), append(r.Tag, "dismissed")
			}
			if f.Source != nil {
				r.SourceAddress = orEmpty(f.Source.Address)
			}
			if len(f.Records) > 0 {
				r = r.of(&f.Records[0])
			}
			r = r.at(f.Start)
			r.DataType = "spoor:finding"
			if !yield(r) {
				return
			}
		}
	}
}

// identityFields are the fields of events that name an account and its logon,
// the more telling first.
var identityFields = [...]struct{ user, domain, logonID string }{
	{"TargetUserName", "TargetDomainName", "TargetLogonId"}, {"AccountName", "AccountDomain", "LogonID"}, {"SubjectUserName", "SubjectDomainName", "SubjectLogonId"},
}

func (c *content) eventRows() iter.Seq[TimesketchRow] {
	return func(yield func(TimesketchRow) bool) {
		for e := range c.events() {
			r := TimesketchRow{
				Message: fmt.Sprintf("[%d] %s", e.EventID, e.What), TimestampDesc: "Event Logged",
				ComputerName: e.Computer, Channel: e.Channel, EventIdentifier: e.EventID, RecordNumber: e.RecordID,
				SourceName: e.Provider, SessionID: strings.Join(e.Session, " "), Certainty: "exact", File: e.File, Data: eventData(e),
			}
			r.Username, r.LogonID = identity(e)
			r.SourceAddress = strings.TrimPrefix(present(fieldOf(e, "IpAddress")), "::ffff:")
			if !yield(r.at(e.Time)) {
				return
			}
		}
	}
}

// identity returns the account and the logon ID that an event's fields name.
func identity(e Event) (user, logonID string) {
	for _, f := range identityFields {
		name := present(fieldOf(e, f.user))
		if name == "" {
			continue
		}
		if domain := present(fieldOf(e, f.domain)); domain != "" {
			name = domain + `\` + name
		}
		return name, fieldOf(e, f.logonID)
	}
	return "", ""
}

func fieldOf(e Event, name string) string {
	for _, f := range e.Data {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// present is a field's value; a hyphen is how Windows writes that there is none.
func present(value string) string {
	if value == "-" {
		return ""
	}
	return value
}
