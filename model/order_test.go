package model_test

import (
	"fmt"
	"math/rand"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// difference compares all that two snapshots show, but where the evidence
// lies, and says where they first differ.
func difference(a, b *model.Snapshot) string {
	if a.EventCount() != b.EventCount() || a.SessionCount() != b.SessionCount() {
		return fmt.Sprintf("%d and %d events, %d and %d sessions", a.EventCount(), b.EventCount(), a.SessionCount(), b.SessionCount())
	}
	if !reflect.DeepEqual(a.Hosts(), b.Hosts()) {
		return fmt.Sprintf("hosts\n%+v\n%+v", a.Hosts(), b.Hosts())
	}
	if !reflect.DeepEqual(a.Accounts(), b.Accounts()) {
		return fmt.Sprintf("accounts\n%+v\n%+v", a.Accounts(), b.Accounts())
	}
	for i := range a.Accounts() {
		id := model.AccountID(i)
		if x, y := slices.Collect(a.Sources(id)), slices.Collect(b.Sources(id)); !slices.Equal(x, y) {
			return fmt.Sprintf("account %d came from %q and %q", i, x, y)
		}
	}
	if !reflect.DeepEqual(a.Failures(), b.Failures()) {
		return "failures"
	}
	if !slices.Equal(a.Sessions(model.None, model.None), b.Sessions(model.None, model.None)) {
		return "order of sessions"
	}
	for row := range a.SessionCount() {
		x, y := a.Session(model.SessionRow(row)), b.Session(model.SessionRow(row))
		if !reflect.DeepEqual(x, y) {
			return fmt.Sprintf("sessions\n%+v\n%+v", x, y)
		}
		if !slices.Equal(a.SessionEvents(x.Row), b.SessionEvents(y.Row)) {
			return "events of session " + x.ID
		}
		for _, l := range x.Logons {
			if !reflect.DeepEqual(a.Logon(l), b.Logon(l)) || !slices.Equal(a.LogonEvents(l), b.LogonEvents(l)) {
				return fmt.Sprintf("logons\n%+v\n%+v", a.Logon(l), b.Logon(l))
			}
		}
	}
	for e := range a.EventCount() {
		x, y := a.Event(model.EventRow(e)), b.Event(model.EventRow(e))
		x.Ref, y.Ref = event.Ref{}, event.Ref{}
		if x != y || a.Describe(x.Row) != b.Describe(y.Row) {
			return fmt.Sprintf("events\n%+v\n%+v", x, y)
		}
	}
	return ""
}

// shuffled gives the files other numbers and hands their batches over in any
// order, as readers do, some of it as provisional snapshots are asked for.
func shuffled(r *rand.Rand, files []logFile) *model.Snapshot {
	type part struct {
		file  int
		batch *event.Batch
	}
	order := r.Perm(len(files))
	b := model.NewBuilder(event.NewSchemas())
	var parts []part
	for id, n := range order {
		f := files[n].file
		f.ID = event.FileID(id)
		b.AddFile(f)
		for _, batch := range files[n].batches {
			parts = append(parts, part{id, batch})
		}
	}
	// A reader hands its batches over in order; of several readers any is next.
	queues := map[uint64][]part{}
	for _, p := range parts {
		queues[p.batch.Dictionary] = append(queues[p.batch.Dictionary], p)
	}
	r.Shuffle(len(parts), func(i, k int) { parts[i], parts[k] = parts[k], parts[i] })
	for i, p := range parts {
		q := queues[p.batch.Dictionary]
		parts[i], queues[p.batch.Dictionary] = q[0], q[1:]
	}
	for _, p := range parts {
		copied := *p.batch
		copied.File = event.FileID(p.file)
		b.Add(&copied)
		if r.Intn(8) == 0 {
			b.Snapshot()
		}
	}
	for id, n := range order {
		stats := files[n].stats
		stats.File = event.FileID(id)
		b.FileDone(stats)
	}
	return b.Finish()
}

// office writes a few machines' logs with all that may be confused.
func office() []logFile {
	pc := newMachine("PC01").at("08:00:00").starts().logon(alice, 0x5000, 2)
	pc.renamed("PC01.corp.local").logon(system, 0x3e7, 0).pair(bob, 0x6000, 0x6001, 2).log(event.LogonFailed, failed("alice", "corp.local"))
	pc.at("09:00:00").logsOff(bob, 0x6001).log(event.EventLogStopped, nil).at("09:01:00").starts().logon(bob, 0x5000, 3, fields{event.IPAddress: "::ffff:10.0.0.8"})
	pc.log(event.KernelStarted, fields{event.StartTime: clock("09:00:50")})
	dc := newMachine("DC1.corp.local").at("08:00:00").logon(alice, 0x7000, 3, fields{event.IPAddress: "10.0.0.7"}).ends(alice, 0x7000, 3)
	dc.log(event.ServiceTicket, fields{event.TargetName: "alice@CORP.LOCAL", event.TargetDomain: "CORP.LOCAL", event.ServiceName: "PC01$", event.Status: uint32(0)})
	dc.log(event.CredentialValidation, fields{event.TargetName: "nobody", event.Status: uint32(0xc0000064)})
	other := newMachine("PC01.corp.local").at("2022-01-01 08:00:00").logon(alice, 0x5000, 2).logsOff(alice, 0x5000)
	return []logFile{
		asFile(0, "a/PC01.evtx", pc.recs, 3), asFile(1, "b/copy.evtx", pc.recs[2:9], 2), asFile(2, "a/DC1.evtx", dc.recs, 2),
		asFile(3, "c/old.evtx", other.recs, 1), asFile(4, "d/copy of a copy.evtx", slices.Concat(pc.recs[5:], dc.recs), 4),
	}
}

func TestOutcomeIsTheSameForAnyOrderOfFilesAndBatches(t *testing.T) {
	files := office()
	want := build(t, files)
	r := rand.New(rand.NewSource(1))
	for range 50 {
		if diff := difference(want, shuffled(r, files)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestCorpusIsTheSameForAnyOrderOfFilesAndBatches(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(corpus(t), "*", "*.evtx"))
	if err != nil {
		t.Fatal(err)
	}
	files := readBatches(t, paths)
	want := build(t, files)
	r := rand.New(rand.NewSource(1))
	for range 2 {
		if diff := difference(want, shuffled(r, files)); diff != "" {
			t.Fatal(diff)
		}
	}
}
