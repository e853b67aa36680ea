package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/search"
	"spoor/tui/table"
)

// hostsList is the root of hosts.
func hostsList() *list { return newList("hosts", search.Ranked, buildHosts) }

func buildHosts(_ context.Context, v *view) rows {
	l := &listing[model.Host]{
		items:   append([]model.Host(nil), v.snap.Hosts()...),
		cols:    hostColumns(v),
		id:      func(h model.Host) string { return refHost(h).key() },
		facts:   v.hostFacts,
		who:     func(h model.Host) sessionScope { return sessionScope{host: refHost(h)} },
		touches: v.hostFindings,
		found:   func(h model.Host, add func(string)) { v.hostValues(h, add) },
		say:     func(h model.Host, p *page) { v.sayHost(h, p) },
		next:    func(h model.Host) *list { return hostAccountsList(v, h) },
		copyText: func(h model.Host) string {
			return h.Name
		},
		info: about{kind: "hosts", one: "host", many: "hosts", empty: "no event here names a host; " + v.key("evidence") + " shows what was read"},
	}
	v.snap.Clears() // found here, beside Update; the details ask again
	newestFirst(l.items, func(h model.Host) uint64 { return uint64(h.Last) })
	return l
}

// logWord says whether a host's own log is here.
func logWord(h model.Host) string {
	if h.Logged {
		return "here"
	}
	return "not here"
}

func (v *view) hostValues(h model.Host, add func(string)) {
	add(h.Short())
	add(h.Name)
	for _, s := range h.Spellings {
		add(s)
	}
	for _, a := range h.Addresses {
		add(a.Address)
	}
}

func hostColumns(v *view) []column[model.Host] {
	return []column[model.Host]{
		textColumn("HOST", 14, 40, 0, func(h model.Host) string { return v.hostName(h.ID) }),
		textColumn("ITS LOG", 8, 8, 2, logWord),
		countColumn("ACCOUNTS", 3, table.Plain, func(h model.Host) int { return h.Accounts }),
		countColumn("SESSIONS", 2, table.Plain, func(h model.Host) int { return h.Sessions }),
		countColumn("FAILED", 2, table.Bad, func(h model.Host) int { return h.Failures }),
		flagColumn(v, 1, func(h model.Host) uint64 { return v.judged.rankOfScope(model.None, h.ID) }),
		countColumn("BOOTS", 5, table.Plain, func(h model.Host) int { return len(h.Boots) }),
		countColumn("EVENTS", 4, table.Plain, func(h model.Host) int { return h.Events }),
		{Column: table.Column{Title: "FIRST", Min: len(v.layout), Max: 19, Priority: 6}, quiet: true,
			cell:   func(h model.Host) table.Cell { return table.Cell{Text: v.short(h.First)} },
			number: func(h model.Host) uint64 { return uint64(h.First) }},
		{Column: table.Column{Title: "LAST", Min: len(v.layout), Max: 19, Priority: 1}, quiet: true,
			cell:   func(h model.Host) table.Cell { return table.Cell{Text: v.short(h.Last)} },
			number: func(h model.Host) uint64 { return uint64(h.Last) }},
		textColumn("ROLE", 8, 24, 7, func(h model.Host) string { return strings.Join(h.Roles, ", ") }),
	}
}

func (v *view) sayHost(h model.Host, p *page) {
	p.head(h.Name, strings.Join(h.Roles, ", "))
	if !h.Logged {
		p.style(table.Warn, "its own Security log "+v.snap.NotInEvidence()+": only other hosts speak of it")
	}
	v.sayScope(model.None, h.ID, p)
	p.label("spelled", strings.Join(h.Spellings, "  "))
	p.label("domain", h.DomainSID)
	p.label("addresses", v.addresses(h))
	p.label("events", thousands(h.Events), v.full(h.First)+" to "+v.full(h.Last))
	v.sayClears(h.ID, p)
	for _, b := range h.Boots {
		p.label("boot", v.bootWords(b))
	}
}

func (v *view) hostFindings(h model.Host) []int { return v.judged.ofScope(model.None, h.ID) }

// mostClears is how many cleared logs the details of a host name.
const mostClears = 5

// sayClears names the logs of a host that were cleared, the last first.
func (v *view) sayClears(host model.HostID, p *page) {
	n := 0
	for _, c := range slices.Backward(v.snap.Clears()) {
		if c.Host != host {
			continue
		}
		if n++; n > mostClears {
			continue
		}
		words := v.clearWords(c)
		if channel := v.snap.Event(c.Event).Channel; c.Channel == channel {
			words = channel + " " + words
		}
		p.styled("cleared", table.Warn, words)
	}
	if more := n - mostClears; more > 0 {
		p.styled("cleared", table.Warn, fmt.Sprintf("and %s before; the files in 8 list them", count(more, "time", "times")))
	}
}

// addresses lists a host's addresses with how sure each is.
func (v *view) addresses(h model.Host) string {
	var out []string
	for _, a := range h.Addresses {
		out = append(out, a.Address+" "+certaintyMark(a.Certainty))
	}
	return strings.Join(out, "  ")
}

// bootWords says when a boot began and how it ended.
func (v *view) bootWords(b model.Boot) string {
	s := thousands(b.Index) + "  began " + v.full(b.Started) + " " + certaintyMark(b.Certainty)
	if b.Started == 0 {
		s = thousands(b.Index) + "  began before the log"
	}
	switch {
	case b.Ended != 0:
		s += ", ended " + v.full(b.Ended) + " (" + b.Reason + ")"
	case b.Reason != "":
		s += ", ended: " + b.Reason
	}
	if b.Why != "" {
		s += "; " + b.Why
	}
	return s
}
