package model

import (
	"slices"
	"strings"
	"time"

	"spoor/model/event"
)

// survey is what one reading of all records learns that a selection of them
// would not tell: who logs machines' addresses, passwords and names where, and
// who acted for whom.
type survey struct {
	choice   Choice
	lanes    map[string]*lane // by folded name
	laneOf   map[textID]*lane
	security map[textID]bool // channels
	pairs    map[pair]bool
	renames  [][2]string // of accounts, folded
	// guids are of logons that measure clocks; asked the hosts and accounts of
	// those that measure them without a GUID.
	guids map[event.GUID]bool
	asked map[[2]string]bool

	// Of a choice by time:
	during                       span            // and a little more
	when                         map[uint32]span // the lives that matter, by principal
	failing                      map[uint32]bool // principals that failed then
	ticketGUIDs, logonGUIDs      guidSet
	tickets, renewals, referrals bool // there are such, or may be
	reach                        ticketSpans
	computers                    map[string]bool // their short names, folded
	services                     map[string]bool // names with $ that tickets are for
	builtinFails                 bool            // Windows' own accounts fail, and so are shown
}

// pair is that one account acted for another.
type pair struct {
	by, account uint32
	outbound    textID // a name for other hosts (type 9), instead of account
	member      textID // a SID (of a change to a group), instead of account
}

func newSurvey(c Choice) *survey {
	return &survey{
		choice: c, lanes: map[string]*lane{}, laneOf: map[textID]*lane{}, security: map[textID]bool{}, pairs: map[pair]bool{},
		guids: map[event.GUID]bool{}, asked: map[[2]string]bool{},
		during: c.window(), when: map[uint32]span{}, failing: map[uint32]bool{}, services: map[string]bool{},
	}
}

func (v *survey) lane(s *store, computer textID) *lane {
	if l, ok := v.laneOf[computer]; ok {
		return l
	}
	name := strings.ToLower(s.lexicon.texts.all[computer])
	l, ok := v.lanes[name]
	if !ok {
		l = newLane(name, &s.table)
		l.chosen = v.choice.Accounts == nil && v.choice.Hosts != nil && v.choice.Hosts([]string{name, shortName(name)})
		l.timed = v.choice.timed()
		v.lanes[name] = l
	}
	v.laneOf[computer] = l
	return l
}

func (v *survey) isSecurity(s *store, channel textID) bool {
	is, ok := v.security[channel]
	if !ok {
		is = strings.EqualFold(s.lexicon.texts.all[channel], "Security")
		v.security[channel] = is
	}
	return is
}

// ofStart are System's signs of a start.
var ofStart = map[event.Kind]bool{event.KernelStarted: true, event.KernelBootType: true, event.EventLogStarted: true, event.OSVersionAtStart: true}

// note learns what one event says.
func (v *survey) note(s *store, l *lane, g *glance, subject, target uint32, security bool) {
	if l.chosen {
		l.users[subject], l.users[target] = true, true
	}
	if !security {
		switch k := g.in.Kind; {
		case terminalKind(k) || k == event.RDPNetworkAuth:
			name, _ := splitName(s.lexicon.texts.all[s.lexicon.principals[target].name], "")
			l.terminal[name] = true
		}
		if ofStart[g.in.Kind] {
			l.started = max(l.started, g.in.Time)
		}
		return
	}
	if v.choice.timed() {
		v.noteLives(s, l, g, subject, target)
	}
	if !l.inOrder(g.in) {
		l.irregular("its records are not in one order, or some are there twice")
	}
	v.noteLocal(s, l, g, subject, target)
	v.notePairs(s, l, g, subject, target)
	switch k := g.in.Kind; k {
	case event.TicketGranting, event.TicketRenewed, event.ServiceTicket:
		if !g.failed() {
			l.sightings.ticket(g.in.Time, target, g.textID(event.IPAddress))
		}
	case event.SessionReconnected:
		l.sightings.see(g.in.Time, g.textID(event.ClientName), g.textID(event.ClientAddress), byClient)
	case event.CredentialValidation:
		if status, ok := g.value(event.Status); ok && uint32(status) == 0 {
			name, _ := splitName(s.name(target), "")
			l.checked[name] = g.in.Time
		}
	case event.AccountRenamed:
		v.renames = append(v.renames, [2]string{strings.ToLower(g.text(event.OldName)), strings.ToLower(g.text(event.NewName))})
	case event.ExplicitCredentials:
		if guid := g.guid(event.TargetGUID); guid != (event.GUID{}) {
			v.guids[guid] = true
		}
	case event.Logon:
		v.noteLogon(s, l, g, subject, target)
	}
	if ofDesktop(g.in.Kind) {
		l.seats[target] = true
	}
}

func (v *survey) noteLogon(s *store, l *lane, g *glance, subject, target uint32) {
	typ := uint32(g.number(event.LogonType))
	if _, ok := g.value(event.LogonType); !ok {
		typ = noLogonType
	}
	if typ == networkLogon {
		l.sightings.logon(g.in.Time, g.text(event.Package), target, g.textID(event.Workstation), g.textID(event.IPAddress))
	}
	v.noteVouching(s, l, g, target)
	if splitType[typ] {
		if guid := g.guid(event.LogonGUID); guid != (event.GUID{}) {
			v.guids[guid] = true
		}
		name, _ := splitName(s.name(target), "")
		v.asked[[2]string{shortName(l.name), name}] = true
		l.seats[target] = true
	}
	if strings.EqualFold(g.text(event.LogonProcess), "CredPro") {
		l.prompts = true
	}
	if name := g.textID(event.OutboundName); name != 0 && typ == 9 {
		v.pairs[pair{by: target, outbound: name}] = true
	}
}

