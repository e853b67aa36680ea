package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"spoor/model/export"
)

// An account that only failed has no session. What is about it comes out all
// the same, beside the sessions of others.
func TestAnAccountWithoutASessionIsExportedWithWhatIsAboutIt(t *testing.T) {
	s, l := readFor(t, nil, filepath.Join("..", "..", "testdata", "demo.zip"))
	told := func(f export.Format, mask bool, users ...string) string {
		o := options{users: users}
		sel, err := o.selection(s)
		if err != nil {
			t.Fatal(err)
		}
		r := export.Request{Snapshot: s, Sessions: sel.sessions(), Format: f, Read: l.v.Read, NewLog: newLog, MaskUnknownNames: mask}
		r.Beside = sel.beside(r.Sessions)
		var b bytes.Buffer
		if _, err := export.WriteTo(t.Context(), &b, r); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, c := range []struct {
		format export.Format
		users  []string
		what   string
		times  int
	}{
		{export.JSONL, []string{"administrator"}, "spoor.session/1", 0},
		{export.JSONL, []string{"administrator"}, "spoor.failure/1", 3},
		{export.JSONL, []string{"administrator"}, `"spoor.event/1"`, 3},
		{export.JSONL, []string{"administrator"}, `"rule":"password-spray"`, 3},
		{export.JSONL, []string{"administrator", "adm.voss"}, "spoor.session/1", 9},
		{export.JSONL, []string{"administrator", "adm.voss"}, "spoor.failure/1", 3},
		{export.JSONL, []string{"emil.jacobs"}, `"spoor.event/1"`, 5}, // made, enabled, given a password, changed and put in a group, and never used
		{export.Timesketch, []string{"administrator"}, `"Failed Attempt"`, 3},
		{export.Timesketch, []string{"administrator"}, `"Event Logged"`, 3},
		{export.Markdown, []string{"administrator"}, "## Records of what has no session here", 1},
		{export.Markdown, []string{"administrator"}, "| 4771 |", 2},
		{export.Markdown, []string{"adm.voss"}, "Records of what", 0},
		{export.HTML, []string{"administrator"}, "Records of what has no session here", 1},
	} {
		if got := strings.Count(told(c.format, false, c.users...), c.what); got != c.times {
			t.Errorf("%s of %q has %s %d times, want %d", c.format, c.users, c.what, got, c.times)
		}
	}
	for _, f := range []export.Format{export.JSONL, export.Markdown, export.Timesketch} {
		if told(f, false, "buchhaltung") == "" || strings.Contains(strings.ToLower(told(f, true, "buchhaltung")), "buchhaltung") {
			t.Errorf("%s, masked, names what is perhaps a password", f)
		}
	}
}

// Where time, hosts or types choose, the page says so of the attempts at an account
// without a session, of which it then has not all.
func TestThePageSaysWhichAttemptsItHas(t *testing.T) {
	s, l := readFor(t, nil, filepath.Join("..", "..", "testdata", "demo.zip"))
	const all, some = "All in the evidence that were made at the accounts ", "hose of the time, hosts and types asked for that were made at the accounts above"
	for _, c := range []struct {
		o           options
		has, hasNot string
		attempts    int
	}{
		{options{users: []string{"administrator"}}, all + "above, and", some, 3},
		{options{users: []string{"administrator"}, since: "2026-03-05T22:00"}, "T" + some + ".", all, 1},
		{options{users: []string{"administrator"}, hosts: []string{"dc01"}}, "T" + some + ".", all, 1},
		{options{users: []string{"administrator", "adm.voss"}, hosts: []string{"dc01"}}, all + "of the sessions above, those that these made, and t" + some + " without", "accounts above, and", 1},
		{options{users: []string{"adm.voss"}, hosts: []string{"dc01"}}, all + "above, and", some, 0},
	} {
		sel, err := c.o.selection(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []export.Format{export.Markdown, export.HTML} {
			r := export.Request{Snapshot: s, Sessions: sel.sessions(), Format: f, Read: l.v.Read, NoFindings: true}
			r.Beside = sel.beside(r.Sessions)
			var b bytes.Buffer
			result, err := export.WriteTo(t.Context(), &b, r)
			if err != nil {
				t.Fatal(err)
			}
			if page := b.String(); !strings.Contains(page, c.has) || strings.Contains(page, c.hasNot) || result.Failures != c.attempts {
				t.Errorf("%s of %v %v %s: %d attempts; it must say %q and not %q", f, c.o.users, c.o.hosts, c.o.since, result.Failures, c.has, c.hasNot)
			}
		}
	}
}

// An account that only changes or tickets name is one of those that a report of it
// counts; by a type of session nothing of it matches.
func TestAReportCountsAnAccountThatOnlyRecordsName(t *testing.T) {
	s, _ := readFor(t, nil, filepath.Join("..", "..", "testdata", "demo.zip"))
	for _, c := range []struct {
		o       options
		records int
	}{
		{options{users: []string{"emil.jacobs"}}, 5},
		{options{users: []string{"emil.jacobs"}, since: "2026-03-03T14:04:10"}, 1}, // put in a group
		{options{users: []string{"emil.jacobs"}, hosts: []string{"dc02"}}, 0},
		{options{users: []string{"emil.jacobs"}, types: []string{"rdp"}}, 0},
	} {
		sel, err := c.o.selection(s)
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, a := range sel.counts().accounts {
			got += a.records
		}
		if n := len(sel.counts().accounts); got != c.records || n != min(c.records, 1) {
			t.Errorf("%+v: %d accounts with %d records, want %d", c.o, n, got, c.records)
		}
	}
}
