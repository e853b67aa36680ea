package model_test

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// Snapshots are read while more is added; they do not change.
func TestSnapshotsAreReadWhileTheBuilderGoesOn(t *testing.T) {
	b := model.NewBuilder(event.NewSchemas())
	var group sync.WaitGroup
	pc := newMachine("PC01.corp.local").at("08:00:00")
	for n := range 20 {
		for i := range 20 {
			id := event.LogonID(0x5000 + 0x100*n + i)
			pc.at(fmt.Sprintf("08:%02d:%02d", n, i)).logon(alice, id, 3).ends(alice, id, 3)
		}
		f := asFile(event.FileID(n), fmt.Sprintf("%d.evtx", n), pc.recs, 7)
		pc.recs = nil
		b.AddFile(f.file)
		for _, batch := range f.batches {
			b.Add(batch)
		}
		b.FileDone(f.stats)
		s := b.Snapshot()
		if !s.Provisional() || len(s.Files()) != n+1 {
			t.Fatalf("provisional %t, %d files", s.Provisional(), len(s.Files()))
		}
		group.Go(func() {
			events, sessions := s.EventCount(), s.SessionCount()
			for e := range events {
				s.Describe(model.EventRow(e))
			}
			for row := range sessions {
				if x := s.Session(model.SessionRow(row)); !x.Provisional || x.ID == "" {
					t.Errorf("%+v", x)
				}
			}
			s.Sessions(model.None, model.None)
			if events != s.EventCount() || sessions != s.SessionCount() {
				t.Error("a snapshot changed")
			}
		})
	}
	group.Wait()
	if s := b.Finish(); s.Provisional() || s.SessionCount() != 401 || s.EventCount() != 800 {
		t.Errorf("%d sessions, %d events", s.SessionCount(), s.EventCount())
	}
}

// Tallies are always of now; sessions follow when a host's events doubled.
func TestProvisionalHostsAreCorrelatedWhenTheirEventsDoubled(t *testing.T) {
	b := model.NewBuilder(event.NewSchemas())
	pc := newMachine("PC01").at("08:00:00")
	for i := range 10 {
		pc.logon(alice, event.LogonID(0x5000+i), 3)
	}
	f := asFile(0, "a.evtx", pc.recs, 1)
	want := map[int]int{1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 4, 8: 8, 9: 8, 10: 8}
	for n, batch := range f.batches {
		b.Add(batch)
		s := b.Snapshot()
		if h := s.Hosts()[0]; h.Events != n+1 || s.EventCount() != want[n+1] {
			t.Errorf("after %d: tally %d, correlated %d, want %d", n+1, h.Events, s.EventCount(), want[n+1])
		}
	}
	if n := b.Finish().EventCount(); n != 10 {
		t.Errorf("%d events at the end", n)
	}
}

func TestHashesAndDamageAreKept(t *testing.T) {
	b := model.NewBuilder(event.NewSchemas())
	b.AddFile(event.File{ID: 1, Name: "b.evtx"})
	b.AddFile(event.File{ID: 0, Name: "a.evtx"})
	before := b.Snapshot()
	b.SetHash(1, "abc")
	b.SetHash(7, "no such file")
	b.AddDamage(event.Damage{File: 1, Reason: "torn"})
	b.Add(&event.Batch{File: 0, Damage: []event.Damage{{Reason: "bent"}}})
	b.FileDone(event.FileStats{File: 1, Records: 3})
	s := b.Finish()
	if s.Files()[1].SHA256 != "abc" || before.Files()[1].SHA256 != "" || len(s.Damage()) != 2 {
		t.Errorf("%+v %+v", s.Files(), s.Damage())
	}
	if st, ok := s.Stats(1); !ok || st.Records != 3 {
		t.Errorf("%+v", st)
	}
	if _, ok := s.Stats(0); ok {
		t.Error("a file that is not read has statistics")
	}
}

