package tui

import (
	"strings"
	"sync"

	"spoor/model"
)

// rosterOrder is how the rows of a column are sorted without their sessions: by
// a number or by a text of each row.
type rosterOrder struct {
	number func(*rostered) func(row int) uint64
	text   func(*rostered) func(row int) string
	same   func(r *rostered, row int) (uint32, bool) // of texts, as of an ordering
	own    bool
}

// rosterOrders is the table of the columns that are sorted so, by title.
var rosterOrders = map[string]rosterOrder{
	"START":     {number: (*rostered).byStart},
	"LENGTH":    {number: (*rostered).byLength},
	flagTitle:   {number: (*rostered).byRank},
	"EVENTS":    {number: (*rostered).byEvents},
	"FAILED":    {number: (*rostered).byFailures},
	"ENDED":     {text: (*rostered).byEnd, same: (*rostered).sameEnd},
	"ACCOUNT":   {text: (*rostered).byAccount, same: (*rostered).sameAccount},
	"HOST":      {text: (*rostered).byHost, same: (*rostered).sameHost},
	"KIND":      {text: (*rostered).byKind, same: (*rostered).sameKind},
	"FROM":      {text: (*rostered).bySource, same: (*rostered).sameOrigin},
	"PACKAGE":   {text: (*rostered).byPackage, same: (*rostered).sameCredential},
	"TOKEN":     {text: (*rostered).byToken, same: (*rostered).sameToken},
	"LOGON IDS": {text: (*rostered).byLogonIDs, own: true},
}

// order returns what a column is sorted by; nothing where rows have to be drawn
// for it.
func (r *rostered) order(title string) ordering {
	o := rosterOrders[title]
	out := ordering{own: o.own}
	if o.number != nil {
		out.number = o.number(r)
	}
	if o.text != nil {
		out.text = o.text(r)
	}
	if o.same != nil {
		out.same = func(row int) (uint32, bool) { return o.same(r, row) }
	}
	return out
}

func (r *rostered) sameEnd(row int) (uint32, bool) { return uint32(r.End[r.session(row)]), true }

func (r *rostered) sameAccount(row int) (uint32, bool) {
	return uint32(r.Account[r.session(row)]), true
}

func (r *rostered) sameHost(row int) (uint32, bool) { return uint32(r.Host[r.session(row)]), true }

// sameKind tells the kinds of plain rows by numbers below those of runs.
func (r *rostered) sameKind(row int) (uint32, bool) {
	if run, ok := r.run(row); ok {
		return 1<<8 + uint32(len(r.snap.RunSessions(run))), true
	}
	return uint32(r.Kind[r.session(row)]), r.plain(row)
}

func (r *rostered) sameOrigin(row int) (uint32, bool) {
	o := r.Origin[r.session(row)]
	return o, o != model.None
}

func (r *rostered) sameCredential(row int) (uint32, bool) {
	return r.Credential[r.session(row)], r.plain(row)
}

func (r *rostered) sameToken(row int) (uint32, bool) {
	return uint32(r.Token[r.session(row)]), r.plain(row)
}

func (r *rostered) session(row int) model.SessionRow { return r.rows[row].session }

// run returns the run that a row is folded into, false where it is one session.
func (r *rostered) run(row int) (model.RunRow, bool) {
	n := r.rows[row].run
	return n, n != model.None
}

func (r *rostered) byStart() func(int) uint64 {
	return func(row int) uint64 { return uint64(r.Start[r.session(row)]) }
}

func (r *rostered) byLength() func(int) uint64 {
	return func(row int) uint64 {
		if run, ok := r.run(row); ok {
			return uint64(r.snap.RunBrief(run).Median)
		}
		d, _ := r.snap.SessionLength(r.session(row))
		return uint64(d)
	}
}

func (r *rostered) byRank() func(int) uint64 {
	return func(row int) uint64 {
		if run, ok := r.run(row); ok {
			return r.judged.rank(r.judged.ofRun(run))
		}
		return r.judged.rank(r.judged.ofSession(r.session(row)))
	}
}

func (r *rostered) byEvents() func(int) uint64 {
	return func(row int) uint64 {
		run, ok := r.run(row)
		if !ok {
			events, _ := r.snap.SessionCounts(r.session(row))
			return uint64(events)
		}
		events := 0
		for _, s := range r.snap.RunSessions(run) {
			n, _ := r.snap.SessionCounts(s)
			events += n
		}
		return uint64(events)
	}
}

func (r *rostered) byFailures() func(int) uint64 {
	return func(row int) uint64 {
		if run, ok := r.run(row); ok {
			return uint64(r.snap.RunFailures(run))
		}
		_, failures := r.snap.SessionCounts(r.session(row))
		return uint64(failures)
	}
}

func (r *rostered) byEnd() func(int) string {
	return func(row int) string { return endWord(model.End{Reason: r.End[r.session(row)]}) }
}

func (r *rostered) byAccount() func(int) string {
	return func(row int) string { return r.accountName(r.Account[r.session(row)]) }
}

func (r *rostered) byHost() func(int) string {
	return func(row int) string { return r.hostName(r.Host[r.session(row)]) }
}

func (r *rostered) byKind() func(int) string {
	return func(row int) string {
		if run, ok := r.run(row); ok {
			return "network x" + thousands(len(r.snap.RunSessions(run)))
		}
		if r.plain(row) {
			return shortKind(r.Kind[r.session(row)])
		}
		return kindWord(r.snap.SessionBrief(r.session(row)))
	}
}

func (r *rostered) bySource() func(int) string {
	// Each frame asks whether a column is sorted by: the words wait until a row
	// is asked about.
	words := sync.OnceValue(func() []string {
		words := make([]string, len(r.Origins))
		for i, o := range r.Origins {
			words[i] = r.fromWord(o.Source)
		}
		return words
	})
	return func(row int) string {
		if o := r.Origin[r.session(row)]; o != model.None {
			return words()[o]
		}
		return r.cameFrom(r.snap.SessionBrief(r.session(row)))
	}
}

func (r *rostered) byPackage() func(int) string {
	return func(row int) string {
		if r.plain(row) {
			return r.Credentials[r.Credential[r.session(row)]].Package
		}
		return r.snap.SessionBrief(r.session(row)).Package
	}
}

func (r *rostered) byToken() func(int) string {
	return func(row int) string {
		token := r.Token[r.session(row)]
		if !r.plain(row) {
			token = r.snap.SessionBrief(r.session(row)).Elevated
		}
		return triWord(token, "elevated", "filtered")
	}
}

func (r *rostered) byLogonIDs() func(int) string {
	return func(row int) string {
		if r.plain(row) {
			return r.snap.SessionLogonID(r.session(row)).String()
		}
		var ids []string
		for _, id := range r.snap.SessionLogons(r.session(row)) {
			ids = append(ids, id.String())
		}
		return strings.Join(ids, " ")
	}
}
