package model

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// story tells what was done to the account.
func (t *trailer) story() {
	for _, c := range t.Story(t.who) {
		t.told[c.Event] = true
		why := fmt.Sprintf("%d on %s: %s", t.Event(c.Event).EventID, t.Host(c.Host).Short(), c.What)
		why += with(", by ", c.ByName) + with(", from the computer that called itself ", c.Caller)
		from := nowhere()
		if c.Caller != "" {
			from = t.origin(Source{Host: None, Name: c.Caller, Claimed: true, Certainty: Weak, Why: "the name that the client claims"}, c.Host, KindNetwork, c.Time)
		}
		kind := StepAccount
		if t.Event(c.Event).Kind == event.SpecialGroups {
			kind = StepSpecialGroups
		}
		t.add(Step{
			Time: c.Time, Kind: kind, Actor: c.By, ActorName: c.ByName, Used: t.who, From: from, To: at(c.Host), Via: c.What,
			Certainty: Exact, Why: why, Records: []EventRow{c.Event}, Session: c.Session, Run: None,
		})
	}
}

// deedSteps say what kind of step a record of deedKinds is; the others are
// changes of accounts.
var deedSteps = map[event.Kind]StepKind{
	event.SecurityLogCleared: StepLogCleared, event.LogCleared: StepLogCleared, event.ServiceInstalled: StepServiceInstall,
	event.TaskCreated: StepTask, event.TaskDeleted: StepTask, event.TaskUpdated: StepTask,
}

// deeds tells what the account did besides logging on.
func (t *trailer) deeds() {
	for _, e := range t.Snapshot.deeds().did[t.who] {
		if k := t.Event(e).Kind; deedKinds[k] && !t.told[e] {
			t.deed(e, t.who, Exact, "")
		}
	}
}

// doneIn tells what was done in a session of another account that came out of
// one of this account's, as surely as it did. The session that acted is the
// other account's: so is the deed.
func (t *trailer) doneIn(c Session, sure Certainty, how string) {
	for _, e := range t.SessionEvents(c.Row) {
		if deedKinds[t.Event(e).Kind] && !t.told[e] {
			t.deed(e, c.Account, sure, how)
		}
	}
}

// hops tells what was done in sessions of other accounts that only sessions of
// this one may have opened, where no 4624 says who did.
func (t *trailer) hops() {
	for _, row := range t.Snapshot.deeds().did[t.who] {
		e := t.Event(row)
		n, _ := t.storeRow(row)
		if e.Kind != event.ExplicitCredentials {
			continue
		}
		used, to := t.whoIs(int(e.Host), t.target(n)), t.explicitTarget(int(e.Host), n)
		if used == None || used == t.who || to == None || to == e.Host {
			continue
		}
		for _, s := range t.headlessOf(used, to) {
			x := t.Session(s)
			if len(x.Candidates) != 1 || x.Candidates[0].Records[0] != row {
				continue
			}
			c := x.Candidates[0]
			t.doneIn(x, c.Certainty, fmt.Sprintf("; in %s of %s; %s", t.sessionWords(x), t.Account(used).Display(), t.unopenedWords(x)))
		}
	}
}

// headlessOf returns the sessions of an account on a host whose 4624 is not in
// the evidence.
func (t *trailer) headlessOf(a AccountID, h HostID) []SessionRow {
	key := [2]uint32{uint32(a), uint32(h)}
	if rows, ok := t.headless[key]; ok {
		return rows
	}
	var rows []SessionRow
	for _, s := range t.Sessions(a, h) {
		if !t.SessionBrief(s).StartKnown {
			rows = append(rows, s)
		}
	}
	t.headless[key] = rows
	return rows
}

func (t *trailer) deed(row EventRow, by AccountID, sure Certainty, how string) {
	t.told[row] = true
	e := t.Event(row)
	kind, ok := deedSteps[e.Kind]
	if !ok {
		kind = StepAccount
	}
	t.add(Step{
		Time: e.Time, Kind: kind, Actor: by, Used: by, From: nowhere(), To: at(e.Host), Via: "session",
		Certainty: sure, Why: fmt.Sprintf("%d on %s: %s%s", e.EventID, t.Host(e.Host).Short(), t.Describe(row), how),
		Records: []EventRow{row}, Session: t.sessionOf(row), Run: None,
	})
}

// sessionOf is the session whose Subject a record names, or None.
func (t *trailer) sessionOf(e EventRow) SessionRow {
	if rows := t.EventSessions(e); len(rows) > 0 {
		return rows[len(rows)-1]
	}
	return None
}

// madeBySystem is how close to a 4648 of Windows itself a logon of the account
// on that host must be to be what it was for. They are written together; in
// real logs they were never a second apart.
const madeBySystem = 10 * time.Second

// credentials tells of explicit credentials (4648) that the account's sessions
// used, and of the account's that others used.
func (t *trailer) credentials() {
	x := t.Snapshot.deeds()
	rows := slices.Concat(x.did[t.who], x.lent[t.who])
	slices.Sort(rows)
	for _, row := range slices.Compact(rows) {
		if t.over() {
			return
		}
		e := t.Event(row)
		if e.Kind != event.ExplicitCredentials {
			continue
		}
		n, _ := t.storeRow(row)
		subject, target := t.subject(n), t.target(n)
		by, used := t.whoIs(int(e.Host), subject), t.whoIs(int(e.Host), target)
		server := t.Text(row, event.TargetServer)
		local := server == "" || strings.EqualFold(server, "localhost") || t.isSelf(int(e.Host), shortName(server))
		if local && begun(t.opened[e.Host], e.Time, madeBySystem, madeBySystem) && (by == None || t.Account(by).Class != ClassUser) {
			continue // how Windows itself opens the session that is a step already
		}
		t.add(Step{
			Time: e.Time, Kind: StepCredentials, Actor: by, ActorName: t.called(subject), Used: used, UsedName: t.called(target),
			From: at(e.Host), To: t.server(server, local, e), Via: baseName(t.Text(row, event.Process)), Certainty: Exact,
			Why: fmt.Sprintf("4648 on %s: a session of %s gave the credentials of %s for %s, which does not prove that they were accepted",
				t.Host(e.Host).Short(), t.called(subject), t.called(target), orHere(server, local)),
			Records: []EventRow{row}, Session: t.sessionOf(row), Run: None,
		})
	}
}

func orHere(server string, local bool) string {
	if local {
		return "the host itself"
	}
	return server
}

// server is where explicit credentials were to be used.
func (t *trailer) server(name string, local bool, e Event) Place {
	if local {
		return Place{Host: e.Host, Certainty: Exact, Why: "the record says localhost"}
	}
	p := Place{Host: t.hostNamed(name), Name: name, Certainty: Strong, Why: "the server that the record names"}
	// Where the server is another machine, the address is the server's.
	if address := t.Text(e.Row, event.IPAddress); names(address) {
		p.Address = address
		if h, how, why := t.HostAt(address, e.Time); p.Host == None && h != None {
			p.Host, p.Certainty, p.Why = h, how, why
		}
	}
	return p
}
