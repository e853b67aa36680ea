package model

import (
	"regexp"
	"sort"
	"strings"

	"spoor/model/event"
)

// SessionID returns the ID of a session, "" if there is no such row.
func (s *Snapshot) SessionID(n SessionRow) string {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return ""
	}
	v := s.views[h]
	return formatID(v.sessionHash(&s.table, &v.sessions[at]))
}

// Session returns one session; the zero Session if there is no such row.
func (s *Snapshot) Session(n SessionRow) Session {
	out := s.SessionBrief(n)
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return out
	}
	out.Aliases = s.aliases(h, &s.views[h].sessions[at])
	out.Checks = s.checks(h, at, out.ClockSet)
	if out.LogonType == networkLogon {
		out.Activity = s.activity(h, at, &out)
	}
	out.Chain, out.ChainMissing = s.chain(n)
	out.Parent, out.Children = s.relations(n)
	out.Candidates = s.candidates(h, at, &out)
	return out
}

// SessionBrief returns a session without what other sessions and logs say of
// it, for lists of very many: Aliases, Checks, Chain, ChainMissing and Children
// are empty, as is the Activity of a network logon, and Parent is None.
func (s *Snapshot) SessionBrief(n SessionRow) Session {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return Session{}
	}
	v := s.views[h]
	r := &v.sessions[at]
	l := &v.logons[r.first]
	out := Session{
		Row: n, ID: formatID(v.sessionHash(&s.table, r)), Account: s.sessionAccount(h, r), Host: HostID(h), Boot: int(v.bootOfLogon(l)) + 1,
		Kind: l.kind(), LogonType: l.typeNumber(), Elevated: l.elevated(), Validated: "unknown",
		Start: s.row(v.events[r.start]).time, StartKnown: v.begun(l), End: s.globalEnd(h, v.sessionEnd(&s.table, r)),
		Anchor: EventRow(s.events[h] + l.anchor()), Events: int(r.events), Failures: int(v.failuresFrom(r)), Provisional: s.provisional,
		Source: Source{Host: None}, Parent: Relation{Session: None, Event: None},
	}
	for x := r.first; x != None; x = v.logons[x].next {
		m := &v.logons[x]
		out.Logons = append(out.Logons, LogonRow(s.logons[h]+x))
		if !m.own() {
			continue
		}
		out.StartKnown = out.StartKnown || v.begun(m)
		if m.elevated() == Yes {
			out.Elevated = Yes
		}
		if m.privilege != None && out.Privileges == nil {
			out.Privileges = strings.Fields(s.text(v.events[m.privilege], event.Privileges))
		}
		if m.groups != None && out.Groups == nil {
			out.Groups = groupSIDs(s.text(v.events[m.groups], event.Groups))
		}
	}
	last := v.logons[r.first].last
	for x := r.first; x != None; x = v.logons[x].next {
		last = max(last, v.logons[x].last)
	}
	if by := uint32(out.End.By) - s.events[h]; out.End.By != None && v.inSecurity(by) {
		last = by
	}
	out.ClockSet = v.clockSet(r.start, last)
	s.fromStart(&out, h, r)
	s.fromDesktop(&out, h, at)
	out.Segments = s.segments(h, at, &out)
	if out.LogonType != networkLogon {
		out.Activity = s.activity(h, at, &out)
	}
	return out
}

// networkLogon is the logon type of network logons, whose records must be read
// to say what they are.
const networkLogon = 3

// fromStart fills what the session's 4624s say.
func (s *Snapshot) fromStart(out *Session, h int, r *sessionRow) {
	v := s.views[h]
	for x := r.first; x != None && v.logons[x].own(); x = v.logons[x].next {
		m := &v.logons[x]
		if m.start == None {
			continue
		}
		n := v.events[m.start]
		if out.LogonGUID == (event.GUID{}) {
			out.LogonGUID = s.guid(n, event.LogonGUID)
		}
		if out.Package != "" || out.Process != "" {
			continue
		}
		out.Package, out.Process, out.ProcessName = s.text(n, event.Package), s.text(n, event.LogonProcess), s.text(n, event.Process)
		key, _ := s.number(n, event.KeyLength)
		out.KeyLength = uint32(key)
		if name := s.text(n, event.OutboundName); name != "" && m.typ == 9 {
			out.Outbound = Account{Name: name, Domain: s.text(n, event.OutboundDomain)}.Display()
		}
		out.Source = s.source(h, n, uint32(m.typ))
		out.RestrictedAdmin = triOf(s.text(n, event.RestrictedAdmin))
		out.RemoteCredentialGuard = triOf(s.text(n, event.RemoteCredentialGuard))
	}
	out.Validated = s.validated(out, h, r)
}

