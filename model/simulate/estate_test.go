package simulate

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"testing"
	"time"

	"spoor/model/event"
)

var firstDay = time.Date(2026, time.March, 3, 0, 0, 0, 0, time.UTC)

// digest is a sink that counts, and hashes if wanted, what the machines log.
type digest struct {
	hashed  bool
	sum     uint64
	records int
	byEvent map[uint16]int
}

func (d *digest) Add(log string, r *event.Record) error {
	d.records++
	if d.hashed {
		h := fnv.New64a()
		fmt.Fprint(h, d.sum, log, r.HeaderID)
		h.Write(r.AppendJSON(nil))
		d.sum = h.Sum64()
	}
	d.byEvent[r.Head().EventID]++
	return nil
}

func (d *digest) Clear(string) {}

// hashedHosts is the size of the domain whose records are compared.
const hashedHosts = 13

func generate(t *testing.T, o Options) (*World, *digest) {
	t.Helper()
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	d := &digest{hashed: o.Hosts == hashedHosts, byEvent: make(map[uint16]int)}
	if err := w.Run(d); err != nil {
		t.Fatal(err)
	}
	return w, d
}

func TestSameOptionsGiveTheSameRecordsAndTruth(t *testing.T) {
	o := Options{Seed: 7, Hosts: hashedHosts, Days: 2, Start: firstDay, Intruders: []string{"spray"}, Faults: []Fault{Dropped}}
	a, x := generate(t, o)
	b, y := generate(t, o)
	if x.sum != y.sum {
		t.Error("two runs log different things")
	}
	var s, u bytes.Buffer
	if _, err := a.Truth().WriteTo(&s); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Truth().WriteTo(&u); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(s.Bytes(), u.Bytes()) {
		t.Error("two runs tell of different truths")
	}
	o.Seed = 8
	if _, z := generate(t, o); z.sum == x.sum {
		t.Error("the seed does not matter")
	}
}

func TestDomainsOfEverySizeLogNothingFromMachinesThatAreOff(t *testing.T) {
	for _, n := range []int{1, 2, 3, 9, 10, 60} {
		w, d := generate(t, Options{Seed: uint64(n), Hosts: n, Days: 2, Start: firstDay})
		if w.lost != 0 {
			t.Errorf("%d hosts: %d events came when their machine was off", n, w.lost)
		}
		if len(w.hosts) != n {
			t.Errorf("%d hosts, want %d", len(w.hosts), n)
		}
		if d.records < 150*n {
			t.Errorf("%d hosts: only %d records", n, d.records)
		}
	}
}

func TestOptionsThatMakeNoDomainAreRefused(t *testing.T) {
	fine := Options{Hosts: 1, Days: 1, Start: firstDay}
	for name, change := range map[string]func(*Options){
		"no hosts":       func(o *Options) { o.Hosts = 0 },
		"too many":       func(o *Options) { o.Hosts = MostHosts + 1 },
		"no days":        func(o *Options) { o.Days = 0 },
		"no start":       func(o *Options) { o.Start = time.Time{} },
		"no such story":  func(o *Options) { o.Intruders = []string{"nobody"} },
		"far in the sky": func(o *Options) { o.Start = firstDay.AddDate(900, 0, 0) },
	} {
		o := fine
		change(&o)
		if _, err := New(o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
