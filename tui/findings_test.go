package tui

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/findings"
)

// seeking is a UI whose search for findings ends when it is told to.
func seeking(t *testing.T) (d *driver, began, ended chan *model.Snapshot) {
	began, ended = make(chan *model.Snapshot, 8), make(chan *model.Snapshot, 8)
	d = idle(t)
	d.root.judging.find = func(ctx context.Context, snap *model.Snapshot) *findings.Set {
		began <- snap
		<-ctx.Done()
		ended <- snap
		return findings.NewSet(nil, findings.Thresholds{})
	}
	return d, began, ended
}

// next is what comes next, which may never do.
func next(t *testing.T, c chan *model.Snapshot) *model.Snapshot {
	t.Helper()
	select {
	case snap := <-c:
		return snap
	case <-time.After(20 * time.Second):
		t.Fatal("it never came")
	}
	return nil
}

func TestFindingsAreSoughtInTheLastSnapshotAlone(t *testing.T) {
	snaps := snapshots(t, story())
	d, began, _ := seeking(t)
	d.progress(Progress{Snapshot: snaps[0], Done: 1, Total: 9}).progress(Progress{Snapshot: snaps[1], Done: 2, Total: 9})
	d.press("7").sees("findings follow when all is read").misses("looking for findings")
	d.press("down", "enter", "D", "!").sees("no finding touches the row")
	d.progress(Progress{Snapshot: snaps[3], Finished: true})
	if of := next(t, began); of != snaps[3] {
		t.Error("another snapshot than the last one is searched")
	}
	select {
	case <-began:
		t.Error("more than one snapshot was searched")
	default:
	}
}

func TestTheUINeverWaitsForFindings(t *testing.T) {
	snaps := snapshots(t, story())
	d, began, ended := seeking(t)
	d.progress(Progress{Snapshot: snaps[3], Finished: true})
	next(t, began)
	d.sees("looking for findings", `EXAMPLE\alice`).press("7").sees("looking for findings in all that was read")
	d.press("3", "enter").sees("run of", "looking for findings")
	d.root.join()
	if of := next(t, ended); of != snaps[3] {
		t.Error("quitting left the search running")
	}
}

func TestANewerSnapshotEndsTheSearchInTheOneBefore(t *testing.T) {
	snaps := snapshots(t, story())
	d, began, ended := seeking(t)
	d.progress(Progress{Snapshot: snaps[2], Finished: true})
	next(t, began)
	d.progress(Progress{Snapshot: snaps[3], Finished: true})
	if of := next(t, ended); of != snaps[2] {
		t.Error("the newer search was ended")
	}
	// What the search that was overtaken still says is of no use.
	d.root.Update(judgedMsg{&verdict{snap: snaps[2], set: findings.NewSet(nil, findings.Thresholds{})}})
	d.sees("looking for findings")
	d.root.Update(judgedMsg{&verdict{snap: snaps[3], set: findings.NewSet(nil, findings.Thresholds{})}})
	d.misses("looking for findings")
}

func TestARuleThatFailsLeavesTheUIStanding(t *testing.T) {
	o := options(t, story())
	o.Find = func(context.Context, *model.Snapshot) *findings.Set { panic("index out of range") }
	drive(t, o, 100, 30).sees(`EXAMPLE\alice`).press("7").sees("there are no findings: a rule failed: index out of range")
}

func TestWithoutFindingsTheListSaysWhatCouldNotBeJudged(t *testing.T) {
	d := drive(t, options(t, story()), 120, 40).press("7").sees("no rule found anything", "Not judged, or not in full", "0 findings", "not all judged (N)")
	d.press("N").sees("NOT JUDGED, OR NOT IN FULL", "dc-logs", "rules  ", "why    the evidence holds no log of a domain controller")
	d.press("N").sees("no rule found anything")
}

func TestTheRulesFindTheIntruderOfThePracticeDomain(t *testing.T) {
	o := demo(t)
	o.Find = nil
	d := drive(t, o, 200, 50).press("7", "/", "rule:log-cleared", "tab").sees("1 of ", "high", "A log was cleared", "fs01")
	d.press("esc", "/", "10.20.99.77 severity:medium,high", "tab").misses("none of")
	d.press("esc", "1", "/", "lars.hinrichs", "tab").sees("finding   !!")
}

