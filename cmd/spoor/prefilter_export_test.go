package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
	"spoor/model/simulate"
)

// exportsWithoutFindings are what each format tells of what was asked for; of a
// folder, its files after one another.
func exportsWithoutFindings(t *testing.T, o *options, s *model.Snapshot, read func(event.Ref) (*event.Record, error)) map[export.Format]string {
	t.Helper()
	sel, err := o.selection(s)
	if err != nil {
		t.Fatal(err)
	}
	out := map[export.Format]string{}
	rows, err := o.chosen(sel, nil)
	beside := sel.beside(rows)
	if err != nil && len(beside.Accounts) == 0 {
		return out
	}
	for _, f := range []export.Format{export.JSONL, export.JSON, export.CSV, export.Timesketch, export.Markdown, export.HTML, export.Dot, export.EVTX} {
		if f == export.Dot && len(rows) == 0 {
			continue
		}
		r := export.Request{Snapshot: s, Sessions: rows, Beside: beside, Format: f, NoFindings: true, Read: read, NewLog: newLog}
		if !f.Folder() {
			var b bytes.Buffer
			result, err := export.WriteTo(context.Background(), &b, r)
			if err != nil {
				t.Fatal(err)
			}
			out[f] = fmt.Sprint(b.String(), result.Sessions, result.Failures, result.Findings, result.Events, result.Missing, result.Warnings)
			continue
		}
		r.Path = filepath.Join(t.TempDir(), "tables")
		result, err := export.Write(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range result.Paths {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			out[f] += string(b)
		}
	}
	return out
}

// sameExports fails the test unless each format tells of what is selected what
// it does of all evidence. It returns how many sessions were asked for.
func sameExports(t *testing.T, o options, all *model.Snapshot, whole *loading, paths ...string) int {
	t.Helper()
	o.zone = "UTC"
	choice := o.choice()
	if choice == nil {
		t.Fatalf("nothing is chosen by %+v", o)
	}
	some, l := readFor(t, choice, paths...)
	want, got := exportsWithoutFindings(t, &o, all, whole.v.Read), exportsWithoutFindings(t, &o, some, l.v.Read)
	if len(want) != len(got) {
		t.Errorf("%v %v %s-%s: %d formats of all evidence, %d of what is selected", o.users, o.hosts, o.since, o.until, len(want), len(got))
	}
	for f := range want {
		if d := differing(want[f], got[f]); d != "" {
			t.Errorf("%s of %v %v %s-%s differs (- by all evidence, + by what is selected):\n%s", f, o.users, o.hosts, o.since, o.until, d)
		}
	}
	return strings.Count(want[export.JSONL], `"schema":"spoor.session/1"`)
}

// askedFor are flags that ask for accounts, hosts and times of evidence: one of
// each, or many.
func askedFor(s *model.Snapshot, random *rand.Rand, n int) []options {
	var out []options
	names := people(s)
	hosts := s.Hosts()
	out = append(out, awayFromFailures(s, n)...)
	for i, w := range windows(s, random, n) {
		during := options{}
		if w[0] != 0 {
			during.since = w[0].String()
		}
		if w[1] != 0 {
			during.until = w[1].String()
		}
		out = append(out, during)
		if len(names) > 0 {
			name := names[random.IntN(len(names))]
			out = append(out, options{users: []string{name}})
			during.users = []string{name}
			out = append(out, during)
		}
		host := hosts[random.IntN(len(hosts))].Short()
		if i%2 == 0 {
			out = append(out, options{hosts: []string{host}})
		} else {
			during.users, during.hosts = nil, []string{host}
			out = append(out, during)
		}
	}
	return out
}

// awayFromFailures are flags that ask for sessions of accounts that failed at
// quite other times, and on other hosts.
func awayFromFailures(s *model.Snapshot, n int) []options {
	var out []options
	done := map[model.AccountID]bool{}
	for _, f := range s.Failures() {
		if f.Account == model.None || done[f.Account] || s.Account(f.Account).Class != model.ClassUser {
			continue
		}
		done[f.Account] = true
		for _, row := range s.Sessions(f.Account, model.None) {
			x := s.Session(row)
			if apart := x.Start.Sub(f.Time); apart.Abs() < 20*time.Hour {
				continue
			}
			out = append(out, options{since: x.Start.String(), until: x.Start.Add(time.Minute).String()})
			if x.Host != f.LoggedOn {
				out = append(out, options{hosts: []string{s.Host(x.Host).Short()}})
			}
			break
		}
		if len(out) >= n {
			break
		}
	}
	return out
}

func TestAnExportWithoutFindingsIsTheSameWithAPrefilter(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	of := func(n int, paths ...string) {
		t.Helper()
		all, whole := readFor(t, nil, paths...)
		sessions := 0
		for _, o := range askedFor(all, random, n) {
			sessions += sameExports(t, o, all, whole, paths...)
		}
		t.Logf("%s: %d sessions", paths, sessions)
	}
	if !everyone() {
		of(1, "../../testdata/demo.zip")
		of(1, domainIn(t, simulate.Options{Seed: 42, Hosts: 6, Days: 1, Faults: simulate.Faults, Intruders: []string{"spray"}}))
		return
	}
	of(12, "../../testdata/demo.zip")
	for _, f := range simulate.Faults {
		of(3, domainIn(t, simulate.Options{Seed: 43, Hosts: 12, Days: 2, Faults: []simulate.Fault{f}}))
	}
	for seed := range uint64(4) {
		of(6, domainIn(t, simulate.Options{Seed: 44 + seed, Hosts: 20, Days: 3, Intruders: simulate.Intruders()}))
		of(6, domainIn(t, simulate.Options{Seed: 44 + seed, Hosts: 12, Days: 2, Intruders: simulate.Intruders(), Faults: simulate.Faults}))
	}
	if err := filepath.WalkDir(corpus(t), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.EqualFold(filepath.Ext(path), ".evtx") {
			of(2, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	of(8, corpus(t))
}
