package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"spoor/model"
	"spoor/model/findings"
	"spoor/model/simulate"
	"spoor/tui"
)

// What .ci/findings asks for; by itself, the test is small.
var (
	findingHosts = flag.Int("finding-hosts", 10, "how many hosts the domains have in which findings are looked for")
	findingDays  = flag.Int("finding-days", 2, "how many days the logs of those without an intruder hold")
	intruderDays = flag.Int("intruder-days", 2, "how many days the logs of those with one hold")
	findingSeeds = flag.Int("finding-seeds", 1, "how many domains")
)

func findingDomain(seed uint64, days int, intruders ...string) simulate.Options {
	return simulate.Options{Seed: seed, Hosts: *findingHosts, Days: days, Start: time.Date(2026, time.March, 3, 0, 0, 0, 0, time.UTC), Intruders: intruders}
}

// traces are the rules that each kind of intruder must be found by, and the
// events of his that the findings must hold.
var traces = map[string][]struct {
	rule   string
	events []uint16 // whose kept records of the intruder's steps are in findings of the rule
}{
	"spray":   {{"password-spray", []uint16{4771}}, {"account-enumeration", nil}, {"guessed-right", nil}, {"foreign-ticket-options", nil}},
	"lateral": {{"hop-chain", nil}, {"remote-service", []uint16{4697}}},
	"roast":   {{"kerberoast-rc4", []uint16{4769}}, {"as-rep-roast", nil}, {"foreign-ticket-options", nil}},
	"forge":   {{"unknown-ticket-name", nil}, {"ticket-without-tgt", nil}},
	"wipe":    {{"log-cleared", []uint16{1102}}},
	"spread":  {{"remote-service", []uint16{4697}}},
	"pass":    {{"new-credentials", nil}},
}

// TestSimulatedDomains looks for findings in domains without intruders, where
// none may be grave and few medium, and in the same domains with each kind of
// intruder, who must be found.
func TestSimulatedDomainsHaveFindingsOfIntrudersAlone(t *testing.T) {
	table := &strings.Builder{}
	w := tabwriter.NewWriter(table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "hosts\tdays\tseed\tintruder\tevents\taccounts\thigh\tmedium\tlow\tinfo\tfound by")
	row := func(seed uint64, days int, intruder string, s *model.Snapshot, set *findings.Set, by string) {
		fmt.Fprintf(w, "%d\t%d\t%d\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", *findingHosts, days, seed, intruder, s.EventCount(), users(s),
			set.Count(findings.High), set.Count(findings.Medium), set.Count(findings.Low), set.Count(findings.Info), by)
	}
	for seed := range uint64(*findingSeeds) {
		seed++
		_, s := understand(t, findingDomain(seed, *findingDays))
		set := findings.Find(context.Background(), s, findings.Thresholds{})
		row(seed, *findingDays, "none", s, set, byRule(set))
		for _, f := range set.All {
			if f.Severity >= findings.High {
				t.Errorf("seed %d, without an intruder: %s: %s", seed, f.Rule, f.Why)
			}
		}
		if n, most := set.Count(findings.Medium), max(1, users(s)**findingDays/100); n >= most {
			t.Errorf("seed %d, without an intruder: %d medium findings, of %d accounts in %d days; fewer than %d", seed, n, users(s), *findingDays, most)
		}
		for _, intruder := range simulate.Intruders() {
			world, s := understand(t, findingDomain(seed, *intruderDays, intruder))
			set := findings.Find(context.Background(), s, findings.Thresholds{})
			row(seed, *intruderDays, intruder, s, set, found(t, seed, intruder, world, s, set))
		}
	}
	w.Flush()
	t.Log("\n" + table.String())
}

// users counts the accounts of people and services.
func users(s *model.Snapshot) int {
	n := 0
	for _, a := range s.Accounts() {
		if a.Class == model.ClassUser {
			n++
		}
	}
	return n
}

func byRule(set *findings.Set) string {
	n := map[string]int{}
	for _, f := range set.All {
		n[f.Rule]++
	}
	var out []string
	for _, rule := range slices.Sorted(maps.Keys(n)) {
		out = append(out, rule+" "+strconv.Itoa(n[rule]))
	}
	return strings.Join(out, ", ")
}