func TestAFindingLeadsToWhatItIsMadeOfAndBack(t *testing.T) {
	d := drive(t, demo(t), 160, 40).press("7").sees("4 findings", "10 accounts", "10.20.99.77").misses("Failures")
	d.press("/", "cleared", "enter").sees("findings › A log was cleared", "session", "account", "host", "record", "1102 Security log cleared")
	d.press("/", "record", "enter").sees("1102", "UserData").press("esc", "esc")
	d.press("/", "host", "enter").sees("fs01", "CONSOLE").press("esc", "esc", "esc").sees("4 findings")
	d.press("/", "wrong passwords", "enter", "/", "failure", "tab").sees("19 of 240 records", "wrong password").press("enter").sees("4771")
}

func TestWhatAFindingTouchesLeadsToIt(t *testing.T) {
	for name, keys := range map[string][]string{
		"account":         {"/", "larhin", "tab", "!"},
		"host":            {"2", "/", "ws103", "tab", "!"},
		"account on host": {"/", "larhin", "tab", "enter", "/", "ws103", "tab", "!"},
		"session":         {"3", "/", "host:ws103 ip:10.20.99.77", "tab", "!"},
		"logon":           {"3", "/", "host:ws103 ip:10.20.99.77", "tab", "enter", "!"},
		"step":            {"/", "larhin", "tab", "6", "/", "10.20.99.77 logon", "tab", "!"},
		"everywhere":      {"ctrl+f", "larhin", "tab", "!"},
	} {
		d := drive(t, demo(t), 120, 40).press(keys...)
		if !contains(d.screen(), "› findings of") || !contains(d.screen(), "A place that an account never came from before") {
			t.Errorf("%s: ! leads to\n%s", name, d.screen())
		}
	}
	d := drive(t, demo(t), 120, 40).press("4", "/", "ip:10.20.99.77 reason:password", "tab", "!").sees("One source, many accounts, wrong passwords", "1 finding")
	d.press("esc", "4", "/", "-ip:10.20.99.77 user:sofie", "tab", "!").sees("no finding touches the row")
}

func TestABarLeadsToItsFindings(t *testing.T) {
	d := drive(t, demo(t), 120, 40).press("/", "larhin", "tab", "5")
	for range 100 {
		if contains(d.screen(), "finding   !! medium") {
			d.press("!").sees("findings of", "A place that an account never came from before").press("esc").sees("timeline of")
			return
		}
		d.press("!").sees("no finding touches the row").press("right")
	}
	t.Errorf("no bar has a finding:\n%s", d.screen())
}

func TestWhatFindingsTouchIsMarkedBySeverity(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		mark string
	}{
		"account":  {[]string{"/", "svc_backup", "tab"}, "!!! "},
		"other":    {[]string{"/", "larhin", "tab"}, " !! "},
		"host":     {[]string{"2", "/", "fs01", "tab"}, "!!! "},
		"session":  {[]string{"3", "/", "host:ws103 ip:10.20.99.77", "tab"}, " !! "},
		"failure":  {[]string{"4", "/", "ip:10.20.99.77 reason:password", "tab"}, " ! "},
		"step":     {[]string{"/", "larhin", "tab", "6", "/", "10.20.99.77 logon", "tab"}, " !! "},
		"a lane":   {[]string{"/", "larhin", "tab", "5"}, "!▓"},
		"in none":  {[]string{"2", "/", "ws101", "tab"}, ""},
		"in words": {[]string{"3", "/", "host:ws103 ip:10.20.99.77", "tab", "d"}, "!! medium  A place that an account never came from before"},
	} {
		d := drive(t, demo(t), 200, 50).press(c.keys...)
		if row := d.chosen(); c.mark == "" && contains(row, "!") || !contains(row+"\n"+d.screen(), c.mark) {
			t.Errorf("%s: no %q in\n%s", name, c.mark, d.screen())
		}
	}
}

// Of the accounts that a spray tried, the one whose password was guessed stands out.
func TestWhoWasOnlyTriedIsMarkedLightly(t *testing.T) {
	o := demo(t)
	o.Find = nil
	d := drive(t, o, 200, 50).press("7").sees("One source, many accounts")
	d.press("1", "/", "larhin", "tab").sees("finding   !!! high  Let in amid or after guessing")
	if row := d.chosen(); !contains(row, " !!! ") {
		t.Error(row)
	}
	d.press("esc", "/", "niels.voss", "tab").sees("finding   i info  only tried: One source, many accounts, wrong passwords")
	if row := d.chosen(); contains(row, "!") || !contains(row, " i ") {
		t.Error(row)
	}
	d.press("!").sees("!! medium", "One source, many accounts, wrong passwords").press("esc")
}

