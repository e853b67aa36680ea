package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
)

// aliveIn are all that is told of the sessions that may have lived in a time
// and are shown, by ID.
func aliveIn(t *testing.T, s *model.Snapshot, since, until event.FileTime, is func([]string) bool) map[string]string {
	t.Helper()
	out := map[string]string{}
	tellOf(t, s, selectedIn(s, since, until, is).sessions(), out)
	return out
}

func selectedIn(s *model.Snapshot, since, until event.FileTime, is func([]string) bool) *selection {
	sel := &selection{snapshot: s, since: since, until: until}
	if is != nil {
		sel.accounts = map[model.AccountID]bool{}
		for _, a := range s.Accounts() {
			sel.accounts[a.ID] = is(accountNames(a))
		}
	}
	return sel
}

// sameDuring fails the test unless what is selected by a time tells of its
// sessions what all evidence does. It returns how many events were kept.
func sameDuring(t *testing.T, all *model.Snapshot, since, until event.FileTime, name string, paths ...string) (kept int) {
	t.Helper()
	var is func([]string) bool
	if name != "" {
		is = called([]string{name})
	}
	some, _ := readFor(t, &model.Choice{Accounts: is, Since: since, Until: until}, paths...)
	of := fmt.Sprintf("%q from %s to %s", name, since, until)
	want := aliveIn(t, all, since, until, is)
	sameTellings(t, of, want, aliveIn(t, some, since, until, is))
	if was, is := selectedIn(all, since, until, is).endless(), selectedIn(some, since, until, is).endless(); since != 0 && was != is {
		t.Errorf("%s: %d sessions before may have gone on, not %d", of, is, was)
	}
	if testing.Verbose() {
		t.Logf("%s: %d sessions, %d of %d events kept", of, len(want), some.EventCount(), all.EventCount())
	}
	return some.EventCount()
}

// windows are times within what evidence reaches over: an hour of it, a day,
// and one without each end.
func windows(s *model.Snapshot, random *rand.Rand, n int) [][2]event.FileTime {
	var first, last event.FileTime
	for _, c := range s.Coverage() {
		if c.First != 0 && (first == 0 || c.First < first) {
			first = c.First
		}
		last = max(last, c.Last)
	}
	var out [][2]event.FileTime
	for i := range n {
		from := first
		if last > first {
			from += event.FileTime(random.Uint64N(uint64(last - first)))
		}
		long := []time.Duration{time.Hour, time.Minute, 6 * time.Hour}[i%3]
		switch i % 6 {
		case 4:
			out = append(out, [2]event.FileTime{from, 0})
		case 5:
			out = append(out, [2]event.FileTime{0, from})
		default:
			out = append(out, [2]event.FileTime{from, from.Add(long)})
		}
	}
	return out
}

func TestASelectionByTimeTellsOfTheDemosSessionsWhatAllEvidenceDoes(t *testing.T) {
	const demo = "../../testdata/demo.zip"
	all, _ := readFor(t, nil, demo)
	n := 2
	if everyone() {
		n = 40
	}
	for i, w := range windows(all, rand.New(rand.NewPCG(1, 1)), n) {
		name := ""
		if i%4 == 1 {
			name = "lars.hinrichs"
		}
		sameDuring(t, all, w[0], w[1], name, demo)
	}
}

func TestASelectionByTimeTellsOfADomainsSessionsWhatAllEvidenceDoesWhateverIsLost(t *testing.T) {
	cases := []simulate.Options{{Seed: 21, Hosts: 8, Days: 3}, {Seed: 22, Hosts: 8, Days: 1, Faults: simulate.Faults}}
	n := 2
	if everyone() {
		n = 12
		for _, f := range simulate.Faults {
			cases = append(cases, simulate.Options{Seed: 23, Hosts: 12, Days: 3, Faults: []simulate.Fault{f}})
		}
		cases = append(cases, simulate.Options{Seed: 24, Hosts: 30, Days: 4, Intruders: simulate.Intruders()},
			simulate.Options{Seed: 25, Hosts: 30, Days: 4, Intruders: simulate.Intruders(), Faults: simulate.Faults})
		for seed := range uint64(6) {
			cases = append(cases, simulate.Options{Seed: 30 + seed, Hosts: 10, Days: 5, Intruders: simulate.Intruders()})
		}
	}
	random := rand.New(rand.NewPCG(2, 2))
	for _, o := range cases {
		folder := domainIn(t, o)
		all, _ := readFor(t, nil, folder)
		names := people(all)
		for i, w := range windows(all, random, n) {
			name := ""
			if i%3 == 2 {
				name = names[random.IntN(len(names))]
			}
			sameDuring(t, all, w[0], w[1], name, folder)
		}
	}
}

func TestASelectionByTimeTellsOfRealLogsSessionsWhatAllEvidenceDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	err := filepath.WalkDir(corpus(t), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.EqualFold(filepath.Ext(path), ".evtx") {
			return err
		}
		all, _ := readFor(t, nil, path)
		n := 1
		if everyone() {
			n = 6
		}
		for _, w := range windows(all, random, n) {
			sameDuring(t, all, w[0], w[1], "", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 1
	if everyone() {
		n = 12
	}
	folder := corpus(t)
	all, _ := readFor(t, nil, folder)
	for _, w := range windows(all, random, n) {
		sameDuring(t, all, w[0], w[1], "", folder)
	}
}
