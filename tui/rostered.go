package tui

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
)

// rostered is rows of sessions as searches, sorts and filters of very many see
// them: by the columns that all of them have, and whole only those that tell
// more.
type rostered struct {
	*view
	*model.Roster
	rows []sittingRow
	// others numbers what the rows that are not plain are filtered by, once it
	// is asked for.
	others func() map[uint32]other
	hash   func() // once, where rows are most sessions
}

// other is what a row is filtered by that is not plain: rows of one number have
// it in common.
type other struct{ from, kind uint32 }

func (v *view) rostered(rows []sittingRow) *rostered {
	r := &rostered{view: v, Roster: v.snap.Roster(), rows: rows}
	r.others = sync.OnceValue(r.readOthers)
	r.hash = sync.OnceFunc(func() {
		if len(rows) > v.snap.SessionCount()/4 {
			v.snap.HashSessions()
		}
	})
	return r
}

// otherKinds lies above the keys of the kinds and types of plain rows.
const otherKinds = 1 << 17

func (r *rostered) readOthers() map[uint32]other {
	out, known := map[uint32]other{}, map[string]uint32{}
	number := func(s string) uint32 {
		n, ok := known[s]
		if !ok {
			n = uint32(len(known))
			known[s] = n
		}
		return n
	}
	for row, x := range r.rows {
		if r.plain(row) {
			continue
		}
		f := r.sittingFacts(r.sitting(x))
		out[uint32(row)] = other{
			from: uint32(len(r.Origins)) + number("from\x00"+strings.Join(f.Names(search.IP), "\x00")),
			kind: otherKinds + number(fmt.Sprint("kind\x00", f.Names(search.Kind), f.Numbers(search.Type))),
		}
	}
	return out
}

// What rows share.
const (
	sharedAccount = iota
	sharedHost
	sharedOrigin
	sharedCredential
	sharedKind
	sharedRun
	sharedEnd
	sharedToken
	sharedMinute
	sharedWhat
)

// plain reports whether the columns tell all that a row is found by.
func (r *rostered) plain(row int) bool { return r.Origin[r.rows[row].session] != model.None }

// tells tells what a plain row is found by.
func (r *rostered) tells(row int, to *search.Row) bool {
	if !r.plain(row) {
		return false
	}
	r.hash()
	x := r.rows[row]
	n := x.session
	to.Shared(sharedAccount, uint64(r.Account[n]), func() { to.Text(r.accountName(r.Account[n])) })
	to.Shared(sharedHost, uint64(r.Host[n]), func() { to.Text(r.hostName(r.Host[n])) })
	to.Shared(sharedOrigin, uint64(r.Origin[n]), func() {
		o := r.Origins[r.Origin[n]]
		to.Text(r.fromWord(o.Source))
		to.Text(o.Source.Address)
		to.Text(o.Source.Name)
		to.Text(o.Address)
		to.Text(o.Workstation)
	})
	to.Shared(sharedCredential, uint64(r.Credential[n]), func() {
		c := r.Credentials[r.Credential[n]]
		to.Text(c.Package)
		to.Text(c.Process)
		to.Text(c.ProcessName)
	})
	to.Shared(sharedKind, uint64(r.Kind[n]), func() {
		to.Text(shortKind(r.Kind[n]))
		to.Text(r.Kind[n].String())
	})
	at := r.Start[n]
	to.Shared(sharedMinute, uint64(at/minute), func() { r.minutes(at, to.Text) })
	to.Shared(sharedToken, uint64(r.Token[n]), func() { to.Text(triWord(r.Token[n], "elevated", "filtered")) })
	to.LogonID(uint64(r.snap.SessionLogonID(n)))
	to.ID(r.snap.SessionHash(n))
	if x.run == model.None {
		end := model.End{Reason: r.End[n], Certainty: r.Sure[n]}
		to.Shared(sharedEnd, uint64(end.Reason)<<8|uint64(end.Certainty), func() { to.Text(endCell(end).Text) })
		return true
	}
	all := r.snap.RunSessions(x.run)
	to.Shared(sharedRun, uint64(len(all)), func() { to.Text("network x" + thousands(len(all))) })
	for _, o := range all[1:] {
		for _, l := range r.snap.SessionLogons(o) {
			to.LogonID(uint64(l))
		}
	}
	for _, o := range r.snap.RunObjects(x.run) {
		to.Text(o)
	}
	return true
}