// Whatever a batch says, nothing panics and nothing is allocated by a number
// that it holds.
func TestAbsurdBatchesAreHarmless(t *testing.T) {
	b := model.NewBuilder(event.NewSchemas())
	absurd := event.Row{
		Time: math.MaxUint64, RecordID: math.MaxUint64, Chunk: math.MaxUint32, Offset: math.MaxUint16, Provider: math.MaxUint32,
		Channel: math.MaxUint32, Computer: math.MaxUint32, Values: math.MaxUint32, Present: math.MaxUint64, Kind: math.MaxUint8,
	}
	batch := &event.Batch{File: 3, FirstText: math.MaxUint32, Texts: []string{"Security", "-", " x "}, Rows: []event.Row{absurd}}
	for k := range schemas.Len() {
		r := absurd
		r.Kind, r.Values = event.Kind(k), 0
		r.Channel, r.Computer = 1, 3
		batch.Rows = append(batch.Rows, r)
		r.RecordID, r.Time = 0, 0
		batch.Rows = append(batch.Rows, r)
	}
	for range 64 {
		batch.Values = append(batch.Values, math.MaxUint64)
	}
	batch.Runs = []event.Run{{Channel: 9, FirstID: math.MaxUint64, LastID: 0, Count: math.MaxUint64}, {Channel: 1, Computer: 3, FirstID: 5, LastID: math.MaxUint64, Count: 1, MaxTime: math.MaxUint64}}
	b.Add(batch)
	b.Snapshot()
	s := b.Finish()
	for e := range s.EventCount() + 2 {
		row := model.EventRow(e)
		s.Event(row)
		s.Describe(row)
		s.Title(row)
		s.EventSessions(row)
	}
	for row := range s.SessionCount() + 2 {
		x := s.Session(model.SessionRow(row))
		x.Length()
		for _, l := range x.Logons {
			s.Logon(l)
		}
	}
	s.Failures()
	s.Host(model.None)
	s.Account(model.None)
	s.Logon(model.None)
	s.Session(model.None)
	s.LogonEvents(model.None)
	s.SessionEvents(model.None)
	s.Sessions(model.None, 999)
	s.Text(model.None, event.TargetName)
	s.Number(model.None, event.TargetLogon)
	s.GUID(model.None, event.LogonGUID)
}

// A row that no snapshot has is the zero of its kind, not a panic.
func TestEmptyBuilderHasNothing(t *testing.T) {
	s := model.NewBuilder(event.NewSchemas()).Finish()
	if s.EventCount() != 0 || s.SessionCount() != 0 || len(s.Hosts()) != 0 || len(s.Accounts()) != 0 || s.Event(0) != (model.Event{}) {
		t.Error("an empty builder has something")
	}
}

// Hostile logs may not make the work grow faster than they do.
func TestHostileLogsCostLinearWork(t *testing.T) {
	const n = 20_000
	tests := map[string]func(pc *machine, i int){
		"every record starts Windows":   func(pc *machine, i int) { pc.starts() },
		"falling logon IDs":             func(pc *machine, i int) { pc.logon(alice, event.LogonID(2*n-i), 3) },
		"living IDs given to others":    func(pc *machine, i int) { pc.logon([]who{alice, bob}[i%2], event.LogonID(0x5000+n-i/2), 3) },
		"one ID issued again and again": func(pc *machine, i int) { pc.logon(alice, 0x5000, 3) },
		"every account from an address of its own": func(pc *machine, i int) {
			pc.logon(alice, event.LogonID(0x5000+i), 3, fields{event.IPAddress: fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)})
		},
		"a domain for every account": func(pc *machine, i int) {
			pc.logon(who{fmt.Sprintf("S-1-5-21-%d-2-3-1000", i), fmt.Sprintf("u%d", i), fmt.Sprintf("D%d", n-i)}, event.LogonID(0x5000+i), 3)
		},
		"one account of many domains' names": func(pc *machine, i int) {
			pc.logon(who{alice.sid, "alice", fmt.Sprintf("D%d", n-i)}, event.LogonID(0x5000+i), 3)
		},
		"a computer for every record": func(pc *machine, i int) { pc.renamed(fmt.Sprintf("PC%d", i)).skip("Security", 1).starts() },
		"shutdowns without end":       func(pc *machine, i int) { pc.log(event.ShutdownRequested, nil).logsOff(alice, event.LogonID(0x5000+i)) },
	}
	for name, write := range tests {
		t.Run(name, func(t *testing.T) {
			pc := newMachine("PC01.corp.local").at("08:00:00")
			for i := range n {
				write(pc, i)
			}
			done := make(chan *model.Snapshot)
			go func() { done <- oneFile(t, pc.recs) }()
			select {
			case s := <-done:
				for row := range s.SessionCount() {
					s.Session(model.SessionRow(row))
				}
			case <-time.After(time.Minute):
				t.Fatal("still at work")
			}
		})
	}
}
