package model_test

import (
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// fields are the columns of an event: strings, uint32 numbers, event.LogonID,
// event.GUID, event.FileTime.
type fields map[event.Column]any

// rec is one record of a log, as readable as a test needs it.
type rec struct {
	computer, channel, provider string
	number                      uint64
	time                        event.FileTime
	kind                        event.Kind
	version                     uint8
	fields                      fields
}

// who is an account as events name it.
type who struct{ sid, name, domain string }

var (
	alice  = who{"S-1-5-21-1-2-3-1101", "alice", "CORP"}
	bob    = who{"S-1-5-21-1-2-3-1102", "bob", "CORP"}
	system = who{"S-1-5-18", "PC01$", "CORP"}
)

// machine writes the logs of one computer.
type machine struct {
	name    string
	now     event.FileTime
	numbers map[string]uint64 // by channel
	recs    []rec
	others  []*machine
}

// beside makes another domain controller of m's domain.
func (m *machine) beside(name string) *machine {
	o := newMachine(name).at("07:00:00")
	for _, r := range m.recs[:1] {
		o.log(r.kind, r.fields)
	}
	m.others = append(m.others, o)
	return o
}

var schemas = event.NewSchemas()

func newMachine(name string) *machine { return &machine{name: name, numbers: map[string]uint64{}} }

// clock reads a time of 2024-05-01, or a date and time.
func clock(s string) event.FileTime {
	if !strings.Contains(s, " ") {
		s = "2024-05-01 " + s
	}
	t, err := time.Parse("2006-01-02 15:04:05.9999999", s)
	if err != nil {
		panic(err)
	}
	return event.FileTimeOf(t)
}

// at sets the clock.
func (m *machine) at(s string) *machine {
	m.now = clock(s)
	return m
}

// skip leaves out n records of a channel.
func (m *machine) skip(channel string, n uint64) *machine {
	m.numbers[channel] += n
	return m
}

// log writes an event.
func (m *machine) log(k event.Kind, f fields) *machine { return m.logVersion(k, 0, f) }

func (m *machine) logVersion(k event.Kind, version uint8, f fields) *machine {
	s := schemas.Of(k)
	channel, provider := s.Channel, s.Provider
	if k == event.Other {
		channel, provider = "Security", "Some-Provider"
	}
	m.numbers[channel]++
	m.recs = append(m.recs, rec{m.name, channel, provider, m.numbers[channel], m.now, k, version, f})
	return m
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

func target(w who, id event.LogonID) fields {
	return fields{event.TargetSID: w.sid, event.TargetName: w.name, event.TargetDomain: w.domain, event.TargetLogon: id}
}

func subject(w who, id event.LogonID) fields {
	return fields{event.SubjectSID: w.sid, event.SubjectName: w.name, event.SubjectDomain: w.domain, event.SubjectLogon: id}
}

func (m *machine) logon(w who, id event.LogonID, typ uint32, more ...fields) *machine {
	return m.logVersion(event.Logon, 2, merge(append([]fields{target(w, id), subject(system, 0x3e7), {event.LogonType: typ}}, more...)...))
}

func (m *machine) ends(w who, id event.LogonID, typ uint32) *machine {
	return m.log(event.LogonTerminated, merge(target(w, id), fields{event.LogonType: typ}))
}

// audits logs a logoff: then it means something that another is missing.
func (m *machine) audits() *machine { return m.ends(bob, 0x111, 3) }

func (m *machine) logsOff(w who, id event.LogonID) *machine {
	return m.log(event.LogoffInitiated, target(w, id))
}

func (m *machine) runs(w who, id event.LogonID, image string) *machine {
	return m.log(event.ProcessCreated, merge(subject(w, id), fields{event.NewProcess: image}))
}

func (m *machine) starts() *machine { return m.log(event.LSASSStarted, nil) }

func linked(id event.LogonID, elevated bool) fields {
	word := "%%1843"
	if elevated {
		word = "%%1842"
	}
	return fields{event.LinkedLogon: id, event.Elevated: word}
}

// pair logs the two halves of a split token, the elevated one first.
func (m *machine) pair(w who, elevated, filtered event.LogonID, typ uint32) *machine {
	return m.logon(w, elevated, typ, linked(filtered, true)).logon(w, filtered, typ, linked(elevated, false))
}

// batcher turns records into batches with a dictionary of their own.
type batcher struct {
	batch event.Batch
	texts map[string]event.StringID
	guids map[event.GUID]event.GUIDID
}

var dictionaries uint64

func newBatcher(file event.FileID) *batcher {
	dictionaries++
	return &batcher{
		batch: event.Batch{File: file, Dictionary: dictionaries, FirstText: 1, FirstGUID: 1},
		texts: map[string]event.StringID{"": 0}, guids: map[event.GUID]event.GUIDID{{}: 0},
	}
}

func (b *batcher) text(s string) event.StringID {
	id, ok := b.texts[s]
	if !ok {
		id = event.StringID(len(b.texts))
		b.texts[s] = id
		b.batch.Texts = append(b.batch.Texts, s)
	}
	return id
}

func (b *batcher) value(v any) uint64 {
	switch v := v.(type) {
	case string:
		return uint64(b.text(v))
	case uint32:
		return uint64(v)
	case event.LogonID:
		return uint64(v)
	case event.FileTime:
		return uint64(v)
	case event.GUID:
		id, ok := b.guids[v]
		if !ok {
			id = event.GUIDID(len(b.guids))
			b.guids[v] = id
			b.batch.GUIDs = append(b.batch.GUIDs, v)
		}
		return uint64(id)
	}
	panic("no column holds such a value")
}

func (b *batcher) add(r rec) {
	s := schemas.Of(r.kind)
	row := event.Row{
		Time: r.time, RecordID: r.number, Chunk: uint32(r.number / 100), Offset: uint16(r.number % 100),
		Provider: b.text(r.provider), Channel: b.text(r.channel), Computer: b.text(r.computer),
		Values: uint32(len(b.batch.Values)), Kind: r.kind, EventID: s.EventID, Version: r.version,
	}
	for i, f := range s.Fields {
		v, ok := r.fields[f.Column]
		if ok {
			row.Present |= 1 << i
			b.batch.Values = append(b.batch.Values, b.value(v))
		} else {
			b.batch.Values = append(b.batch.Values, 0)
		}
	}
	b.batch.Rows = append(b.batch.Rows, row)
	b.batch.Runs = append(b.batch.Runs, event.Run{
		Computer: row.Computer, Channel: row.Channel, FirstID: r.number, LastID: r.number,
		FirstTime: r.time, LastTime: r.time, MinTime: r.time, MaxTime: r.time, Count: 1,
	})
}

// asFile makes a file of records, in batches of at most size rows.
func asFile(id event.FileID, name string, recs []rec, size int) logFile {
	out := logFile{file: event.File{ID: id, Name: name, Size: int64(len(recs))}, stats: event.FileStats{File: id, Records: uint64(len(recs))}}
	for len(recs) > 0 {
		n := min(size, len(recs))
		b := newBatcher(id)
		for _, r := range recs[:n] {
			b.add(r)
		}
		out.batches = append(out.batches, &b.batch)
		recs = recs[n:]
	}
	return out
}

// tell loads each machine's records as one file.
func tell(t testing.TB, machines ...*machine) *model.Snapshot {
	t.Helper()
	var files []logFile
	for i, m := range machines {
		files = append(files, asFile(event.FileID(i), m.name+".evtx", m.recs, 1000))
	}
	selects(t, machines...)
	return build(t, files)
}

// session returns the one session that a name finds.
func session(t testing.TB, s *model.Snapshot, name string) model.Session {
	t.Helper()
	rows, err := s.FindSessions(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 {
		t.Fatalf("%s finds %d sessions, want 1", name, len(rows))
	}
	return s.Session(rows[0])
}

// sessions returns all sessions that a name finds, oldest boot first.
func sessions(t testing.TB, s *model.Snapshot, name string) []model.Session {
	t.Helper()
	rows, err := s.FindSessions(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []model.Session
	for _, r := range rows {
		out = append(out, s.Session(r))
	}
	return out
}

func wantEnd(t testing.TB, got model.End, reason model.EndReason, certainty model.EndCertainty, at string) {
	t.Helper()
	if got.Reason != reason || got.Certainty != certainty {
		t.Errorf("end is %s, %s; want %s, %s", got.Reason, got.Certainty, reason, certainty)
	}
	want := event.FileTime(0)
	if at != "" {
		want = clock(at)
	}
	if got.Time != want {
		t.Errorf("ended at %s, want %s", got.Time, want)
	}
}