const minute = 60 * 10_000_000

// quick is how the rows are looked at without their sessions.
func (r *rostered) quick() quick {
	return quick{
		sessionsOf: func(row int) []model.SessionRow {
			if x := r.rows[row]; x.run != model.None {
				return r.snap.RunSessions(x.run)
			}
			return []model.SessionRow{r.rows[row].session}
		},
		keyOf: func(row int) string { return refOf(r.snap, r.rows[row].session).key() },
		isKey: func(key string) func(int) bool {
			is := isSession(r.snap, key)
			return func(row int) bool { return is(r.rows[row].session) }
		},
		tells: r.tells, orderOf: r.order,
		filter: func() search.Rows {
			return search.Rows{Thing: func(row int) search.Thing { return rosterThing{r, row} }, Key: r.key, Lasted: r.lasted}
		},
	}
}

// isSession returns what says quickly of a session whether it has a key.
func isSession(snap *model.Snapshot, key string) func(model.SessionRow) bool {
	id, logon, _ := strings.Cut(key, " ")
	hash, err := strconv.ParseUint(id, 16, 64)
	number, err2 := event.ParseLogonID(logon)
	return func(s model.SessionRow) bool {
		return err == nil && err2 == nil && snap.SessionLogonID(s) == number && snap.SessionHash(s) == hash
	}
}

// key returns what rows share of a field; see [search.Rows].
func (r *rostered) key(f search.Field) func(int) (uint32, bool) {
	switch f {
	case search.User:
		return func(row int) (uint32, bool) {
			a := r.Account[r.rows[row].session]
			return uint32(a), a != model.None
		}
	case search.Host:
		return func(row int) (uint32, bool) { return uint32(r.Host[r.rows[row].session]), true }
	case search.IP:
		others := r.others()
		return func(row int) (uint32, bool) {
			if o := r.Origin[r.rows[row].session]; o != model.None {
				return o, true
			}
			return others[uint32(row)].from, true
		}
	case search.Kind, search.Type:
		others := r.others()
		return func(row int) (uint32, bool) {
			if !r.plain(row) {
				return others[uint32(row)].kind, true
			}
			x := r.rows[row]
			key := uint32(r.Kind[x.session])<<8 | uint32(r.Type[x.session])
			if x.run != model.None {
				key |= 1 << 16
			}
			return key, true
		}
	case search.End:
		return func(row int) (uint32, bool) { return uint32(r.End[r.rows[row].session]), true }
	}
	return nil
}

func (r *rostered) lasted(row int) (from, to time.Time) {
	a, b := r.span(row)
	return facts{from: a, to: b}.Lasted()
}

// rosterThing is a row as a filter sees it, of very many: only what a filter
// asks for is fetched.
type rosterThing struct {
	*rostered
	row int
}

func (t rosterThing) facts() facts { return t.sittingFacts(t.sitting(t.rows[t.row])) }

// Names implements [search.Thing].
func (t rosterThing) Names(field search.Field) []string {
	switch n := t.rows[t.row].session; field {
	case search.User:
		return t.userNames(t.Account[n])
	case search.Host:
		return t.hostNamesOf(t.Host[n])
	case search.End:
		return []string{t.End[n].String()}
	}
	return t.facts().Names(field)
}

// Numbers implements [search.Thing].
func (t rosterThing) Numbers(field search.Field) []uint64 { return t.facts().Numbers(field) }

// Lasted implements [search.Thing].
func (t rosterThing) Lasted() (from, to time.Time) { return t.lasted(t.row) }

// span is when a row began and the last time at which it may have lasted.
func (r *rostered) span(row int) (from, to event.FileTime) {
	x := r.rows[row]
	from, to = r.Start[x.session], r.Until[x.session]
	if x.run != model.None {
		_, last := r.snap.RunSpan(x.run)
		to = max(to, last)
	}
	return from, to
}
