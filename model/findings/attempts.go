package findings

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// attempt is a failed attempt, as small as may be: there may be millions.
type attempt struct {
	time    event.FileTime
	failure int // in Snapshot.Failures
	from    placeID
	name    uint32 // of the account tried, without its domain
	account model.AccountID
	subject model.AccountID
	event   model.EventRow
	kind    attemptKind
	// claimed is that only the client says that it is the host it seems to be.
	claimed bool
}

type attemptKind uint8

const (
	otherReason attemptKind = iota
	wrongPassword
	noSuchName
)

// series is the attempts from one place of which none is further than the
// threshold window from the next.
type series struct {
	from     placeID
	attempts []attempt
	few      bool // of guessing: they prove little
}

func (s *series) start() event.FileTime { return s.attempts[0].time }
func (s *series) end() event.FileTime   { return s.attempts[len(s.attempts)-1].time }

// series returns them, by place and time.
func (x *scope) series() []series {
	if x.seriesDone {
		return x.seriesOf
	}
	x.seriesDone = true
	all := make([]attempt, 0, x.FailureCount())
	names := map[string]uint32{"": 0}
	for i := range x.FailureCount() {
		if x.over(i) {
			return nil
		}
		f := x.FailureFacts(i)
		n, ok := names[f.Name]
		if !ok {
			n = uint32(len(names))
			names[f.Name] = n
			x.names = append(x.names, f.Name)
		}
		a := attempt{time: f.Time, failure: i, name: n, account: f.Account, subject: f.Subject, event: f.Event}
		switch {
		case f.NoSuchName && (f.Account == model.None || x.Account(f.Account).SID == ""):
			a.kind = noSuchName
		case f.WrongPassword:
			a.kind = wrongPassword
		}
		if a.from = x.place(f.Address, x.written(&f), f.Time); a.from == 0 {
			// What names no source is at least of one log.
			a.from = x.places().text("at "+x.Host(f.Host).Name, model.Place{Host: model.None})
		} else if h := x.places().all[a.from].Host; f.Address == "" && h != f.Host {
			a.claimed = h != model.None
		}
		all = append(all, a)
	}
	slices.SortStableFunc(all, func(a, b attempt) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.time, b.time)) })
	window := x.span("window")
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].from == all[from].from && all[to].time.Sub(all[to-1].time) <= window {
			to++
		}
		x.seriesOf = append(x.seriesOf, series{from: all[from].from, attempts: all[from:to]})
		from = to
	}
	return x.seriesOf
}

// written is what the client of a failure calls itself, as its record writes it
// where that is the record which says most.
func (x *scope) written(f *model.FailureFacts) string {
	if f.Address != "" || f.Client == "" {
		return f.Client
	}
	name := strings.TrimLeft(x.Text(f.Event, event.Workstation), `\`)
	if len(name) >= len(f.Client) && strings.EqualFold(name[:len(f.Client)], f.Client) {
		return name[:len(f.Client)]
	}
	return f.Client
}

// tried is the name of the account of an attempt, for a sentence.
func (x *scope) tried(a *attempt) string {
	if a.account != model.None {
		return x.Account(a.account).Display()
	}
	if a.name == 0 {
		return "no name"
	}
	return x.names[a.name-1]
}

// most returns the most different names that attempts of a kind have within a
// time, and where those begin and end.
func most(attempts []attempt, kind attemptKind, within time.Duration) (names, from, to int) {
	count := map[uint32]int{}
	at := 0
	for i := range attempts {
		if attempts[i].kind == kind {
			count[attempts[i].name]++
		}
		for ; attempts[i].time.Sub(attempts[at].time) > within; at++ {
			if a := &attempts[at]; a.kind == kind {
				if count[a.name]--; count[a.name] == 0 {
					delete(count, a.name)
				}
			}
		}
		if len(count) > names {
			names, from, to = len(count), at, i+1
		}
	}
	return names, from, to
}
