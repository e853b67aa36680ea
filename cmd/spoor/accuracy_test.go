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
	accuracyFaults = flag.String("faults", "all", "faults to switch on, each alone, a+b together; all: all of them, and some together; none")
	accuracyCases  = flag.Int("cases", 4, "how many mistakes of a kind to name")
)

// aspect is one thing that the model says of a domain, in the order of the
// table.
type aspect uint8

const (
	sessions aspect = iota
	accounts
	starts
	endTimes
	endReasons
	endBounds
	checks
	segments
	exactLinks
	strongLinks
	mediumLinks
	listedLinks
	parents
	failures
	boots
	activities
	validations
	privileges
	changes
	tgtLinks
	ticketLinks
	ntlmLinks
	explicitLinks
	networkLinks
	addresses
	mediumAddresses
	sources
	exactSources
	strongSources
	mediumSources
	weakSources
	sourceAddresses
	aspectCount
)

var aspectNames = [aspectCount]string{"sessions", "accounts", "start", "end time", "end reason", "end bounds", "checks", "segments", "exact", "strong", "medium", "listed",
	"parents", "failures", "boots", "activity", "validated", "privileges", "story",
	"tgt", "service-ticket", "ntlm", "explicit", "network-auth", "IP-host", "IP medium", "source", "src exact", "src strong", "src medium", "src weak", "src address"}

// tables are the parts of the table, by their first and last aspect.
var tables = []struct {
	title       string
	first, last aspect
}{{"what happened", sessions, changes}, {"records that led to sessions, by their part; and where they came from", tgtLinks, sourceAddresses}}

// whole are the aspects that must be without a mistake or a gap where every
// record is in the evidence.
var whole = []aspect{sessions, accounts, starts, endTimes, endReasons, endBounds, checks, segments, exactLinks, strongLinks, listedLinks, boots, activities, validations, privileges, changes,
	tgtLinks, ticketLinks, ntlmLinks, networkLinks, addresses, sources, sourceAddresses}

// sound are those that must be without a mistake whatever is missing. The time
// of an end is not among them: a machine that starts again gives the same logon
// ID to the same account, and one lost 4624 makes two sessions look like one. Nor
// are candidates: those listed for a ticket-granting ticket are of the service
// ticket that is left.
var sound = []aspect{sessions, accounts, starts, endBounds, checks, segments, exactLinks, parents, failures, boots, activities, validations, privileges, changes,
	networkLinks, addresses, sources, sourceAddresses}

// least is, in parts of a thousand, how precise the others are at least, and how
// many they find of what every record tells.
var least = map[aspect]struct{ precision, recall int }{
	mediumLinks: {980, 950}, explicitLinks: {800, 1000}, parents: {1000, 750}, failures: {1000, 900}, mediumAddresses: {800, 1000},
}

// combined are faults that are switched on together.
var combined = [][]simulate.Fault{{simulate.LostLogs, simulate.Dropped}, {simulate.NoTickets, simulate.Dropped}, {simulate.RolledOver, simulate.Truncated},
	{simulate.NoLogoff, simulate.Dropped}, {simulate.LostLogs, simulate.RolledOver, simulate.Forwarded}}

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

	options simulate.Options
	fault   string
	events  int
	seconds float64
}

func (s *score) has(f simulate.Fault) bool { return slices.Contains(s.options.Faults, f) }

// complete reports whether every record is in the evidence, some perhaps twice.
func (s *score) complete() bool {
	return !slices.ContainsFunc(s.options.Faults, func(f simulate.Fault) bool { return f != simulate.Duplicates && f != simulate.Forwarded })
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
	faults := [][]simulate.Fault{nil}
	switch *accuracyFaults {
	case "none":
	case "all":
		for _, f := range simulate.Faults {
			faults = append(faults, []simulate.Fault{f})
		}
		faults = append(faults, combined...)
	default:
		for _, names := range strings.Split(*accuracyFaults, ",") {
			together, err := simulate.ParseFaults(strings.ReplaceAll(names, "+", ","))
			if err != nil {
				t.Fatal(err)
			}
			faults = append(faults, together)
		}
	}
	// One small domain says little of a part in a thousand: all count together.
	strong := make(map[string]tally)
	var scores []*score
	for _, size := range strings.Split(*accuracyHosts, ",") {
		hosts, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(*accuracySeeds) {
			for _, f := range faults {
				s := accuracyOf(t, simulate.Options{Hosts: hosts, Seed: seed + 1, Days: *accuracyDays, Start: time.Date(2026, time.March, 3, 0, 0, 0, 0, time.UTC),
					Intruders: simulate.Intruders(), Faults: f})
				scores = append(scores, s)
				sum, n := strong[s.fault], s.tally[strongLinks]
				strong[s.fault] = tally{right: sum.right + n.right, wrong: sum.wrong + n.wrong}
			}
		}
	}
	for f, n := range strong {
		if n.wrong*1000 > n.right+n.wrong {
			t.Errorf("fault %q: %d of %d strong joins are wrong", f, n.wrong, n.right+n.wrong)
		}
	}
	t.Logf("precision/recall of what the events determine; -: nothing of it\n%s", tableOf(scores))
}

// tableOf is the scores for people.
func tableOf(scores []*score) string {
	var table strings.Builder
	for _, part := range tables {
		fmt.Fprintf(&table, "\n%s\n", part.title)
		w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "hosts\tseed\tfault\tevents\t%s\tseconds\n", strings.Join(aspectNames[part.first:part.last+1], "\t"))
		for _, s := range scores {
			fmt.Fprintf(w, "%d\t%d\t%s\t%d\t", s.options.Hosts, s.options.Seed, s.fault, s.events)
			for a := part.first; a <= part.last; a++ {
				fmt.Fprintf(w, "%s/%s\t", s.tally[a].precision(), s.tally[a].recall())
			}
			fmt.Fprintf(w, "%.1f\n", s.seconds)
		}
		w.Flush()
	}
	return table.String()
}

func accuracyOf(t *testing.T, o simulate.Options) *score {
	began := time.Now()
	name := "clean"
	if len(o.Faults) > 0 {
		var names []string
		for _, f := range o.Faults {
			names = append(names, string(f))
		}
		name = strings.Join(names, "+")
	}
	world, snapshot := understand(t, o)
	s := &score{t: t, domain: fmt.Sprintf("%d hosts, seed %d, %s", o.Hosts, o.Seed, name), options: o, fault: name, events: snapshot.EventCount()}
	judge(s, world.Truth(), snapshot)
	s.seconds = time.Since(began).Seconds()
	s.demand()
	return s
}

// demand fails the test for what must not happen.
func (s *score) demand() {
	for _, a := range sound {
		if t := s.tally[a]; t.wrong > 0 {
			s.t.Errorf("%s: %s: %d of %d are wrong: %v", s.domain, aspectNames[a], t.wrong, t.right+t.wrong, t.cases)
		}
	}
	if !s.complete() {
		return
	}
	for a, want := range least {
		t := s.tally[a]
		if n := t.right * 1000; n < want.precision*(t.right+t.wrong) || n < want.recall*(t.right+t.missed) {
			s.t.Errorf("%s: %s: %s/%s, less than %v: %v", s.domain, aspectNames[a], t.precision(), t.recall(), want, t.cases)
		}
	}
	for _, a := range whole {
		if t := s.tally[a]; t.wrong+t.missed > 0 || t.right == 0 {
			s.t.Errorf("%s: %s: %d right, %d wrong, %d missed: %v", s.domain, aspectNames[a], t.right, t.wrong, t.missed, t.cases)
		}
	}
}
