package simulate

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"spoor/model/event"
)

// collected is a sink that keeps what is in the evidence by log and number.
type collected struct {
	logs map[string]map[uint64]event.Head
	many int
}

func (c *collected) Add(log string, r *event.Record) error {
	if c.logs[log] == nil {
		c.logs[log] = make(map[uint64]event.Head)
	}
	c.logs[log][r.HeaderID] = r.Head()
	c.many++
	return nil
}

func (c *collected) Clear(log string) { delete(c.logs, log) }

func collect(t *testing.T, faults ...Fault) (*World, *collected) {
	t.Helper()
	w, err := New(Options{Seed: 3, Hosts: 14, Days: 2, Start: firstDay, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	c := &collected{logs: make(map[string]map[uint64]event.Head)}
	if err := w.Run(c); err != nil {
		t.Fatal(err)
	}
	return w, c
}

// evidence is what the truth says of records: a fault may change that alone.
var evidence = regexp.MustCompile(`"(kept|record_id)":[a-z0-9]+`)

func TestFaultsAreInTheEvidenceAndNotInWhatHappens(t *testing.T) {
	tell := func(w *World) string {
		var b bytes.Buffer
		if _, err := w.Truth().WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		return evidence.ReplaceAllString(b.String(), "")
	}
	clean, all := collect(t)
	want := tell(clean)
	for _, f := range Faults {
		w, c := collect(t, f)
		if tell(w) != want {
			t.Errorf("with %s other things happen", f)
		}
		switch same := c.many == all.many; {
		case f == Truncated && !same:
			t.Errorf("%s is for who writes the files", f)
		case (f == Duplicates || f == Forwarded) && c.many != 2*all.many:
			t.Errorf("with %s there are %d records, not twice %d", f, c.many, all.many)
		case f != Truncated && same:
			t.Errorf("%s changes nothing", f)
		}
	}
}

// Every record that the truth calls kept is in the evidence, and no other.
func TestTruthSaysWhichRecordsAreKept(t *testing.T) {
	for _, f := range append([]Fault{""}, Faults...) {
		w, c := collect(t, f)
		for _, s := range w.Truth().Sessions {
			for _, r := range append(append([]Record(nil), s.Records...), s.Chain...) {
				head, there := c.logs[r.Host+"/"+strings.ReplaceAll(r.Channel, "/", "%4")+".evtx"][r.ID]
				if there != r.Kept || there && (head.EventID != r.Event || head.Time.String() != r.Time) {
					t.Fatalf("%q: %s %s %d: kept %v, there %v", f, r.Host, r.Channel, r.ID, r.Kept, there)
				}
			}
		}
	}
}

func TestNoLogoffLeavesNoHoleInTheNumbers(t *testing.T) {
	_, c := collect(t, NoLogoff, NoTickets)
	for log, records := range c.logs {
		low, high := ^uint64(0), uint64(0)
		for id, h := range records {
			low, high = min(low, id), max(high, id)
			if h.Channel == securityLog {
				switch h.EventID {
				case 4634, 4647, 4769, 4770:
					t.Fatalf("%s %d is audited", log, h.EventID)
				}
			}
		}
		if int(high-low)+1 != len(records) {
			t.Errorf("%s: %d records numbered %d to %d", log, len(records), low, high)
		}
	}
}

func TestWhatIsCutOffIsNotKept(t *testing.T) {
	w, c := collect(t, Truncated)
	cut := 0
	for log, records := range c.logs {
		if !w.Cut(log) {
			continue
		}
		cut++
		low := ^uint64(0)
		for id := range records {
			low = min(low, id)
		}
		w.Lose(log, low)
	}
	if cut == 0 {
		t.Fatal("no log is to be cut")
	}
	w.Truth().Settle()
	for _, s := range w.Truth().Sessions {
		for _, r := range s.Records {
			if r.Kept && w.Cut(r.Host+"/"+strings.ReplaceAll(r.Channel, "/", "%4")+".evtx") {
				t.Fatalf("%s %s %d is kept", r.Host, r.Channel, r.ID)
			}
		}
	}
}

func TestFaultsHaveNames(t *testing.T) {
	got, err := ParseFaults("dropped, truncated")
	if err != nil || len(got) != 2 || got[0] != Dropped || got[1] != Truncated {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := ParseFaults("dropped,fire"); err == nil || !strings.Contains(err.Error(), `"fire"`) {
		t.Errorf("%v", err)
	}
}
