package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/search"
	"spoor/tui/table"
)

// sessionScope says whose sessions or failures on which host are meant; the
// zero scope means all.
type sessionScope struct {
	account accountRef
	host    hostRef
}

func (s sessionScope) key() string { return s.account.key() + "\x00" + s.host.key() }

func (s sessionScope) find(snap *model.Snapshot) (model.AccountID, model.HostID, bool) {
	a, ok := s.account.find(snap)
	h, ok2 := s.host.find(snap)
	return a, h, ok && ok2
}

// sessionsList is the root of all sessions.
func sessionsList() *list { return newSessions("sessions", sessionScope{}) }

// sessionsOf is the third level: an account's sessions on a host.
func sessionsOf(v *view, account model.AccountID, host model.HostID, scope sessionScope) *list {
	title := v.hostName(host)
	if account == model.None {
		title += " (no account)"
	}
	return newSessions(title, scope)
}

func newSessions(title string, scope sessionScope) *list {
	return sessionsBy(title, scope, true, func(v *view, info *about) ([]model.SessionRow, bool) {
		account, host, ok := scope.find(v.snap)
		if !ok {
			info.empty = "the account or the host is not in what was read so far"
			return nil, false
		}
		return v.sessions(account, host, info), true
	})
}

// A host may be called as the list of marked sessions is, but for this.
const markedTitle, markedName = "marked", "\x00marked"

// markedList shows marked sessions alone.
func markedList(m refSet) *list {
	return sessionsBy(markedTitle, sessionScope{}, false, func(v *view, info *about) ([]model.SessionRow, bool) {
		info.empty = "none of the marked sessions is in what was read so far"
		return m.rows(v.snap), true
	})
}

// sessionsBy lists chosen sessions, newest first, folded where that is wanted.
func sessionsBy(title string, scope sessionScope, folds bool, choose func(*view, *about) ([]model.SessionRow, bool)) *list {
	return newList(title, search.Tiered, func(_ context.Context, v *view) rows {
		l := &listing[sitting]{
			cols:     sessionColumns(v, scope),
			id:       v.sittingKey,
			found:    v.sittingValues,
			numbers:  v.sittingNumbers,
			say:      v.saySitting,
			next:     v.belowSitting,
			copyText: func(s sitting) string { return s.ID },
			marked:   func(s sitting) (model.SessionRow, bool) { return s.Row, true },
			group:    sitting.sessionsOf,
			touches:  v.sittingFindings,
			who:      func(s sitting) sessionScope { return v.sessionScope(s.Session) },
			facts:    v.sittingFacts,
			info:     about{kind: "sessions", one: "session", many: "sessions", sessions: true},
		}
		chosen, ok := choose(v, &l.info)
		if !ok {
			return l
		}
		var rows []sittingRow
		if folds {
			rows = v.fold(chosen)
		} else {
			for _, s := range chosen {
				rows = append(rows, sittingRow{s, model.None})
			}
		}
		if n := len(chosen) - len(rows); n > 0 {
			l.info.one, l.info.many = "row", "rows"
			l.info.note = strings.TrimSpace(l.info.note + "  " + thousands(len(chosen)) + " sessions (" + v.key("fold") + ")")
		}
		l.count, l.fetch = len(rows), func(i int) sitting { return v.sitting(rows[i]) }
		l.quick = v.rostered(rows).quick()
		return l
	})
}

// sessionScope is whom and where a session is about.
func (v *view) sessionScope(s model.Session) sessionScope { return v.scopeOf(s.Account, s.Host) }

func (v *view) scopeOf(account model.AccountID, host model.HostID) sessionScope {
	var out sessionScope
	if account != model.None {
		out.account = refAccount(v.snap, v.snap.Account(account))
	}
	if host != model.None {
		out.host = refHost(v.snap.Host(host))
	}
	return out
}

// sessions returns sessions, newest first, without those of boring accounts
// where all accounts are shown together.
func (v *view) sessions(account model.AccountID, host model.HostID, info *about) []model.SessionRow {
	all := v.snap.Sessions(account, host)
	info.empty = "no session " + v.snap.InEvidence() + "; " + v.key("evidence") + " shows what was read"
	out := make([]model.SessionRow, 0, len(all))
	boring := map[model.AccountID]bool{}
	if account == model.None && !v.all {
		for _, a := range v.snap.Accounts() {
			boring[a.ID] = v.hides(a.ID)
		}
	}
	for _, s := range slices.Backward(all) {
		if len(boring) > 0 && boring[v.snap.SessionAccount(s)] {
			continue
		}
		out = append(out, s)
	}
	if hidden := len(all) - len(out); hidden > 0 {
		info.note = thousands(hidden) + " hidden (" + v.key("all") + ")"
		info.empty = "only sessions of machines and of Windows itself; " + v.key("all") + " shows them"
	}
	return out
}

