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
		{export.JSONL, []string{"emil.jacobs"}, `"spoor.event/1"`, 4}, // made, enabled, given a password and changed, and never used
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