// found demands the findings of an intruder, each with a record of his, and
// returns their rules.
func found(t *testing.T, seed uint64, intruder string, world *simulate.World, s *model.Snapshot, set *findings.Set) string {
	t.Helper()
	type id struct {
		host, channel string
		record        uint64
	}
	his, kept := map[id]bool{}, map[id]uint16{}
	for _, step := range world.Truth().Steps {
		for _, r := range step.Records {
			if k := (id{r.Host, r.Channel, r.ID}); r.Kept {
				his[k], kept[k] = true, r.Event
			}
		}
	}
	if traces[intruder] == nil {
		t.Errorf("no rule is said to find the intruder %q", intruder)
	}
	var out []string
	for _, want := range traces[intruder] {
		in := map[id]bool{}
		best := ""
		for _, f := range set.All {
			if f.Rule != want.rule {
				continue
			}
			mine := false
			for _, e := range f.Records {
				r := s.Event(e)
				k := id{strings.ToUpper(s.Host(r.Host).Short()), r.Channel, r.RecordID}
				in[k] = true
				mine = mine || his[k]
			}
			if mine && best == "" {
				best = f.Severity.String()
			}
		}
		if best == "" {
			t.Errorf("seed %d, %s: no finding of %s holds a record of his", seed, intruder, want.rule)
			continue
		}
		out = append(out, want.rule+" "+best)
		for k, n := range kept {
			if slices.Contains(want.events, n) && !in[k] {
				t.Errorf("seed %d, %s: no finding of %s holds his record %v of event %d", seed, intruder, want.rule, k, n)
			}
		}
	}
	return strings.Join(out, ", ")
}

// TestFindingsWithoutDomainControllersSayWhatTheyLack takes the domain
// controllers' logs away from a domain with every intruder.
func TestFindingsWithoutDomainControllersSayWhatTheyLack(t *testing.T) {
	_, logs := logsOf(t, findingDomain(1, 2, simulate.Intruders()...))
	maps.DeleteFunc(logs, func(name string, _ []byte) bool { return strings.HasPrefix(name, "DC") })
	set := findings.Find(context.Background(), readLogs(t, logs), findings.Thresholds{})
	presuming := 0
	for _, f := range set.All {
		rule, _ := findings.RuleByID(f.Rule)
		for _, n := range f.Needed {
			i := slices.IndexFunc(rule.Needs, func(q findings.Requirement) bool { return q.Need == n.Need })
			if !strings.HasPrefix(n.Need, "dc-") || i < 0 {
				continue
			}
			presuming++
			if strings.Contains(n.Why, "it is not missed") {
				if f.Rule != "fan-out" || !strings.Contains(f.Why, "of them logged it themselves") {
					t.Errorf("%s, %s: it does without %s: %s", f.Rule, f.Severity, n.Need, f.Why)
				}
				continue
			}
			if n.Covered == model.Yes || f.Severity > rule.Needs[i].Cap || f.Severity < rule.Severity && f.Lowered == "" {
				t.Errorf("%s, %s: needs %s (%s), lowered: %s", f.Rule, f.Severity, n.Need, n.Why, f.Lowered)
			}
		}
	}
	if presuming == 0 {
		t.Error("no finding presumes the logs of domain controllers: the test proves nothing")
	}
}

// BenchmarkFindings compares looking for findings with opening completely the
// logs in which they are looked for, without hashing them and up to the order
// of sessions that every list needs, by what each takes of the processors: all
// rules may add a tenth.
func BenchmarkFindings(b *testing.B) {
	o := findingDomain(1, 14, simulate.Intruders()...)
	o.Hosts = 60
	_, logs := logsOf(b, o)
	folder := b.TempDir()
	for name, log := range logs {
		if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+".evtx"), log, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	logs = nil
	var all options
	files := all.finder([]string{folder})
	open, find := time.Duration(1<<62), time.Duration(1<<62)
	events := 0
	for b.Loop() {
		runtime.GC()
		began := processTime()
		v := newInvestigation(files, 2, time.Now)
		v.drafts = true
		var s *model.Snapshot
		v.Load(context.Background(), func(p tui.Progress) { s = p.Snapshot })
		s.Sessions(model.None, model.None)
		opened := processTime()
		findings.Find(context.Background(), s, findings.Thresholds{})
		open, find = min(open, opened-began), min(find, processTime()-opened)
		events = s.EventCount()
		v.Close()
	}
	b.ReportMetric(float64(find)/float64(open), "of-opening")
	b.ReportMetric(float64(open.Nanoseconds())/float64(events), "opening-ns/event")
	b.ReportMetric(float64(find.Nanoseconds())/float64(events), "finding-ns/event")
}