// sessionColumns is the table of columns of every list of sessions. Where one
// account or host is meant, its column is left out.
func sessionColumns(v *view, scope sessionScope) []column[sitting] {
	cols := []column[sitting]{
		{Column: table.Column{Title: "START", Min: 1 + len(v.layout), Max: 20}, quiet: true,
			cell:   func(s sitting) table.Cell { return table.Cell{Text: v.startWord(s.Session)} },
			number: func(s sitting) uint64 { return uint64(s.Start) }},
		{Column: table.Column{Title: "LENGTH", Min: 10, Max: 12, Priority: 1, Right: true}, quiet: true,
			cell: func(s sitting) table.Cell { return s.lengthCell() },
			number: func(s sitting) uint64 {
				if s.folded() {
					return uint64(s.run.Median)
				}
				d, _ := s.Length()
				return uint64(d)
			}},
		{Column: table.Column{Title: "ENDED", Min: 13, Max: 14, Priority: 2},
			cell: func(s sitting) table.Cell { return v.endedCell(s) },
			text: func(s sitting) string { return endWord(s.End) }},
		textColumn("KIND", 8, 14, 1, sitting.kindWord),
	}
	if scope.account == (accountRef{}) {
		cols = append(cols, textColumn("ACCOUNT", 14, 36, 0, func(s sitting) string { return v.accountName(s.Account) }))
	}
	if scope.host == (hostRef{}) {
		cols = append(cols, textColumn("HOST", 8, 24, 1, func(s sitting) string { return v.hostName(s.Host) }))
	}
	return append(cols,
		textColumn("FROM", 12, 40, 1, func(s sitting) string { return v.cameFrom(s.Session) }),
		countColumn("EVENTS", 4, table.Plain, func(s sitting) int { return s.events() }),
		countColumn("FAILED", 5, table.Bad, func(s sitting) int { return s.failures() }),
		flagColumn(v, 1, ranked(v, v.sittingFindings)),
		textColumn("TOKEN", 8, 8, 6, func(s sitting) string { return triWord(s.Elevated, "elevated", "filtered") }),
		apart(textColumn("LOGON IDS", 10, 30, 7, v.logonNames)),
		textColumn("PACKAGE", 8, 12, 8, func(s sitting) string { return s.Package }),
	)
}

// apart is a column of what a row is found by besides its columns.
func apart[T any](c column[T]) column[T] {
	c.quiet = true
	return c
}

func (v *view) startWord(s model.Session) string {
	if !s.StartKnown {
		return "<" + v.short(s.Start)
	}
	return " " + v.short(s.Start)
}

func sessionLength(s model.Session) string {
	switch d, certainty := s.Length(); certainty {
	case model.EndExact:
		return lengthWords(d)
	case model.EndBounded:
		return markAtLeast + " " + lengthWords(d)
	}
	return "unknown"
}

// whyNoLength says why it is not known how long a session lasted, or nothing
// where it is known.
func whyNoLength(s model.Session) string {
	_, certainty := s.Length()
	switch {
	case certainty != model.EndUnknown:
		return ""
	case s.ClockSet:
		return "unknown: the clock was set between"
	}
	return "unknown: its end bears an earlier time than its start"
}

func endCell(e model.End) table.Cell {
	c := table.Cell{Text: endWord(e) + " " + endMark(e.Certainty)}
	if e.Certainty == model.EndUnknown {
		c.Style = table.Warn
	}
	return c
}

// cameFrom names where a session began, and the clients that took it over.
func (v *view) cameFrom(s model.Session) string {
	out := v.fromWord(s.Source)
	for _, g := range s.Segments {
		if g.State == model.Connected && !g.Console && g.ClientAddress != "" && g.ClientAddress != s.Source.Address && !strings.HasSuffix(out, g.ClientAddress) {
			out += ", then " + g.ClientAddress
		}
	}
	return out
}

// fromWord names where a logon came from; a name that only the client said is
// in quotes.
func (v *view) fromWord(s model.Source) string {
	name := s.Name
	if s.Claimed && name != "" {
		name = quoted(name)
	}
	if s.Host != model.None && s.Address != "" {
		return s.Address + " = " + v.hostName(s.Host) + " " + certaintyMark(s.Certainty)
	}
	return strings.TrimSpace(s.Address + " " + name)
}

func (v *view) logonIDs(s model.Session) string {
	var ids []string
	for _, row := range s.Logons {
		ids = append(ids, v.snap.Logon(row).LogonID.String())
	}
	return strings.Join(ids, " ")
}

// sessionValues are what a session is found by besides its columns and numbers.
func (v *view) sessionValues(s model.Session, add func(string)) {
	for _, l := range s.Logons {
		logon := v.snap.Logon(l)
		add(v.snap.Text(logon.Anchor, event.Workstation))
		add(v.snap.Text(logon.Anchor, event.IPAddress))
	}
	for _, g := range s.Segments {
		add(g.ClientName)
		add(g.ClientAddress)
	}
	add(s.Process)
	add(s.ProcessName)
	add(s.Outbound)
	add(s.Source.Address)
	add(s.Source.Name)
	add(s.Kind.String())
	v.minutes(s.Start, add)
}

