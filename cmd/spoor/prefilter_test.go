package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/export"
	"spoor/model/simulate"
	"spoor/parser"
	"spoor/parser/evtxwrite/bulk"
	"spoor/tui"
)

// readFor loads evidence; with a choice of accounts, twice, to select what
// tells of these.
func readFor(t *testing.T, choice *model.Choice, paths ...string) (*model.Snapshot, *loading) {
	t.Helper()
	v := newInvestigation((&options{}).finder(paths), 2, time.Now)
	v.choice = choice
	t.Cleanup(v.Close)
	var last tui.Progress
	l := &loading{v: v, builder: model.NewBuilder(v.schemas), pool: parser.NewPool(v.schemas), publish: func(p tui.Progress) { last = p }}
	l.run(context.Background())
	return last.Snapshot, l
}

// sessionsOf are all that is told of the sessions of accounts called so, by ID.
func sessionsOf(t *testing.T, s *model.Snapshot, is func([]string) bool) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, a := range s.Accounts() {
		if is(accountNames(a)) {
			tellOf(t, s, s.Sessions(a.ID, model.None), out)
		}
	}
	return out
}

// tellOf adds all that is told of some sessions, by ID.
func tellOf(t *testing.T, s *model.Snapshot, rows []model.SessionRow, out map[string]string) {
	t.Helper()
	v := export.View{Snapshot: s}
	for _, row := range rows {
		r := v.Session(row)
		b, err := json.MarshalIndent(r, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		x := s.Session(row)
		x.End.By = 0 // a place in the snapshot
		out[r.ID] = fmt.Sprintf("%s\n%v %v %v %v", b, x.Activity, x.ClockSet, x.Failures, x.End)
	}
}

// sameTellings fails the test where two tellings differ.
func sameTellings(t *testing.T, of string, all, selected map[string]string) {
	t.Helper()
	for id := range all {
		if d := differing(all[id], selected[id]); d != "" {
			t.Errorf("session %s of %s is told otherwise (- by all evidence, + by what is selected):\n%s", id, of, d)
		}
	}
	for id := range selected {
		if all[id] == "" {
			t.Errorf("session %s of %s is none where all evidence is kept", id, of)
		}
	}
}

// people are the names of the accounts of persons that have sessions.
func people(s *model.Snapshot) []string {
	var out []string
	for _, a := range s.Accounts() {
		if a.Class == model.ClassUser && a.Sessions > 0 && !slices.Contains(out, a.Name) {
			out = append(out, a.Name)
		}
	}
	return out
}

// sameSessions fails the test unless what is selected for a name tells of its
// sessions what all evidence does. It returns how many events were kept.
func sameSessions(t *testing.T, all *model.Snapshot, name string, paths ...string) (kept int) {
	t.Helper()
	is := called([]string{name})
	want := sessionsOf(t, all, is)
	some, _ := readFor(t, &model.Choice{Accounts: is}, paths...)
	sameTellings(t, name, want, sessionsOf(t, some, is))
	return some.EventCount()
}

// differing are the lines in which two texts differ.
func differing(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	var out strings.Builder
	for i := range max(len(x), len(y)) {
		if i < len(x) && i < len(y) && x[i] == y[i] {
			continue
		}
		if i < len(x) {
			fmt.Fprintf(&out, "-%s\n", x[i])
		}
		if i < len(y) {
			fmt.Fprintf(&out, "+%s\n", y[i])
		}
	}
	return out.String()[:min(out.Len(), 1500)]
}

func TestASelectionTellsOfTheDemosSessionsWhatAllEvidenceDoes(t *testing.T) {
	const demo = "../../testdata/demo.zip"
	all, _ := readFor(t, nil, demo)
	names := []string{"lars.hinrichs", "adm.voss"}
	if everyone() {
		names = people(all)
	}
	for _, name := range names {
		if kept := sameSessions(t, all, name, demo); 3*kept > 2*all.EventCount() {
			t.Errorf("%s: %d of %d events were kept: nothing is gained", name, kept, all.EventCount())
		}
	}
}

// everyone reports whether the tests that compare all accounts may take
// minutes.
func everyone() bool { return os.Getenv("SPOOR_PREFILTER_ALL") != "" }

// domainIn writes a simulated domain's logs.
func domainIn(t *testing.T, o simulate.Options) (folder string) {
	t.Helper()
	folder = t.TempDir()
	o.Start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	w, err := simulate.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeWorld(context.Background(), w, folder, true); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestASelectionTellsOfADomainsSessionsWhatAllEvidenceDoesWhateverIsLost(t *testing.T) {
	cases := []simulate.Options{{Seed: 7, Hosts: 8, Days: 1}, {Seed: 8, Hosts: 8, Days: 1, Faults: simulate.Faults}}
	if everyone() {
		for _, f := range simulate.Faults {
			cases = append(cases, simulate.Options{Seed: 7, Hosts: 12, Days: 2, Faults: []simulate.Fault{f}})
		}
		cases = append(cases, simulate.Options{Seed: 12, Hosts: 40, Days: 4, Intruders: simulate.Intruders()},
			simulate.Options{Seed: 13, Hosts: 40, Days: 4, Intruders: simulate.Intruders(), Faults: simulate.Faults})
	}
	for _, o := range cases {
		folder := domainIn(t, o)
		all, _ := readFor(t, nil, folder)
		names := people(all)
		if !everyone() {
			names = names[:min(len(names), 4)]
		}
		for _, name := range names {
			sameSessions(t, all, name, folder)
		}
	}
}

func TestASelectionTellsOfRealLogsSessionsWhatAllEvidenceDoes(t *testing.T) {
	var logs []string
	err := filepath.WalkDir(corpus(t), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.EqualFold(filepath.Ext(path), ".evtx") {
			logs = append(logs, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, log := range logs {
		all, _ := readFor(t, nil, log)
		names := people(all)
		if !everyone() {
			names = names[:min(len(names), 2)]
		}
		for _, name := range names {
			sameSessions(t, all, name, log)
			compared++
		}
	}
	if compared < 20 {
		t.Errorf("only %d accounts of real logs were compared", compared)
	}
	folder := corpus(t)
	all, _ := readFor(t, nil, folder)
	for _, name := range people(all) {
		if everyone() || name == "admmig" || name == "pgustavo" {
			sameSessions(t, all, name, folder)
		}
	}
}

func TestASelectionTellsOfAComputersSessionsWhatAllEvidenceDoes(t *testing.T) {
	cases := []simulate.Options{{Seed: 9, Hosts: 8, Days: 1, Faults: simulate.Faults}}
	if everyone() {
		cases = append(cases, simulate.Options{Seed: 14, Hosts: 30, Days: 3, Intruders: simulate.Intruders()})
	}
	for _, o := range cases {
		folder := domainIn(t, o)
		all, _ := readFor(t, nil, folder)
		for i, h := range all.Hosts() {
			if !everyone() && i%3 != 0 {
				continue
			}
			some, _ := readFor(t, &model.Choice{Hosts: called([]string{h.Short()})}, folder)
			on := func(s *model.Snapshot) map[string]string {
				out := map[string]string{}
				for _, other := range s.Hosts() {
					if other.Name == h.Name {
						tellOf(t, s, s.Sessions(model.None, other.ID), out)
					}
				}
				return out
			}
			sameTellings(t, h.Name, on(all), on(some))
		}
	}
}

func TestCommandsPrintTheSameWithAPrefilter(t *testing.T) {
	folder := domainIn(t, simulate.Options{Seed: 3, Hosts: 4, Days: 1, Intruders: []string{"lateral"}})
	all, _ := readFor(t, nil, folder)
	name := ""
	for _, a := range all.Accounts() {
		if a.Class == model.ClassUser && a.Sessions > 0 && a.Failures > 0 {
			name = a.Name
		}
	}
	out := filepath.Join(t.TempDir(), "out")
	var commands [][]string
	for _, c := range []string{"sessions", "sessions --fold", "events", "failures", "users"} {
		commands = append(commands, append(strings.Fields(c), "--all", "--format", "jsonl", "--user", name, folder))
	}
	host := all.Host(all.Failures()[0].LoggedOn).Short()
	failed := all.Failures()[0].Time
	during := []string{"--since", failed.Add(-time.Hour).String(), "--until", failed.Add(time.Hour).String(), "--format", "jsonl", folder}
	for _, c := range []string{"sessions", "sessions --fold", "events", "failures", "events --type 3", "sessions --all", "failures --user " + name, "events --user " + name} {
		commands = append(commands, append(strings.Fields(c), during...))
	}
	for _, c := range []string{"sessions", "events", "failures"} {
		commands = append(commands, []string{c, "--all", "--format", "jsonl", "--host", host, folder}, []string{c, "--format", "jsonl", "--host", host, folder})
	}
	commands = append(commands, []string{"trail", "--format", "jsonl", name, folder}, []string{"footprint", "--format", "jsonl", name, folder})
	for _, f := range []export.Format{export.EVTX, export.Dot, export.JSONL} {
		commands = append(commands, []string{"export", "--all", "--force", "--format", string(f), "-o", out, "--user", name, folder})
	}
	commands = append(commands, []string{"export", "--force", "-o", out, "--since", failed.Add(-time.Hour).String(), "--format", "evtx", folder})
	samePrints(t, out, commands)
}

// samePrints fails the test for commands that print, complain, end or write to
// out otherwise where evidence is read twice.
func samePrints(t *testing.T, out string, commands [][]string) {
	t.Helper()
	for _, c := range commands {
		var printed [2]string
		for i, when := range []string{"never", "always"} {
			stdout, stderr, code := spoor(append(slices.Clone(c), "--prefilter", when)...)
			if stdout == "" && c[0] != "export" {
				t.Errorf("spoor %s prints nothing: it proves nothing", c)
			}
			printed[i] = fmt.Sprintf("%d\n%s\n%s", code, stderr, stdout)
			if c[0] != "export" {
				continue
			}
			for _, path := range []string{out, out + ".manifest.json"} {
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				printed[i] += withoutItsRun(string(b))
			}
		}
		if d := differing(printed[0], printed[1]); d != "" {
			t.Errorf("spoor %s prints otherwise with a prefilter:\n%s", c, d)
		}
	}
}

// withoutItsRun drops what a manifest says of when and how it was written.
func withoutItsRun(manifest string) string {
	var out []string
	for line := range strings.Lines(manifest) {
		if !strings.Contains(line, `"created":`) && !strings.Contains(line, `"never"`) && !strings.Contains(line, `"always"`) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

func TestDamageAndCoverageAreTheSameWithAPrefilter(t *testing.T) {
	folder := domainIn(t, simulate.Options{Seed: 5, Hosts: 4, Days: 1, Faults: []simulate.Fault{simulate.Truncated, simulate.Duplicates, simulate.Dropped}})
	write(t, filepath.Join(folder, "no log.evtx"), "not a log")
	all, _ := readFor(t, nil, folder)
	if len(all.Damage()) == 0 {
		t.Fatal("nothing is damaged: it proves nothing")
	}
	name := people(all)[0]
	some, _ := readFor(t, &model.Choice{Accounts: called([]string{name})}, folder)
	if d := differing(fmt.Sprintf("%+v", all.Damage()), fmt.Sprintf("%+v", some.Damage())); d != "" {
		t.Error(d)
	}
	if all.Records() != some.Records() {
		t.Errorf("%d records, not %d", some.Records(), all.Records())
	}
	was, is := export.View{Snapshot: all}.Coverage(), export.View{Snapshot: some}.Coverage()
	for i := range was {
		a, _ := json.Marshal(was[i])
		b, _ := json.Marshal(is[i])
		if string(a) != string(b) {
			t.Errorf("coverage differs:\n%s\n%s", a, b)
		}
	}
	out := filepath.Join(t.TempDir(), "out")
	samePrints(t, out, [][]string{
		{"sessions", "--user", name, folder}, {"export", "--force", "--format", "evtx", "-o", out, "--user", name, folder},
	})
}

func TestAFileThatChangesBetweenTheReadingsIsDamage(t *testing.T) {
	folder := busyServer(t, 3<<20)
	log := filepath.Join(folder, "Security.evtx")
	v := newInvestigation((&options{}).finder([]string{folder}), 1, time.Now)
	v.choice = &model.Choice{Accounts: called([]string{"user0001"})}
	t.Cleanup(v.Close)
	var last tui.Progress
	changed := false
	v.Load(context.Background(), func(p tui.Progress) {
		last = p
		if 2*p.Done <= p.Total || changed {
			return
		}
		changed = true
		b, err := os.ReadFile(log)
		if err != nil {
			t.Error(err)
		}
		clear(b[2<<20:])
		if err := os.WriteFile(log, b, 0o600); err != nil {
			t.Error(err)
		}
	})
	if !changed {
		t.Fatal("nothing was changed: it proves nothing")
	}
	for _, d := range last.Snapshot.Damage() {
		if !d.Note && strings.Contains(d.Reason, "changed") {
			return
		}
	}
	t.Errorf("damage: %+v", last.Snapshot.Damage())
}

func TestASelectionOfOneAccountKeepsLittleOfABusyServer(t *testing.T) {
	folder := busyServer(t, 8<<20)
	all, _ := readFor(t, nil, folder)
	const name = "user0090"
	want := 0
	for _, a := range all.Accounts() {
		if a.Name == name {
			want = a.Sessions
		}
	}
	if want == 0 {
		t.Fatal("the account has no session to compare")
	}
	if kept := sameSessions(t, all, name, folder); kept > all.EventCount()/10 {
		t.Errorf("%d of %d events were kept for %d sessions", kept, all.EventCount(), want)
	}
}

// busyServer writes one log of a size.
func busyServer(t *testing.T, size int64) (folder string) {
	t.Helper()
	folder = t.TempDir()
	var log bytes.Buffer
	if _, err := bulk.Write(&log, size, bulk.Options{Seed: 5}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "Security.evtx"), log.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestAllIsKeptForWindowsOwnAccounts(t *testing.T) {
	folder := domainIn(t, simulate.Options{Seed: 3, Hosts: 3, Days: 1})
	all, _ := readFor(t, nil, folder)
	if kept := sameSessions(t, all, "SYSTEM", folder); kept != all.EventCount() {
		t.Errorf("%d of %d events were kept", kept, all.EventCount())
	}
}

func TestWhatAllAccountsTellHasNoPrefilter(t *testing.T) {
	for _, c := range []string{"findings", "hosts", "coverage", "who"} {
		_, stderr, code := spoor(c, "--prefilter", "always", "../../testdata/demo.zip")
		if code != exitUsage || !strings.Contains(stderr, "unknown flag: --prefilter") {
			t.Errorf("spoor %s: exit code %d: %s", c, code, stderr)
		}
	}
}

func TestAnUnknownPrefilterIsWrongUsage(t *testing.T) {
	_, stderr, code := spoor("sessions", "--prefilter", "perhaps", "--user", "a", "../../testdata/demo.zip")
	if code != exitUsage || !strings.Contains(stderr, `unknown --prefilter "perhaps"; there are auto, always and never`) {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
