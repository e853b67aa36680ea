package tui

import (
	"context"
	"fmt"
	"sync"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// failuresList is the root of failed attempts.
func failuresList() *list { return failuresOf("failures", sessionScope{}) }

// failuresOf lists the failed attempts of an account on a host.
func failuresOf(title string, scope sessionScope) *list {
	return failuresBy(title, scope, func(*model.Failure) bool { return true })
}

// failuresBy lists those of them that are chosen.
func failuresBy(title string, scope sessionScope, chosen func(*model.Failure) bool) *list {
	return newList(title, search.Tiered, func(_ context.Context, v *view) rows {
		l := &listing[model.Failure]{
			cols:     failureColumns(v),
			id:       func(f model.Failure) string { return f.ID },
			found:    v.failureValues,
			say:      v.sayFailure,
			next:     func(f model.Failure) *list { return recordList(v, v.snap.Event(f.Event)) },
			copyText: func(f model.Failure) string { return f.ID },
			facts:    v.failureFacts,
			touches:  v.failureFindings,
			who:      func(f model.Failure) sessionScope { return v.scopeOf(f.Account, f.LoggedOn) },
			info: about{kind: "failures", one: "failure", many: "failures", empty: "no failed attempt " + v.snap.InEvidence() + " " +
				"(4625, 4768, 4769, 4771, 4776, 4822, 4824, RdpCoreTS 140 with an error). Where it is not audited, none is logged"},
		}
		account, host, ok := scope.find(v.snap)
		if !ok {
			l.info.empty = "the account or the host is not in what was read so far"
			return l
		}
		all := v.snap.Failures()
		var rows []uint32
		for i := range all {
			if f := &all[i]; (account == model.None || f.Account == account) && (host == model.None || f.LoggedOn == host) && chosen(f) {
				rows = append(rows, uint32(i))
			}
		}
		newestFirst(rows, func(i uint32) uint64 { return uint64(all[i].Time) })
		l.count, l.fetch = len(rows), func(row int) model.Failure { return all[rows[row]] }
		l.quick = v.quickFailures(len(rows), func(row int) *model.Failure { return &all[rows[row]] })
		return l
	})
}

// quickFailures is how very many failures are looked at without a copy of each.
func (v *view) quickFailures(n int, at func(int) *model.Failure) quick {
	type tried struct {
		account model.AccountID
		name    string
	}
	keys := map[search.Field]func() []uint32{
		search.User:   shared(n, func(row int) tried { return tried{at(row).Account, at(row).Tried} }),
		search.Host:   shared(n, func(row int) model.HostID { return at(row).LoggedOn }),
		search.IP:     shared(n, func(row int) [2]string { return [2]string{at(row).Source.Address, at(row).Source.Name} }),
		search.Kind:   shared(n, func(row int) string { return at(row).Protocol }),
		search.Reason: shared(n, func(row int) [3]string { return [3]string{at(row).Reason, at(row).Code, at(row).StatusName()} }),
	}
	return quick{
		keyOf: func(row int) string { return at(row).ID },
		filter: func() search.Rows {
			return search.Rows{
				Thing: func(row int) search.Thing { return failureThing{v, at(row)} },
				Key: func(f search.Field) func(int) (uint32, bool) {
					if keys[f] == nil {
						return nil
					}
					ids := keys[f]()
					return func(row int) (uint32, bool) { return ids[row], true }
				},
				Lasted: func(row int) (from, to time.Time) {
					t := at(row).Time
					return facts{from: t, to: t}.Lasted()
				},
			}
		},
	}
}

// shared numbers what rows have in common, once it is asked for.
func shared[K comparable](n int, of func(row int) K) func() []uint32 {
	return sync.OnceValue(func() []uint32 {
		known, ids := map[K]uint32{}, make([]uint32, n)
		for row := range n {
			k := of(row)
			id, ok := known[k]
			if !ok {
				id = uint32(len(known))
				known[k] = id
			}
			ids[row] = id
		}
		return ids
	})
}

// failureThing is a failure as a filter sees it, of very many.
type failureThing struct {
	*view
	of *model.Failure
}

// Names implements [search.Thing].
func (t failureThing) Names(field search.Field) []string {
	switch field {
	case search.User:
		return append(t.userNames(t.of.Account), t.of.Tried)
	case search.Host:
		return t.hostNamesOf(t.of.LoggedOn)
	}
	return t.failureFacts(*t.of).Names(field)
}

// Numbers implements [search.Thing].
func (t failureThing) Numbers(field search.Field) []uint64 {
	return t.failureFacts(*t.of).Numbers(field)
}

// Lasted implements [search.Thing].
func (t failureThing) Lasted() (from, to time.Time) { return t.failureFacts(*t.of).Lasted() }

func failureColumns(v *view) []column[model.Failure] {
	return []column[model.Failure]{
		{Column: table.Column{Title: "TIME", Min: len(v.layout), Max: 19}, quiet: true,
			cell:   func(f model.Failure) table.Cell { return table.Cell{Text: v.short(f.Time)} },
			number: func(f model.Failure) uint64 { return uint64(f.Time) }},
		textColumn("ACCOUNT", 14, 36, 0, v.triedName),
		{Column: table.Column{Title: "REASON", Min: 14, Max: 40, Priority: 1},
			cell: func(f model.Failure) table.Cell { return table.Cell{Text: f.Reason, Style: table.Bad} },
			text: func(f model.Failure) string { return f.Reason }},
		textColumn("AT", 6, 24, 1, func(f model.Failure) string { return v.hostName(f.LoggedOn) }),
		textColumn("FROM", 12, 40, 1, func(f model.Failure) string { return v.fromWord(f.Source) }),
		flagColumn(v, 1, ranked(v, v.failureFindings)),
		textColumn("CODE", 10, 10, 4, func(f model.Failure) string { return f.Code }),
		textColumn("BY", 8, 10, 3, func(f model.Failure) string { return f.Protocol }),
		textColumn("TYPE", 4, 20, 5, func(f model.Failure) string { return typeWords(f.LogonType) }),
		textColumn("WHO TRIED", 10, 30, 6, func(f model.Failure) string { return f.Subject }),
	}
}

func (v *view) failureFindings(f model.Failure) []int { return v.judged.ofEvents(f.Event) }

// triedName is who was tried: the account, else the name as logged.
func (v *view) triedName(f model.Failure) string {
	switch {
	case f.Account != model.None:
		return v.accountName(f.Account)
	case f.Tried == "":
		return "none named"
	}
	return f.Tried
}

// triedWords is the name that was tried as it was logged.
func triedWords(f model.Failure) string {
	if f.Tried == "" {
		return "none named"
	}
	return quoted(f.Tried)
}

func (v *view) failureValues(f model.Failure, add func(string)) {
	add(f.Tried)
	add(f.Source.Address)
	add(f.Source.Name)
	add(f.ProcessName)
	v.minutes(f.Time, add)
}

func (v *view) sayFailure(f model.Failure, p *page) {
	p.head(v.triedName(f), f.Reason)
	v.sayFindings(v.failureFindings(f), p)
	p.label("time", v.full(f.Time))
	p.label("tried", triedWords(f), "on "+v.hostName(f.LoggedOn), "by "+f.Protocol, typeWords(f.LogonType))
	p.styled("status", table.Bad, fmt.Sprintf("0x%x", f.Status), subStatus(f), decidedBy(f))
	p.label("from", v.sourceWords(f.Source))
	if f.Subject != "" {
		p.label("who tried", f.Subject, logonWord(f.SubjectID), f.ProcessName)
	} else {
		p.label("process", f.ProcessName)
	}
	v.sayRecord(p, "record", f.Event)
	for _, r := range f.Records {
		if r != f.Event {
			v.sayRecord(p, "told by", r)
		}
	}
}

func (v *view) sayRecord(p *page, label string, row model.EventRow) {
	e := v.snap.Event(row)
	p.label(label, fmt.Sprintf("%d in %s of %s, event %d", e.RecordID, e.Channel, e.Computer, e.EventID), v.place(e.Ref))
}

func decidedBy(f model.Failure) string {
	if f.Code == "" {
		return "no code is logged"
	}
	return "decided by " + f.Code
}

func subStatus(f model.Failure) string {
	if f.SubStatus == 0 {
		return ""
	}
	return fmt.Sprintf("sub-status 0x%x", f.SubStatus)
}

func logonWord(id event.LogonID) string {
	if id == 0 {
		return ""
	}
	return "in logon " + id.String()
}
