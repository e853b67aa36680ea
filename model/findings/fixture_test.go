package findings_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
)

// fields are the columns of an event: strings, uint32 numbers, event.LogonID,
// event.FileTime.
type fields map[event.Column]any

const labSID = "S-1-5-21-10-20-30"

// lab is a domain, LAB (lab.example), as its logs tell of it.
type lab struct {
	hosts []*host
	rids  map[string]int
}

// host writes the Security log of one computer, and its other logs.
type host struct {
	lab     *lab
	name    string
	dns     string // its domain
	now     event.FileTime
	records []record
	numbers map[string]uint64
	ids     event.LogonID
	carved  bool // its log was found in pieces
}

type record struct {
	kind   event.Kind
	id     uint16
	number uint64
	time   event.FileTime
	fields fields
}

var schemas = event.NewSchemas()

func newLab() *lab { return &lab{rids: map[string]int{}} }

// sid is the SID of an account of the domain.
func (l *lab) sid(name string) string {
	name = strings.ToLower(name)
	if name == "administrator" {
		return labSID + "-500"
	}
	if l.rids[name] == 0 {
		l.rids[name] = 1101 + len(l.rids)
	}
	return fmt.Sprintf("%s-%d", labSID, l.rids[name])
}

// host makes a computer of the domain, whose log begins with day 0.
func (l *lab) host(name string) *host {
	h := &host{lab: l, name: name, dns: "lab.example", numbers: map[string]uint64{}, ids: 0x10000}
	l.hosts = append(l.hosts, h)
	h.at(0, "00:00:01").log(event.SpecialPrivileges, fields{event.SubjectSID: l.sid(name + "$"), event.SubjectName: name + "$", event.SubjectDomain: "LAB", event.SubjectLogon: event.LogonID(0x3e5)})
	return h.log(event.SpecialPrivileges, fields{event.SubjectSID: "S-1-5-18", event.SubjectName: name + "$", event.SubjectDomain: "LAB", event.SubjectLogon: event.LogonID(0x3e7)})
}

// foreign makes a domain controller of another domain, whose log is of day 0 alone.
func (l *lab) foreign(name string) *host {
	const sid = "S-1-5-21-70-80-90"
	h := &host{lab: l, name: name, dns: "other.example", numbers: map[string]uint64{}, ids: 0x10000}
	l.hosts = append(l.hosts, h)
	h.at(0, "00:00:01").log(event.SpecialPrivileges, fields{event.SubjectSID: sid + "-1000", event.SubjectName: name + "$", event.SubjectDomain: "OTHER", event.SubjectLogon: event.LogonID(0x3e5)})
	return h.at(0, "08:00:00").tgt("visitor", "10.7.0.1", fields{event.TargetSID: sid + "-1101", event.TargetDomain: "OTHER"})
}

// at sets the clock: a day of the logs, from 0 on, and the time of day.
func (h *host) at(day int, clock string) *host {
	t, err := time.Parse("15:04:05.999", clock)
	if err != nil {
		panic(err)
	}
	midnight := time.Date(2026, time.March, 2+day, 0, 0, 0, 0, time.UTC)
	h.now = event.FileTimeOf(midnight.Add(t.Sub(t.Truncate(24 * time.Hour))))
	return h
}

// after lets time pass.
func (h *host) after(d time.Duration) *host {
	h.now = h.now.Add(d)
	return h
}

func (h *host) log(k event.Kind, f fields) *host { return h.logID(k, schemas.Of(k).EventID, f) }

func (h *host) logID(k event.Kind, id uint16, f fields) *host {
	channel := schemas.Of(k).Channel
	if k == event.Other {
		channel = "Security"
	}
	h.numbers[channel]++
	h.records = append(h.records, record{k, id, h.numbers[channel], h.now, f})
	return h
}

// skip leaves out records of the Security log.
func (h *host) skip(n uint64) *host {
	h.numbers["Security"] += n
	return h
}

func merge(all ...fields) fields {
	out := fields{}
	for _, f := range all {
		for c, v := range f {
			out[c] = v
		}
	}
	return out
}

func (h *host) target(name string, id event.LogonID) fields {
	return fields{event.TargetSID: h.lab.sid(name), event.TargetName: name, event.TargetDomain: "LAB", event.TargetLogon: id}
}