// fromDesktop fills in the kind of a sitting whose logon is older than the log,
// and where a sitting came from if its 4624 does not say.
func (s *Snapshot) fromDesktop(out *Session, h int, at uint32) {
	v := s.views[h]
	l := &v.logons[v.sessions[at].first]
	if l.flags&logonSeat == 0 || l.flags&logonCheck != 0 || l.typ != noLogonType && l.typ != 10 && l.typ != 12 || out.Source.Address != "" {
		return
	}
	for _, m := range v.momentsOf(at) {
		n := v.events[m.event]
		switch kind := s.row(n).kind; {
		case l.start == None && (kind == event.SessionReconnected || kind == event.SessionDisconnected):
			if isLocal(s.text(n, event.ClientAddress)) || isLocal(s.text(n, event.SessionName)) {
				out.Kind = KindInteractive
				return
			}
			out.Kind = KindRemoteDesktop
			out.Source = Source{Address: s.text(n, event.ClientAddress), Name: s.text(n, event.ClientName), Claimed: true, Host: None,
				Certainty: Exact, Why: "the client that the first record of its connection names (" + whyOf[kind] + ")"}
			return
		case l.start != None && kind == event.RDPSessionLogon && names(s.text(n, event.IPAddress)):
			out.Source.Address, out.Source.Certainty = s.text(n, event.IPAddress), Strong
			out.Source.Why = "LSM 21 of the account, seconds after; the 4624 names no address"
			return
		}
	}
	if l.start == None {
		return
	}
	if address := s.authenticatedFrom(v, l); address != "" {
		out.Source.Address, out.Source.Certainty = address, Strong
		out.Source.Why = "1149 of the account, seconds before; the 4624 names no address"
	}
}

// authenticatedFrom returns the address of the 1149s of a logon's account that
// came seconds before it, "" if there is none or several differ.
func (s *Snapshot) authenticatedFrom(v *hostView, l *logonRow) string {
	t, found := s.row(v.events[l.start]).time, ""
	from := sort.Search(len(v.authenticated), func(i int) bool {
		return s.row(v.events[v.authenticated[i]]).time >= t.Add(-arrivalSpan)
	})
	for _, e := range v.authenticated[from:] {
		n := v.events[e]
		if s.row(n).time > t.Add(firstSight) {
			break
		}
		address := s.text(n, event.IPAddress)
		if !names(address) || !s.sameUser(n, l.principal) || address == found {
			continue
		}
		if found != "" {
			return ""
		}
		found = address
	}
	return found
}

// workstationIsSelf is the logon types at which the workstation's name is the
// computer's own, never the source: measured on real logs, in 71 of 71 logons of
// types 7 and 11 and in 13 of 15 of type 10.
var workstationIsSelf = map[uint32]bool{2: true, 7: true, 10: true, 11: true, 12: true, 13: true}

// proxies are the processes that log clients on under their own host's name,
// seen in real logs.
var proxies = map[string]bool{"sshd.exe": true, "w3wp.exe": true, "lsass.exe": true}

