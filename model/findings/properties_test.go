package findings_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/findings"
)

// busy is a lab in which much is found, on several hosts.
func busy() *lab {
	l := newLab()
	h := sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66").after(time.Minute).tgt("user03", "10.0.0.66")
	roasted(h.after(time.Minute), "user03", rc4)
	for i := range 9 {
		fs := l.host(fmt.Sprintf("SRV%02d", i)).at(1, "21:00:00").after(time.Duration(i) * time.Second)
		fs.installs("user03", fs.network("user03", "10.0.0.66", "NTLM"), "HfSync")
	}
	l.hosts[3].after(time.Minute).log(event.SecurityLogCleared, l.hosts[3].subject("user03", l.hosts[3].ids))
	h.at(2, "01:00:00").tgt("keeper", "10.0.0.9")
	return l
}

// told is all that findings say, without the numbers of rows, which are of one
// snapshot.
func told(set *findings.Set) []string {
	var out []string
	for _, f := range set.All {
		out = append(out, fmt.Sprint(f.ID, f.Rule, f.Severity, f.Lowered, f.AccountName, f.Source, f.Start, f.End, f.Why, f.Needed, f.RecordCount, f.SessionCount, f.FailureCount))
	}
	return out
}

func TestFindingsAreTheSameForAnyOrderOfFiles(t *testing.T) {
	l := busy()
	want := told(find(l))
	if len(want) < 5 {
		t.Fatalf("%d findings only: the test proves little", len(want))
	}
	slices.Reverse(l.hosts)
	if got := told(find(l)); !slices.Equal(got, want) {
		t.Errorf("in another order:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestIDsOfFindingsAreDistinctAndFindThem(t *testing.T) {
	set := find(busy())
	seen := map[string]bool{}
	for i, f := range set.All {
		if seen[f.ID] {
			t.Errorf("%s is the ID of two findings", f.ID)
		}
		seen[f.ID] = true
		if got := set.Find(f.ID); got != &set.All[i] {
			t.Errorf("%s does not find its finding", f.ID)
		}
	}
	if set.Find("0000000000000000") != nil {
		t.Error("an ID that no finding has finds one")
	}
}

func TestFindingsAreOrderedBySeverityAndTime(t *testing.T) {
	set := find(busy())
	for i := 1; i < len(set.All); i++ {
		a, b := set.All[i-1], set.All[i]
		if a.Severity < b.Severity || a.Severity == b.Severity && a.Start > b.Start {
			t.Errorf("%s %s %s comes before %s %s %s", a.Rule, a.Severity, a.Start, b.Rule, b.Severity, b.Start)
		}
	}
}

func TestMarksLeadToTheFindings(t *testing.T) {
	l := busy()
	s := l.snapshot()
	set := findings.Find(context.Background(), s, findings.Thresholds{})
	for i, f := range set.All {
		for _, n := range f.Sessions {
			if !slices.Contains(set.OfSession(n), i) {
				t.Errorf("%s: its session %d has no mark of it", f.Rule, n)
			}
		}
		for _, h := range f.Hosts {
			if !slices.Contains(set.OfHost(h), i) {
				t.Errorf("%s: its host %d has no mark of it", f.Rule, h)
			}
		}
		for _, a := range f.Accounts {
			if !slices.Contains(set.OfAccount(a), i) {
				t.Errorf("%s: its account %d has no mark of it", f.Rule, a)
			}
		}
		for _, n := range f.Failures {
			if !slices.Contains(set.OfFailure(n), i) {
				t.Errorf("%s: its failure %d has no mark of it", f.Rule, n)
			}
		}
	}
}

// TestASourceIsAsSureAsItsAddress: a host as the source is what an address was
// bound to, and no surer.
func TestASourceIsAsSureAsItsAddress(t *testing.T) {
	l := newLab()
	l.host("WS01")
	h := dc(l).at(1, "19:00:00").tgt("WS01$", "10.0.0.50")
	sprayed(h.at(1, "20:00:00"), "10.0.0.50").at(1, "21:00:00").tgt("WS01$", "10.0.0.50")
	got := of(find(l), "password-spray")
	if len(got) != 1 {
		t.Fatalf("%d findings", len(got))
	}
	if p := got[0].Source; p.Host == model.None || p.Address != "10.0.0.50" || p.Certainty != model.Strong || p.Why == "" || p.Claimed {
		t.Errorf("the source is %+v", p)
	}
}

func TestThresholdsDecide(t *testing.T) {
	l := newLab()
	sprayed(dc(l).at(1, "20:00:00"), "10.0.0.66")
	s := l.snapshot()
	for setting, want := range map[string]int{"": 1, "spray-accounts=10": 1, "spray-accounts=11": 0} {
		thresholds, err := findings.Parse(setting)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(of(findings.Find(context.Background(), s, thresholds), "password-spray")); got != want {
			t.Errorf("%q: %d findings, want %d", setting, got, want)
		}
	}
}

func TestACancelledSearchSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	set := findings.Find(ctx, busy().snapshot(), findings.Thresholds{})
	if !set.Incomplete || len(set.All) != 0 {
		t.Errorf("incomplete %t, %d findings", set.Incomplete, len(set.All))
	}
}

// TestHostileNamesAreKeptAsTheyAre: what is shown is escaped where it is shown;
// here nothing is lost, and nothing falls over.
func TestHostileNamesAreKeptAsTheyAre(t *testing.T) {
	l := newLab()
	h := dc(l).at(1, "20:00:00")
	hostile := []string{"\x1b[31mred", "a\u202eb", "=cmd|' /C calc'!A0", "$", "@", `\`, `\\`, "krbtgt/", "\x00", strings.Repeat("x", 70_000), "user@"}
	for _, n := range hostile {
		h.after(time.Second).unknown(n, n).ticket(n, n, n, rc4).tgt(n, n, fields{event.PreAuthType: "0"}).refuses(n, n)
		h.log(event.ExplicitCredentials, merge(h.subject(n, 0x777), fields{event.TargetName: n, event.TargetServer: n, event.TargetInfo: "RPCSS/" + n}))
		h.log(event.ShareAccessed, merge(h.subject(n, 0x777), fields{event.ShareName: n, event.IPAddress: n}))
		h.log(event.RDPNetworkAuth, fields{event.TargetName: n, event.IPAddress: n})
		h.log(event.ClockChanged, merge(h.subject(n, 0x777), fields{event.PreviousTime: event.FileTime(1 << 62), event.NewTime: event.FileTime(1)}))
		h.logon(n, 8, fields{event.Process: n, event.IPAddress: n})
		h.logon(n, 9, fields{event.LogonProcess: "seclogo", event.OutboundName: n})
	}
	set := find(l)
	if !slices.ContainsFunc(set.All, func(f findings.Finding) bool { return strings.Contains(f.Why, "\x1b[31mred") }) {
		t.Error("no finding names the account as its records do")
	}
}

func TestNothingIsFoundInNothing(t *testing.T) {
	if set := find(newLab()); len(set.All) != 0 {
		t.Errorf("%d findings", len(set.All))
	}
}