// saySession tells everything about a session: what it is, when it began and
// ended, how sure that is and why, and where it came from.
func (v *view) saySession(s model.Session, p *page) {
	p.head(v.accountName(s.Account)+" on "+v.snap.Host(s.Host).Name, s.Kind.String(), v.provisional(s))
	v.sayFindings(v.judged.ofSession(s.Row), p)
	p.label("logons", v.halves(s), fmt.Sprintf("boot %d", s.Boot), v.bootOf(s))
	p.label("began", v.beganWords(s))
	p.styled("ended", endCell(s.End).Style, v.endWords(s.End))
	p.styled("lasted", table.Warn, whyNoLength(s))
	p.label("from", v.sourceWords(s.Source))
	v.sayStory(s, p)
	p.label("proved by", s.Package, prefixed("process ", s.Process), s.ProcessName, keyLength(s.KeyLength), validated(s.Validated))
	p.label("token", triWord(s.Elevated, "elevated", "not elevated"), strings.Join(s.Privileges, " "))
	p.label("groups", strings.Join(s.Groups, "  "))
	if s.Outbound != "" {
		p.label("outbound", s.Outbound, "(the account that it used on the network)")
	}
	p.label("events", thousands(s.Events))
	if s.Failures > 0 {
		p.styled("failures !", table.Bad, count(s.Failures, "failed attempt was", "failed attempts were")+" made from it")
	}
	if s.LogonGUID != [16]byte{} {
		p.label("guid", s.LogonGUID.String())
	}
	p.label("id", s.ID, prefixed("earlier ", strings.Join(s.Aliases, " ")))
}

func (v *view) provisional(s model.Session) string {
	if s.Provisional {
		return "(provisional: the evidence is still being read)"
	}
	return ""
}

// halves names a session's logon IDs, each with its half of a UAC pair.
func (v *view) halves(s model.Session) string {
	var out []string
	for _, row := range s.Logons {
		l := v.snap.Logon(row)
		out = append(out, strings.TrimSpace(l.LogonID.String()+" "+halfWord(l)))
	}
	return strings.Join(out, " + ")
}

func halfWord(l model.Logon) string {
	if l.Linked == model.None {
		return ""
	}
	return triWord(l.Elevated, "elevated", "filtered")
}

func (v *view) bootOf(s model.Session) string {
	for _, b := range v.snap.Host(s.Host).Boots {
		if b.Index == s.Boot {
			if b.Started == 0 {
				return "(began before the log)"
			}
			return "(" + v.short(b.Started) + " " + certaintyMark(b.Certainty) + ")"
		}
	}
	return ""
}

func (v *view) beganWords(s model.Session) string {
	if s.StartKnown {
		return v.full(s.Start) + " " + markSure
	}
	return "before " + v.full(s.Start) + ", when it is first seen: its 4624 is not in the evidence"
}

// endWords says when and how something ended, how sure that is and why.
func (v *view) endWords(e model.End) string {
	why := map[model.EndReason]string{
		model.EndReasonLogoff:     "logoff: the user logged off",
		model.EndReasonTerminated: "terminated: Windows says that the logon no longer exists",
		model.EndReasonShutdown:   "shutdown: the machine was going down",
		model.EndReasonBoot:       "boot: the machine started again; what ended it was not logged",
		model.EndReasonOpen:       "open: no end of it is in the log, which goes on without a gap",
		model.EndReasonUnknown:    "unknown: nothing in the evidence says how",
	}[e.Reason]
	if e.Account != "" {
		why += ", asked for by " + e.Account
	}
	parts := []string{}
	if e.Certainty == model.EndExact {
		parts = append(parts, v.full(e.Time)+" "+markSure)
	} else {
		if e.NotBefore != 0 {
			parts = append(parts, "not before "+v.full(e.NotBefore))
		}
		if e.NotAfter != 0 {
			parts = append(parts, "not after "+v.full(e.NotAfter))
		}
		why += " " + endMark(e.Certainty)
	}
	parts = append(parts, why)
	if e.By != model.None {
		ev := v.snap.Event(e.By)
		parts = append(parts, fmt.Sprintf("by %d, record %d", ev.EventID, ev.RecordID))
	}
	return strings.Join(parts, "  ")
}

// sourceWords says where a logon came from, and how that is known.
func (v *view) sourceWords(s model.Source) string {
	if s.Address == "" && s.Name == "" {
		return s.Why
	}
	out := s.Address
	if s.Port != 0 {
		out += fmt.Sprintf(" port %d", s.Port)
	}
	if s.Name != "" {
		name := s.Name
		if s.Claimed {
			name += " (claimed: only the client says so)"
		}
		out = join(out, name)
	}
	if s.Host != model.None {
		out = join(out, "= "+v.snap.Host(s.Host).Name+" "+certaintyMark(s.Certainty)+" "+s.Certainty.String())
	}
	return join(out, s.Why)
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func keyLength(n uint32) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("key of %d bits", n)
}

func validated(by string) string {
	return map[string]string{
		"dc": "checked by a domain controller", "cached": "checked against cached credentials: no domain controller was asked",
		"local": "a local account", "s4u": "on behalf of the user (S4U), without credentials of its own",
	}[by]
}