func (h *host) subject(name string, id event.LogonID) fields {
	return fields{event.SubjectSID: h.lab.sid(name), event.SubjectName: name, event.SubjectDomain: "LAB", event.SubjectLogon: id}
}

// logon logs 4624 and returns its logon ID.
func (h *host) logon(name string, typ uint32, more ...fields) event.LogonID {
	h.ids += 0x100
	h.log(event.Logon, merge(append([]fields{h.target(name, h.ids), {event.SubjectSID: "S-1-5-18", event.SubjectName: h.name + "$", event.SubjectDomain: "LAB", event.SubjectLogon: event.LogonID(0x3e7)},
		{event.LogonType: typ}}, more...)...))
	return h.ids
}

// desktop logs a logon at the console.
func (h *host) desktop(name string) event.LogonID {
	return h.logon(name, 2, fields{event.LogonProcess: "User32 ", event.Package: "Negotiate", event.Process: `C:\Windows\System32\winlogon.exe`, event.IPAddress: "127.0.0.1", event.Workstation: h.name})
}

func (h *host) ends(name string, id event.LogonID, typ uint32) *host {
	return h.log(event.LogonTerminated, merge(h.target(name, id), fields{event.LogonType: typ}))
}

// network logs a network logon by a package.
func (h *host) network(name, address, pack string) event.LogonID {
	return h.logon(name, 3, fields{event.LogonProcess: pack, event.Package: pack, event.IPAddress: address})
}

// remote logs a Remote Desktop logon.
func (h *host) remote(name, address string) event.LogonID {
	return h.logon(name, 10, fields{event.LogonProcess: "User32 ", event.Package: "Negotiate", event.Process: `C:\Windows\System32\winlogon.exe`, event.IPAddress: address, event.Workstation: h.name})
}

const windowsOptions = uint32(0x40810010)

// tgt logs 4768, granted.
func (h *host) tgt(name, address string, more ...fields) *host {
	return h.log(event.TicketGranting, merge(append([]fields{{event.TargetSID: h.lab.sid(name), event.TargetName: name, event.TargetDomain: "LAB", event.ServiceName: "krbtgt",
		event.TicketOptions: windowsOptions, event.Status: uint32(0), event.TicketEncryption: uint32(0x12), event.PreAuthType: "2", event.IPAddress: address}}, more...)...))
}

// unknown logs 4768 for a name that no account has.
func (h *host) unknown(name, address string) *host {
	return h.log(event.TicketGranting, fields{event.TargetSID: "S-1-0-0", event.TargetName: name, event.TargetDomain: "LAB", event.ServiceName: "krbtgt/LAB",
		event.TicketOptions: windowsOptions, event.Status: uint32(6), event.TicketEncryption: uint32(0xffffffff), event.PreAuthType: "-", event.IPAddress: address})
}

// refuses logs 4771: a wrong password.
func (h *host) refuses(name, address string, more ...fields) *host {
	return h.log(event.PreAuthFailed, merge(append([]fields{{event.TargetSID: h.lab.sid(name), event.TargetName: name, event.ServiceName: "krbtgt/LAB", event.TicketOptions: windowsOptions,
		event.Status: uint32(0x18), event.PreAuthType: "2", event.IPAddress: address}}, more...)...))
}

// ntlm logs 4776.
func (h *host) ntlm(name, client string, status uint32) *host {
	return h.log(event.CredentialValidation, fields{event.TargetName: name, event.Workstation: client, event.Status: status})
}

const (
	aes = uint32(0x12)
	rc4 = uint32(0x17)
)

// ticket logs 4769, granted.
func (h *host) ticket(name, service, address string, enc uint32) *host {
	return h.log(event.ServiceTicket, fields{event.TargetName: name + "@LAB.EXAMPLE", event.TargetDomain: "LAB.EXAMPLE", event.ServiceName: service, event.TicketOptions: uint32(0x40810000),
		event.TicketEncryption: enc, event.IPAddress: address, event.Status: uint32(0)})
}

