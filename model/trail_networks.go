package model

import (
	"fmt"
	"strings"
)

// actor is the account that opened a session of another one or its own, and
// how sure that is: where the session came out of one of another account, that
// one, as surely as it did.
func (t *trailer) actor(own AccountID, parent Relation) (AccountID, Certainty) {
	if parent.Session == None {
		return own, Exact
	}
	if a := t.SessionAccount(parent.Session); a != own {
		return a, parent.Certainty
	}
	return own, Exact
}

// share is the logons of a run that one account made.
type share struct {
	actor    AccountID // None where nothing says which
	sure     Certainty // that it was this one
	sessions []SessionRow
}

// shares splits the logons of a run by who made them, as far as the sessions
// that they came out of tell: that one of them is known to be another account's
// says nothing of the rest. Those of which nothing is known are the account's
// own only where they are all of the run.
func (t *trailer) shares(own AccountID, sessions []SessionRow) []share {
	var out []share
	at := map[AccountID]int{}
	for _, n := range sessions {
		parent := t.parentOf(n)
		actor, sure := t.actor(own, parent)
		if parent.Session == None {
			actor = None
		}
		i, ok := at[actor]
		if !ok {
			i = len(out)
			at[actor] = i
			out = append(out, share{actor, sure, nil})
		}
		out[i].sure = min(out[i].sure, sure)
		out[i].sessions = append(out[i].sessions, n)
	}
	if i, ok := at[None]; ok && (len(out) == 1 || len(out) == 2 && out[1-i].actor == own) {
		return []share{{own, Exact, sessions}}
	}
	return out
}

// networks tells of the account's runs of network logons, of each as many
// steps as accounts made them.
func (t *trailer) networks() {
	for _, row := range t.RunRows(t.who, None) {
		if t.over() {
			return
		}
		run := t.Run(row)
		all := t.shares(run.Account, run.Sessions)
		for _, x := range all {
			r := run
			if len(all) > 1 {
				r = t.sumUp(Run{Row: row, Account: run.Account, Host: run.Host, Sessions: x.sessions})
				r.Objects = t.objectsOf(x.sessions)
			}
			t.network(r, x, len(run.Sessions))
		}
	}
}

// network tells of what one account made of a run.
func (t *trailer) network(r Run, x share, total int) {
	first, ok := t.firsts[r.Sessions[0]]
	if !ok {
		first = t.Session(r.Sessions[0])
	}
	why := fmt.Sprintf("%s (4624 of type 3)", counted(len(r.Sessions), "network logon"))
	if !first.StartKnown && len(r.Sessions) == 1 {
		why = "1 network session"
	}
	why += medianWords(r)
	if n := len(r.Objects); n > 0 {
		why += fmt.Sprintf(", %s touched, %s", counted(n, "object"), some(r.Objects))
	}
	if len(r.Sessions) < total {
		why += fmt.Sprintf("; of a run of %d that more than one account made", total)
	}
	if x.actor == None {
		why += "; nothing says out of which session these came, and others of the run came out of another account's"
	}
	step := Step{
		Time: r.First, Last: r.Last, Kind: StepNetwork, Actor: x.actor, Used: r.Account, From: t.origin(r.Source, r.Host, KindNetwork, r.First),
		To: at(r.Host), Via: strings.ToLower(join(" ", "network", first.Package)), Certainty: x.sure, Why: why, Count: len(r.Sessions),
		Session: first.Row, Run: r.Row,
	}
	if !first.StartKnown {
		step.Why += "; " + t.unopenedWords(first)
		if len(first.Candidates) == 1 && !step.From.Known() {
			step.From = first.Candidates[0].From
		}
	}
	if x.actor != None && x.actor != r.Account {
		t.outOf(&step, first, r.Sessions)
	} else if len(r.Sessions) == 1 {
		t.out(&step, first)
	}
	for _, n := range r.Sessions {
		step.Records = append(step.Records, t.anchor(n))
	}
	t.add(step)
}

// outOf completes a step with the sessions that logons of a run came out of:
// in words where they are one.
func (t *trailer) outOf(step *Step, first Session, sessions []SessionRow) {
	for _, n := range sessions {
		if p := t.parentOf(n); p.Session != first.Parent.Session {
			step.Why += fmt.Sprintf("; out of several sessions of %s", t.Account(step.Actor).Display())
			break
		} else if n == sessions[len(sessions)-1] {
			t.out(step, first)
		}
	}
	for _, n := range sessions {
		step.Records = append(step.Records, t.parentOf(n).Event)
	}
}
