package main

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"spoor/model/simulate"
)

// What .ci/accuracy asks for; by itself, the test is small.
var (
	accuracyHosts  = flag.String("hosts", "10", "sizes of the simulated domains, with commas between them")
	accuracySeeds  = flag.Int("seeds", 1, "how many domains of each size")
	accuracyDays   = flag.Int("days", 2, "how many days their logs hold")
	accuracyFaults = flag.String("faults", "all", "faults to switch on, each alone; all: all of them; none")
	accuracyCases  = flag.Int("cases", 4, "how many mistakes of a kind to name")
)

// aspect is one thing that the model says of a domain, in the order of the
// table.
type aspect uint8

const (
	sessions aspect = iota
	accounts
	endTimes
	endReasons
	endBounds
	checks
	segments
	exactLinks
	strongLinks
	mediumLinks
	parents
	addresses
	failures
	boots
	activities
	changes
	aspectCount
)

var aspectNames = [aspectCount]string{"sessions", "accounts", "end time", "end reason", "end bounds", "checks", "segments", "exact", "strong", "medium", "parents", "IP-host", "failures", "boots", "activity", "story"}

// whole are the aspects that must be without a mistake or a gap on clean logs.
var whole = []aspect{sessions, accounts, endTimes, endReasons, endBounds, checks, segments, exactLinks, strongLinks, addresses, boots, activities, changes}

// sound are those that must be without a mistake whatever is missing.
var sound = []aspect{accounts, endTimes, endBounds, checks, segments, exactLinks, addresses, boots, activities, changes}

// tally counts what is right, what is wrong, and what the events determine but
// the model does not say.
type tally struct {
	right, wrong, missed int
	cases                map[string]int // of each kind
}

func (t *tally) precision() string { return share(t.right, t.wrong) }
func (t *tally) recall() string    { return share(t.right, t.missed) }

// share is a part of the whole; "-" where there is nothing to share. It is
// never rounded up to 1.
func share(part, rest int) string {
	if part+rest == 0 {
		return "-"
	}
	n := part * 1000 / (part + rest)
	return fmt.Sprintf("%d.%03d", n/1000, n%1000)
}

// score is how well one domain was understood.
type score struct {
	t      *testing.T
	domain string
	tally  [aspectCount]tally
}

func (s *score) right(a aspect) { s.tally[a].right++ }

// wrong notes a mistake. The first few of a kind are told.
func (s *score) wrong(a aspect, kind, format string, args ...any) {
	s.tally[a].wrong++
	s.tell(a, "wrong: "+kind, format, args...)
}

func (s *score) missed(a aspect, kind, format string, args ...any) {
	s.tally[a].missed++
	s.tell(a, "missed: "+kind, format, args...)
}

func (s *score) tell(a aspect, kind, format string, args ...any) {
	t := &s.tally[a]
	if t.cases == nil {
		t.cases = make(map[string]int)
	}
	t.cases[kind]++
	if t.cases[kind] <= *accuracyCases {
		s.t.Logf("%s: %s, %s: %s", s.domain, aspectNames[a], kind, fmt.Sprintf(format, args...))
	}
}

// TestAccuracy compares what the model makes of simulated domains with what
// really happened there.
func TestAccuracy(t *testing.T) {
	faults := []simulate.Fault{""}
	switch *accuracyFaults {
	case "none":
	case "all":
		faults = append(faults, simulate.Faults...)
	default:
		named, err := simulate.ParseFaults(*accuracyFaults)
		if err != nil {
			t.Fatal(err)
		}
		faults = append(faults, named...)
	}
	// One small domain says little of a part in a thousand: all count together.
	strong := make(map[simulate.Fault]tally)
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "hosts\tseed\tfault\tevents\t%s\tseconds\n", strings.Join(aspectNames[:], "\t"))
	for _, size := range strings.Split(*accuracyHosts, ",") {
		hosts, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(*accuracySeeds) {
			for _, f := range faults {
				n := accuracyOf(t, w, simulate.Options{Hosts: hosts, Seed: seed + 1, Days: *accuracyDays, Start: time.Date(2026, time.March, 3, 0, 0, 0, 0, time.UTC),
					Intruders: []string{"spray"}, Faults: slices.DeleteFunc([]simulate.Fault{f}, func(f simulate.Fault) bool { return f == "" })})
				sum := strong[f]
				strong[f] = tally{right: sum.right + n.right, wrong: sum.wrong + n.wrong}
			}
		}
	}
	w.Flush()
	for _, f := range faults {
		if n := strong[f]; n.wrong*1000 > n.right+n.wrong {
			t.Errorf("fault %q: %d of %d strong joins are wrong", f, n.wrong, n.right+n.wrong)
		}
	}
	t.Logf("precision/recall of what the events determine; -: nothing of it\n%s", table.String())
}

func accuracyOf(t *testing.T, table *tabwriter.Writer, o simulate.Options) (strong tally) {
	began := time.Now()
	name := "clean"
	if len(o.Faults) > 0 {
		name = string(o.Faults[0])
	}
	world, snapshot := understand(t, o)
	s := &score{t: t, domain: fmt.Sprintf("%d hosts, seed %d, %s", o.Hosts, o.Seed, name)}
	judge(s, world.Truth(), snapshot)
	fmt.Fprintf(table, "%d\t%d\t%s\t%d\t", o.Hosts, o.Seed, name, snapshot.EventCount())
	for a := range aspectCount {
		fmt.Fprintf(table, "%s/%s\t", s.tally[a].precision(), s.tally[a].recall())
	}
	fmt.Fprintf(table, "%.1f\n", time.Since(began).Seconds())
	s.demand(len(o.Faults) == 0)
	return s.tally[strongLinks]
}

// demand fails the test for what must not happen.
func (s *score) demand(clean bool) {
	for _, a := range sound {
		if t := s.tally[a]; t.wrong > 0 {
			s.t.Errorf("%s: %s: %d of %d are wrong: %v", s.domain, aspectNames[a], t.wrong, t.right+t.wrong, t.cases)
		}
	}
	if !clean {
		return
	}
	for _, a := range whole {
		if t := s.tally[a]; t.wrong+t.missed > 0 || t.right == 0 {
			s.t.Errorf("%s: %s: %d right, %d wrong, %d missed: %v", s.domain, aspectNames[a], t.right, t.wrong, t.missed, t.cases)
		}
	}
}
