package model_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
)

// between is how many records of somebody else are put between two of a story:
// more than rules look at around one, so that what is far stays far.
const between = 90

// padded is a story with records of an account between that has no part in it.
func padded(m *machine) *machine {
	out := newMachine(m.name)
	s := schemas.Of(event.ProcessCreated)
	pad := func(like rec, number uint64, at event.FileTime) {
		out.recs = append(out.recs, rec{like.computer, like.channel, s.Provider, number, at, event.ProcessCreated, 0,
			merge(subject(stranger, 0x77), fields{event.NewProcess: `C:\idle.exe`})})
	}
	first := slices.IndexFunc(m.recs, func(r rec) bool { return r.channel == "Security" })
	for i, r := range m.recs {
		number := r.number
		r.number = r.number*(between+1) + between
		if i == first {
			for k := between; k > 0; k-- {
				pad(r, r.number-uint64(k), r.time.Add(-time.Duration(k)*time.Minute))
			}
		}
		out.recs = append(out.recs, r)
		to := slices.IndexFunc(m.recs[i+1:], func(o rec) bool { return o.channel == r.channel })
		if r.channel != "Security" || r.fields[event.SubjectName] == stranger.name || to >= 0 && m.recs[i+1+to].number != number+1 {
			continue
		}
		span := between * time.Minute
		if to >= 0 {
			span = max(0, m.recs[i+1+to].time.Sub(r.time))
		}
		for k := 1; k <= between; k++ {
			pad(r, r.number+uint64(k), r.time.Add(span/(between+1)*time.Duration(k)))
		}
	}
	return out
}

var stranger = who{"S-1-5-21-1-2-3-9999", "stranger", "CORP"}

// tellOf is all that is told of the sessions of accounts of a name, by ID.
func tellOf(t testing.TB, s *model.Snapshot, is func([]string) bool) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, a := range s.Accounts() {
		if !is([]string{a.Name}) {
			continue
		}
		for _, row := range s.Sessions(a.ID, model.None) {
			r := export.View{Snapshot: s}.Session(row)
			b, err := json.MarshalIndent(r, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			out[r.ID] = string(b)
		}
	}
	return out
}

// selects is as selectsAlike where all stories are asked for: it takes minutes.
func selects(t testing.TB, machines ...*machine) {
	t.Helper()
	if os.Getenv("SPOOR_PREFILTER_ALL") != "" {
		selectsAlike(t, machines...)
	}
}

// selectsAlike fails the test where what is selected for an account of a story,
// amid the records of others, tells of its sessions otherwise than all records
// do.
func selectsAlike(t testing.TB, machines ...*machine) {
	t.Helper()
	var files []logFile
	for i, m := range machines {
		p := padded(m)
		files = append(files, asFile(event.FileID(i), m.name+".evtx", p.recs, 1000))
	}
	selectsFilesAlike(t, files)
}

func selectsFilesAlike(t testing.TB, files []logFile) {
	t.Helper()
	all := build(t, files)
	selectsTimesAlike(t, files, all)
	done := map[string]bool{}
	for _, a := range all.Accounts() {
		if a.Class != model.ClassUser || a.Sessions == 0 || done[a.Name] || a.Name == stranger.name {
			continue
		}
		done[a.Name] = true
		is := func(names []string) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, a.Name) })
		}
		want, got := tellOf(t, all, is), tellOf(t, selected(t, files, model.Choice{Accounts: is}), is)
		for id := range want {
			if want[id] != got[id] {
				t.Errorf("a selection tells otherwise of session %s of %s:\n%s\nnot\n%s", id, a.Name, got[id], want[id])
			}
		}
		for id := range got {
			if want[id] == "" {
				t.Errorf("a selection makes up the session %s of %s:\n%s", id, a.Name, got[id])
			}
		}
	}
}

// selectsTimesAlike fails the test where what is selected by a time tells of the
// sessions of persons that lived then otherwise than all records do. The times
// are those at which each session began and ended.
func selectsTimesAlike(t testing.TB, files []logFile, all *model.Snapshot) {
	t.Helper()
	done := map[event.FileTime]bool{}
	for n := range model.SessionRow(all.SessionCount()) {
		x := all.Session(n)
		for _, at := range []event.FileTime{x.Start, lastOf(x)} {
			if all.Account(x.Account).Class != model.ClassUser || done[at] {
				continue
			}
			done[at] = true
			until := at.Add(time.Minute)
			want, got := tellAlive(t, all, at, until), tellAlive(t, selected(t, files, model.Choice{Since: at, Until: until}), at, until)
			for id := range want {
				if want[id] != got[id] {
					t.Errorf("a selection by the time %s tells otherwise of session %s:\n%s\nnot\n%s", at, id, got[id], want[id])
				}
			}
			for id := range got {
				if want[id] == "" {
					t.Errorf("a selection by the time %s makes up the session %s:\n%s", at, id, got[id])
				}
			}
		}
	}
}

func lastOf(x model.Session) event.FileTime {
	return max(x.End.Time, x.End.NotAfter, x.End.NotBefore, x.Start)
}

// tellAlive is all that is told of the sessions of persons that may have lived
// in a time, by ID.
func tellAlive(t testing.TB, s *model.Snapshot, since, until event.FileTime) map[string]string {
	t.Helper()
	out := map[string]string{}
	for n := range model.SessionRow(s.SessionCount()) {
		x := s.Session(n)
		a := s.Account(x.Account)
		if a.Class != model.ClassUser || a.Name == stranger.name || x.Start >= until || lastOf(x) < since || !s.Told(n) {
			continue
		}
		r := export.View{Snapshot: s}.Session(n)
		b, err := json.MarshalIndent(r, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		out[r.ID] = string(b)
	}
	return out
}

// keptWhole returns the computers of which all is kept for an account, and how
// often files are read.
func keptWhole(t testing.TB, files []logFile, name string) (whole map[string]string, readings int) {
	t.Helper()
	is := func(names []string) bool { return slices.Contains(names, name) }
	b := model.NewBuilder(event.NewSchemas())
	_, readings = selectedBy(t, b, files, model.Choice{Accounts: is})
	return b.WholeComputers(), readings
}

// selected reads files twice.
func selected(t testing.TB, files []logFile, c model.Choice) *model.Snapshot {
	t.Helper()
	s, _ := selectedBy(t, model.NewBuilder(event.NewSchemas()), files, c)
	return s
}

func selectedBy(t testing.TB, b *model.Builder, files []logFile, c model.Choice) (s *model.Snapshot, readings int) {
	t.Helper()
	b.Survey(c)
	for round := 0; ; round++ {
		for _, f := range files {
			b.AddFile(f.file)
			for _, batch := range f.batches {
				b.Add(batch)
			}
			b.FileDone(f.stats)
		}
		if round == 0 {
			b.Select()
		} else if s := b.Selected(); s != nil {
			return s, round + 1
		}
		if round > 10 {
			t.Fatal("a selection has no end")
		}
	}
}