// notePairs notes who acted for whom, and who went from one session into
// another.
func (v *survey) notePairs(s *store, l *lane, g *glance, subject, target uint32) {
	if id := event.LogonID(g.number(event.SubjectLogon)); id != 0 && !id.Fixed() {
		opens := g.in.Kind == event.Logon || g.in.Kind == event.ExplicitCredentials || g.in.Kind == event.LogonFailed
		if target != subject && (opens || v.choice.Deeds) && !(s.sidless(target) && s.name(target) == "") {
			v.pairs[pair{by: subject, account: target}] = true
		}
		if sid := g.textID(event.MemberSID); sid != 0 && v.choice.Deeds {
			v.pairs[pair{by: subject, member: sid}] = true
		}
	}
	switch g.in.Kind {
	case event.SessionDisconnected:
		l.left[target] = g.in.Time
	case event.SessionReconnected:
		for other, at := range l.left {
			switch {
			case absDuration(g.in.Time.Sub(at)) > 2*besideSpan:
				delete(l.left, other)
			case other != target:
				v.pairs[pair{by: other, account: target}] = true
			}
		}
	}
}

// noteVouching is what findVouching looks for.
func (v *survey) noteVouching(s *store, l *lane, g *glance, target uint32) {
	name, domain := splitName(s.name(target), s.domain(target))
	if domain == shortName(l.name) {
		l.own[name] = true
		return
	}
	at, ok := l.checked[name]
	if !ok || l.vouched[name] || absDuration(g.in.Time.Sub(at)) > time.Second || !strings.EqualFold(g.text(event.Package), "NTLM") {
		return
	}
	if _, domainSID := sidBase(s.sid(target)); domainSID {
		l.vouched[name] = true
	}
}

// noteLocal notes the accounts that may be the host's own.
func (v *survey) noteLocal(s *store, l *lane, g *glance, subject, target uint32) {
	if p := &s.lexicon.principals[target]; p.base != 0 && p.domain != 0 {
		sure := false
		switch k := g.in.Kind; k {
		case event.Logon:
			sure = true
		case event.TicketGranting, event.ServiceTicket, event.TicketRenewed, event.CredentialValidation:
			status, ok := g.value(event.Status)
			sure = !ok || uint32(status) == 0 || g.failed()
		default:
			sure = g.failed() || changes[k] != "" && k != event.NTLMRefused && k != event.KerberosRefused
		}
		l.principals[target] = l.principals[target] || sure
	}
	if p := &s.lexicon.principals[subject]; p.base != 0 && p.domain != 0 && !l.principals[subject] {
		l.principals[subject] = false
	}
}

// settle decides, once all was read, of which lanes all is kept, and where the
// boots of the others begin.
func (v *survey) settle(s *store, files []string) {
	t := s.view()
	groups := identify(&t, s.logs, files)
	computers := map[string]bool{}
	v.computers = computers
	groupsOf := map[*lane]int{}
	for i := range groups {
		for _, n := range groups[i].hostNames() {
			computers[n] = true
		}
		for _, l := range v.lanesOf(s, &groups[i]) {
			groupsOf[l]++
		}
	}
	for i := range groups {
		lanes := v.lanesOf(s, &groups[i])
		for _, l := range lanes {
			l.kdc = l.kdc || groups[i].kdc
			if l.chosen {
				for _, other := range lanes {
					other.irregular("it is asked for")
				}
			}
			switch {
			case len(lanes) > 1:
				l.irregular("the computer was renamed")
			case groupsOf[l] > 1:
				l.irregular("several computers are called so")
			}
			l.settleLocals(&t, computers)
		}
		if len(lanes) == 1 && lanes[0].whole == "" {
			lanes[0].settleBoots(&t, s.logs, groups[i], files)
		}
	}
}

func (v *survey) lanesOf(s *store, g *hostGroup) []*lane {
	var out []*lane
	for _, at := range g.streams {
		l := v.lane(s, s.logs[at].computer)
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// settleLocals drops what cannot be a host's own account, and keeps all of a
// host where it is not sure which are.
func (l *lane) settleLocals(t *table, computers map[string]bool) {
	sure, maybe := map[textID]bool{}, map[textID]bool{}
	for p, known := range l.principals {
		if !computers[strings.ToLower(t.domain(p))] {
			delete(l.principals, p)
			continue
		}
		maybe[t.principals[p].base] = true
		if known {
			sure[t.principals[p].base] = true
		}
	}
	if len(sure) != len(maybe) && !l.kdc {
		l.irregular("it is not sure which accounts are its own")
	}
	for p, known := range l.principals {
		if !known {
			delete(l.principals, p)
		}
	}
}

// settleBoots finds the records that the boots of a host begin at.
func (l *lane) settleBoots(t *table, logs []streamState, g hostGroup, files []string) {
	c := &correlator{table: t, hostView: &hostView{streams: g.streams}, group: g}
	c.events, c.channels, _ = orderEvents(t, logs, g, files)
	for _, ch := range c.channels {
		if strings.EqualFold(t.texts[ch.channel], "Security") {
			c.security = ch
		}
	}
	l.starts = nil
	if c.security.to == c.security.from {
		return
	}
	if len(c.security.lives) > 1 {
		l.irregular("the record numbers start again")
		return
	}
	for _, s := range c.knownStarts() {
		switch {
		case s.placed && s.time > l.first && s.time <= l.end:
			l.irregular("its Security log does not tell of all its starts")
			return
		case s.pos < c.security.to:
			l.starts = append(l.starts, c.row(c.events[s.pos]).record)
		}
	}
	slices.Sort(l.starts)
}