// snapshot reads the logs of a lab.
func (l *lab) snapshot() *model.Snapshot {
	b := model.NewBuilder(schemas)
	for i, h := range l.hosts {
		id := event.FileID(i)
		b.AddFile(event.File{ID: id, Name: h.name + ".evtx"})
		b.Add(h.batch(id, uint64(i+1)))
		b.FileDone(event.FileStats{File: id, Records: uint64(len(h.records)), Carved: h.carved})
	}
	return b.Finish()
}

func (h *host) batch(file event.FileID, dictionary uint64) *event.Batch {
	b := &event.Batch{File: file, Dictionary: dictionary, FirstText: 1, FirstGUID: 1}
	texts := map[string]event.StringID{"": 0}
	text := func(s string) event.StringID {
		id, ok := texts[s]
		if !ok {
			id = event.StringID(len(texts))
			texts[s] = id
			b.Texts = append(b.Texts, s)
		}
		return id
	}
	for _, r := range h.records {
		s := schemas.Of(r.kind)
		channel, provider := s.Channel, s.Provider
		if r.kind == event.Other {
			channel, provider = "Security", "Microsoft-Windows-Security-Auditing"
		}
		row := event.Row{
			Time: r.time, RecordID: r.number, Chunk: uint32(r.number / 100), Offset: uint16(r.number % 100), Provider: text(provider), Channel: text(channel),
			Computer: text(strings.ToLower(h.name) + "." + h.dns), Values: uint32(len(b.Values)), Kind: r.kind, EventID: r.id, Version: 2,
		}
		for i, f := range s.Fields {
			value := uint64(0)
			switch v := r.fields[f.Column].(type) {
			case nil:
				b.Values = append(b.Values, 0)
				continue
			case string:
				value = uint64(text(v))
			case uint32:
				value = uint64(v)
			case event.LogonID:
				value = uint64(v)
			case event.FileTime:
				value = uint64(v)
			default:
				panic(fmt.Sprintf("no column holds a %T", v))
			}
			row.Present |= 1 << i
			b.Values = append(b.Values, value)
		}
		b.Rows = append(b.Rows, row)
		b.Runs = append(b.Runs, event.Run{Computer: row.Computer, Channel: row.Channel, FirstID: r.number, LastID: r.number,
			FirstTime: r.time, LastTime: r.time, MinTime: r.time, MaxTime: r.time, Count: 1})
	}
	return b
}

// of returns the findings of a rule.
func of(set *findings.Set, rule string) []findings.Finding {
	var out []findings.Finding
	for _, f := range set.All {
		if f.Rule == rule {
			out = append(out, f)
		}
	}
	return out
}

func find(l *lab) *findings.Set {
	return findings.Find(context.Background(), l.snapshot(), findings.Thresholds{})
}

// nothing is what is wanted where a rule is to find nothing.
const nothing = findings.Severity(255)

// story is a lab, and how severely a rule is to judge it.
type story struct {
	name string
	rule string
	tell func(*lab)
	want findings.Severity
	// why and lowered are parts of what it is to say.
	why, lowered string
}

// judge demands that each story has one finding of its rule, or none.
func judge(t *testing.T, stories []story) {
	t.Helper()
	for _, s := range stories {
		t.Run(s.rule+"/"+s.name, func(t *testing.T) {
			l := newLab()
			s.tell(l)
			got := of(find(l), s.rule)
			if s.want == nothing {
				for _, f := range got {
					t.Errorf("found, %s: %s", f.Severity, f.Why)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%d findings, want 1: %+v", len(got), got)
			}
			f := got[0]
			if f.Severity != s.want || !strings.Contains(f.Why, s.why) || !strings.Contains(f.Lowered, s.lowered) {
				t.Errorf("%s: %s\nlowered: %s\nwant %s, with %q, lowered with %q", f.Severity, f.Why, f.Lowered, s.want, s.why, s.lowered)
			}
			if len(f.ID) != 16 || f.Start == 0 || f.End < f.Start || f.RecordCount < len(f.Records) || len(f.Hosts) == 0 {
				t.Errorf("the finding is not whole: %+v", f)
			}
			rule, _ := findings.RuleByID(f.Rule)
			if f.Severity < rule.Severity && f.Lowered == "" {
				t.Errorf("it is below the rule's %s and does not say why", rule.Severity)
			}
		})
	}
}