// source says where a logon or a failed one came from.
func (s *Snapshot) source(h int, row uint32, logonType uint32) Source {
	out := Source{Host: None, Address: s.text(row, event.IPAddress)}
	if out.Address == "0.0.0.0" || out.Address == "::" {
		out.Address = ""
	}
	if port, ok := s.number(row, event.Port); ok {
		out.Port = uint32(port)
	}
	if out.Address != "" {
		out.Certainty, out.Why = Exact, "the address that the record names"
		if host, c, why := s.hostAt(h, out.Address, s.row(row).time); host != None && c > Weak {
			// A name that only the client claims makes no host its source.
			out.Host, out.Certainty, out.Why = host, c, why
		}
	}
	name := strings.TrimLeft(s.text(row, event.Workstation), `\`)
	if name == "" || workstationIsSelf[logonType] {
		return out
	}
	if s.isSelf(h, name) {
		if proxies[strings.ToLower(baseName(s.text(row, event.Process)))] {
			out.Why = "a service of the host itself asked for the logon; its client is unknown"
			if !names(out.Address) {
				out.Address, out.Port, out.Certainty = "", 0, CertaintyUnknown
			}
			return out
		}
	}
	out.Name, out.Claimed = name, true
	if out.Host != None && out.Certainty <= Medium && !s.isSelf(int(out.Host), name) {
		// Another machine may have got the address since.
		out.Why = "the address that the record names; that it was still " + s.hosts[out.Host].Short() + "'s is unsure, as the client calls itself another name"
		out.Host, out.Certainty = None, Exact
	}
	if out.Address == "" {
		out.Certainty, out.Why = Weak, "the name that the client claims"
	}
	return out
}

func (s *Snapshot) isSelf(h int, name string) bool {
	short := strings.ToLower(shortName(name))
	for _, own := range s.groups[h].hostNames() {
		if own == short {
			return true
		}
	}
	return false
}

// baseName is the file's name of a Windows path.
func baseName(p string) string { return p[strings.LastIndexAny(p, `\/`)+1:] }

// validated says who vouched for the credential, as far as the logon's own
// record determines it: in real logs a logon GUID came only with an answer of a
// domain controller, and types 11 to 13 are cached logons (Microsoft on 4624).
func (s *Snapshot) validated(out *Session, h int, r *sessionRow) string {
	v := s.views[h]
	l := &v.logons[r.first]
	if l.start == None || out.Kind == KindSystem {
		return "unknown"
	}
	n := v.events[l.start]
	guid := out.LogonGUID != event.GUID{}
	account := s.Account(out.Account)
	switch {
	case s.text(n, event.TransmittedServices) != "" || strings.EqualFold(out.Process, "Authz"):
		return "s4u"
	case account.Class == ClassBuiltin || account.Class == ClassVirtual:
		return "unknown"
	case l.typ == 9:
		return "unknown" // nothing is checked until the credential is used
	case account.Host != None && account.SID != "":
		return "local"
	case (l.typ == 11 || l.typ == 12 || l.typ == 13) && !guid:
		return "cached"
	case guid:
		return "dc"
	case strings.EqualFold(out.Package, "NTLM") && l.typ == 3 && s.ofDomain(h, account):
		return "dc" // over the network nothing else can answer for a domain's account
	}
	return "unknown"
}

// ofDomain reports whether an account is one of the domain that a host is in.
func (s *Snapshot) ofDomain(h int, a Account) bool {
	g := &s.groups[h]
	if base, ok := sidBase(a.SID); ok && a.Host == None {
		return base == g.domainSID || g.netbios != "" && g.netbios != "workgroup" && strings.EqualFold(a.Domain, g.netbios)
	}
	return false
}

var sidPattern = regexp.MustCompile(`S-1(-[0-9]{1,20}){1,16}`)

// groupSIDs reads 4627's list: %{SID} after %{SID}.
func groupSIDs(s string) []string { return sidPattern.FindAllString(s, -1) }

func (s *Snapshot) globalEnd(h int, e End) End {
	if e.By != None {
		e.By += EventRow(s.events[h])
	}
	return e
}

// Logon returns one logon; the zero Logon if there is no such row.
func (s *Snapshot) Logon(n LogonRow) Logon {
	h, at, ok := place(s.logons, uint32(n))
	if !ok {
		return Logon{}
	}
	v := s.views[h]
	l := &v.logons[at]
	anchor := l.anchor()
	begins := anchor
	if !v.begun(l) {
		begins = l.first
	}
	out := Logon{
		Row: n, Host: HostID(h), Boot: int(v.bootOfLogon(l)) + 1, LogonID: event.LogonID(l.id), Account: s.account(h, l.principal),
		Session: None, Type: l.typeNumber(), Start: s.row(v.events[begins]).time, StartKnown: v.begun(l),
		End: s.globalEnd(h, v.logonEnd(&s.table, l)), Elevated: l.elevated(), Linked: None,
		Anchor: EventRow(s.events[h] + anchor), Events: int(l.n), Last: s.row(v.events[l.last]).time,
	}
	if l.session != None {
		out.Session = SessionRow(s.sessions[h] + l.session)
	}
	if l.linked != None {
		out.Linked = LogonRow(s.logons[h] + l.linked)
	}
	return out
}