func TestSessionsAreSortedByTheirFindingsAsTheyAreMarked(t *testing.T) {
	for _, folds := range []string{"", "f"} {
		d := drive(t, demo(t), 200, 50).press("3", folds)
		l := d.root.top()
		rows := l.rows.(*listing[sitting])
		for column, c := range rows.cols {
			if c.Title != flagTitle && c.Title != "FAILED" {
				continue
			}
			number := rows.order(column).number
			for row := range rows.len() {
				if got, want := number(row), c.number(rows.item(row)); got != want {
					t.Fatalf("row %d is sorted by %s as %d, want %d", row, c.Title, got, want)
				}
			}
			if c.Title == flagTitle {
				l.sort = sorting{column, true}
			}
		}
		d.run(d.root.refresh(l, true))
		d.press("g")
		if row := d.chosen(); !contains(row, " !!! ") {
			t.Errorf("sorted by findings, the first is %q", row)
		}
	}
}

// TestASearchKeepsTheOrderOfFindings: what matches better is not graver.
func TestASearchKeepsTheOrderOfFindings(t *testing.T) {
	d := drive(t, demo(t), 120, 40).press("7", "/", "wor", "tab")
	screen := d.screen()
	at := func(title string) int { return strings.Index(screen, title) }
	if cleared, spray, machine := at("A log was cleared"), at("One source, many"), at("A machine at"); cleared < 0 || spray < cleared || machine < spray {
		t.Errorf("not in order of severity:\n%s", screen)
	}
}

func TestFindingsAreSortedAndFiltered(t *testing.T) {
	d := drive(t, demo(t), 120, 40).press("7")
	for filter, want := range map[string]string{
		"severity:high": "1 of 4", "-severity:info": "3 of 4", "rule:t1110": "1 of 4", "rule:log": "1 of 4", "user:larhin": "0 of 4", "user:lars.hinrichs": "2 of 4",
		"host:fs01": "1 of 4", "ip:10.20.99.0/24": "2 of 4", "before:03-06": "2 of 4", "id:1102": "1 of 4", "c1ea40000000000a": "1 of 4", "nevcame": "1 of 4",
	} {
		d.press("/", filter, "tab").sees(want + " findings").press("esc")
	}
	d.press("s", "S", "g")
	if row := d.chosen(); !contains(row, "info") {
		t.Errorf("sorted by severity, turned, the first is %q", row)
	}
	d.press("/", "severity:grave").sees(`"grave" is no severity: one of info, low, medium, high`)
}

func TestADismissedFindingIsSetAsideAndComesBack(t *testing.T) {
	k := &drawer{kept: map[string]State{}}
	kept := func() Options {
		o := demo(t)
		o.Keep = k
		load := o.Load
		o.Load = func(ctx context.Context, publish func(Progress)) {
			load(ctx, func(p Progress) { p.Evidence = "a"; publish(p) })
		}
		return o
	}
	d := drive(t, kept(), 200, 50).press("7", "D").sees("dismissed, because: ")
	d.press("esc").sees("4 findings")
	d.press("D", "the admin's own work", "enter").sees("3 findings", "1 dismissed (A)", "dismissed; A shows it").misses("A log was cleared")
	d.press("1", "/", "svc_backup", "tab").misses("!!!").sees("1 dismissed; ! lists them")
	want := findings.Dismissal{ID: "c1ea40000000000a", Note: "the admin's own work", Time: now}
	if got := k.kept["a"].Dismissed; len(got) != 1 || got[0] != want {
		t.Fatalf("kept are %v", got)
	}
	d = drive(t, kept(), 200, 50).sees("1 finding dismissed in an earlier run").press("7").sees("3 findings", "1 dismissed (A)")
	d.press("A").sees("4 findings", "DISMISSED", "dismissed findings are shown").press("g").sees("dismissed  the admin's own work")
	if row := d.chosen(); !strings.HasPrefix(row, "- high") {
		t.Errorf("a dismissed finding has no mark of it: %q", row)
	}
	d.press("D").sees("restored; D again offers its note: A log was cleared", "4 findings").misses("1 dismissed")
	if got := k.kept["a"].Dismissed; len(got) != 0 {
		t.Errorf("kept are %v", got)
	}
	d.press("D").sees("dismissed, because: the admin's own work").press("enter").sees("1 dismissed (A)")
	if got := k.kept["a"].Dismissed; len(got) != 1 || got[0] != want {
		t.Errorf("a finding was restored in error, and then are kept %v, want %v", got, want)
	}
}

