package evtxwrite_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/parser/evtxwrite"
	"spoor/parser/secondopinion"
)

// childLog is the variable in which a child of the test finds its log.
const childLog = "EVTXWRITE_TEST_LOG"

func TestMain(m *testing.M) {
	if name := os.Getenv(childLog); name != "" {
		log, err := os.Open(name)
		if err == nil {
			err = secondopinion.Child(log, os.Stdout)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func secondOpinion(t *testing.T, log []byte) []secondopinion.Record {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.evtx")
	if err := os.WriteFile(path, log, 0o600); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childLog+"="+path)
	var out []secondopinion.Record
	err := secondopinion.Read(context.Background(), child, time.Minute, func(r secondopinion.Record) error {
		out = append(out, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGolangEvtxReadsEveryRecord(t *testing.T) {
	records := mixed(700)
	got := secondOpinion(t, logOf(t, records))
	agree(t, got, records)
	for _, r := range got {
		if r.EventID == "4624" && r.Data["EventData/TargetUserName"] != "user"+r.RecordID {
			t.Errorf("record %s is of %q", r.RecordID, r.Data["EventData/TargetUserName"])
		}
	}
}

func TestGolangEvtxReadsRenderedRecords(t *testing.T) {
	var b bytes.Buffer
	w := evtxwrite.NewWriter(&b)
	var records []*event.Record
	for n := uint64(1); n <= 300; n++ {
		write := w.WriteRendered
		if n%3 == 0 {
			write = w.Write
		}
		r := logon(n)
		if err := write(r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	agree(t, secondOpinion(t, b.Bytes()), records)
}

func agree(t *testing.T, got []secondopinion.Record, want []*event.Record) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i, r := range want {
		h := r.Head()
		w := secondopinion.Record{RecordID: fmt.Sprint(h.RecordID), EventID: fmt.Sprint(h.EventID), Channel: h.Channel, Computer: h.Computer, Time: h.Time.String()}
		g := got[i]
		g.System, g.Data = nil, nil
		if fmt.Sprint(g) != fmt.Sprint(w) {
			t.Errorf("record %d is %+v, want %+v", i, g, w)
		}
	}
}