func TestAFindingIsNotDismissedWithoutANote(t *testing.T) {
	d := drive(t, demo(t), 120, 40).press("7", "D", "enter").sees("dismissed, because:", "say why").misses("1 dismissed")
	d.press("space", "enter").sees("say why", "4 findings").press("esc").sees("4 findings").misses("say why", "1 dismissed")
	d.press("D", "his own work", "enter").sees("3 findings", "1 dismissed (A)")
}

func TestADismissalThatIsNotKeptSaysSo(t *testing.T) {
	d := drive(t, demo(t), 120, 40).press("7", "D", "x", "enter").sees("dismissed for this run only: nothing is kept for the next one")
	d.press("D", "x", "enter", "D", "x", "enter", "D", "x", "enter").sees("4 findings are dismissed; A shows them", "4 dismissed (A)")
	d.press("1", "D").sees("only a finding is dismissed; 7 lists them")
}

func TestNoAccountOfAFindingIsHidden(t *testing.T) {
	o := demo(t)
	o.Find = func(_ context.Context, snap *model.Snapshot) *findings.Set {
		return findings.NewSet(nil, findings.Thresholds{})
	}
	drive(t, o, 120, 40).press("/", "umfd", "tab").sees("none of 36 accounts")
	snap, _ := practice()
	name := machineInDemo(snap).AccountName
	_, bare, _ := strings.Cut(name, `\`)
	d := drive(t, demo(t), 120, 40).press("/", bare, "tab").sees(name, "of 37 accounts")
	d.press("3", "/", "user:"+bare, "tab").sees(name).misses("none of")
	d.press("7", "/", "severity:info", "tab", "D", "x", "enter").sees("3 findings")
	d.press("1").sees("37 accounts")
}

func TestExportsTellOfDismissals(t *testing.T) {
	o := demo(t)
	o.Folder = t.TempDir()
	d := drive(t, o, 120, 40).press("7", "/", "cleared", "tab", "D", "a drill", "enter", "A", "space", "e", "enter").sees("wrote 1 session")
	_ = d
	names, err := filepath.Glob(filepath.Join(o.Folder, "*"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var all strings.Builder
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if strings.HasSuffix(name, ".jsonl") && !json.Valid([]byte(line)) {
				t.Errorf("%q is no JSON", line)
			}
		}
		all.Write(data)
	}
	for _, want := range []string{"c1ea40000000000a", "a drill"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no file of the export holds %q", want)
		}
	}
}

func TestMarksOfSeveritySpeakWithoutColour(t *testing.T) {
	seen := map[string]bool{}
	for s := findings.Info; s <= findings.High; s++ {
		if m := severityMarks[s]; m == "" || seen[m] {
			t.Errorf("%s has the mark %q", s, m)
		}
		seen[severityMarks[s]] = true
	}
	d := drive(t, demo(t), 200, 50).press("?").sees("!!! high  !! medium  ! low  i info", "7 findings")
	d.press("esc", "/", "larhin", "tab", "5").sees("! finding  i lesser one")
	_ = d
}

func TestARunIsMarkedByAnyOfItsSessions(t *testing.T) {
	o := demo(t)
	o.Find = func(_ context.Context, snap *model.Snapshot) *findings.Set {
		var last []model.SessionRow
		for _, s := range snap.Sessions(model.None, model.None) {
			if run := snap.RunOf(s); run != model.None && len(snap.RunSessions(run)) > 2 && !snap.Account(snap.SessionAccount(s)).Boring {
				last = snap.RunSessions(run)
			}
		}
		f := findings.Finding{ID: "00000000000000aa", Title: "One of many", Severity: findings.Low, Account: model.None, Source: model.Place{Host: model.None}, Sessions: last[len(last)-1:]}
		return findings.NewSet([]findings.Finding{f}, findings.Thresholds{})
	}
	d := drive(t, o, 200, 50).press("3", "s", "s", "s", "s", "s", "s", "s", "s", "s", "s", "g")
	for range 12 {
		if contains(d.screen(), "!▼") {
			break
		}
		d.press("s", "g")
	}
	if row := d.chosen(); !contains(row, "network x") || !contains(row, " ! ") {
		t.Errorf("sorted by findings, the first is %q", row)
	}
	d.press("enter").sees("run of").press("G", "g").sees("finding   ! low  One of many")
}

func TestNeedsAreNamedByWhatTheyAre(t *testing.T) {
	o := demo(t)
	o.Find = nil
	drive(t, o, 200, 50).press("7", "/", "rule:guessed-right", "tab").sees("needs     ", "covered").misses("dc-ten-hours")
}
