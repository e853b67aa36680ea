package model

import (
	"cmp"
	"fmt"
	"slices"

	"spoor/model/event"
)

// failureProtocols says what each kind of failed attempt speaks.
var failureProtocols = map[event.Kind]string{
	event.LogonFailed: "logon", event.PreAuthFailed: "kerberos", event.TicketGranting: "kerberos",
	event.ServiceTicket: "kerberos", event.CredentialValidation: "ntlm",
	event.NTLMRefused: "ntlm", event.KerberosRefused: "kerberos", event.RDPAuthFailed: "remote-desktop",
}

// countFailures folds the failed attempts and counts them for each account and
// host.
func (s *Snapshot) countFailures() {
	s.attempts = s.foldFailures()
	for i := range s.accounts {
		s.accounts[i].Failures = 0
	}
	for i := range s.hosts {
		s.hosts[i].Failures = 0
	}
	for _, a := range s.attempts {
		best := a.best()
		if id := s.attempted(a); id != None {
			s.accounts[id].Failures++
		}
		s.hosts[best.host].Failures++
	}
}

// best returns the record that says most: where the logon was tried (4625),
// else the first of the others.
func (a *attempt) best() *failedRecord {
	return slices.MinFunc(a.records, func(x, y *failedRecord) int { return cmp.Compare(x.class, y.class) })
}

// attempted returns the account that was tried: one whose SID is known, else
// one whose domain is.
func (s *Snapshot) attempted(a *attempt) AccountID {
	found, rank := AccountID(None), 0
	for _, r := range a.records {
		if r.account == None {
			continue
		}
		n := 1
		switch x := &s.accounts[r.account]; {
		case x.SID != "":
			n = 3
		case x.Domain != "":
			n = 2
		}
		if n > rank {
			found, rank = r.account, n
		}
	}
	return found
}

// makeFailures tells every failed attempt, oldest first.
func (s *Snapshot) makeFailures() []Failure {
	out := make([]Failure, len(s.attempts))
	for i, a := range s.attempts {
		out[i] = s.failure(a)
	}
	return out
}

func (s *Snapshot) failure(a *attempt) Failure {
	best := a.best()
	n := s.views[best.host].events[best.at]
	out := Failure{
		Event: best.row(s), ID: formatID(s.anchorHash(n, 0)), Time: s.row(n).time, Account: s.attempted(a),
		LoggedOn: HostID(best.host), TargetHost: None, Protocol: failureProtocols[s.row(n).kind], LogonType: best.typ,
		ProcessName: s.text(n, event.Process),
	}
	if best.class == classLogon || best.class == classRDP {
		out.TargetHost = out.LoggedOn
	}
	for _, r := range a.records {
		at := s.views[r.host].events[r.at]
		out.Records = append(out.Records, r.row(s))
		if r != best {
			out.Aliases = append(out.Aliases, formatID(s.anchorHash(at, 0)))
		}
		if who := s.target(at); out.Tried == "" || r == best && s.name(who) != "" {
			out.Tried = Account{Name: s.name(who), Domain: s.domain(who)}.Display()
		}
	}
	s.explain(&out, a, n)
	out.Source = s.failureSource(a, best)
	if subject := s.subject(n); subject != 0 && !s.sidless(subject) {
		out.Subject = Account{Name: s.name(subject), Domain: s.domain(subject)}.Display()
		id, _ := s.number(n, event.SubjectLogon)
		out.SubjectID = event.LogonID(id)
	}
	return out
}

// explain says why an attempt failed: by its best record, unless that leaves
// the reason to the others. A lockout, a missing right or a clock that is off
// stands in Status, with SubStatus 0x0 (Microsoft on 4625, and real logs).
func (s *Snapshot) explain(out *Failure, a *attempt, n uint32) {
	status, _ := s.number(n, event.Status)
	sub, _ := s.number(n, event.SubStatus)
	out.Status, out.SubStatus = uint32(status), uint32(sub)
	best := a.best()
	told := best
	if vagueCodes[best.code] && best.class != classKerberos {
		for _, r := range a.records {
			if r.code != 0 && !vagueCodes[r.code] {
				told = r
				break
			}
		}
	}
	out.decided = told.code
	out.kerberos = told.kerberos(s.row(s.views[told.host].events[told.at]).kind)
	out.Code, out.Reason = decodeStatus(out.kerberos, told.code)
	switch s.row(n).kind {
	case event.NTLMRefused:
		out.Reason = join("; ", "a member of Protected Users may not use NTLM", nonZero(told.code, out.Reason))
	case event.KerberosRefused:
		out.Reason = join("; ", "a member of Protected Users may not use DES or RC4", nonZero(told.code, out.Reason))
	case event.RDPAuthFailed:
		if told == best {
			out.Code, out.Reason = "", "user name or password is not correct"
		}
	}
}

func nonZero(code uint32, reason string) string {
	if code == 0 {
		return ""
	}
	return reason
}

// failureSource says where an attempt came from: by its best record, and what
// that leaves out by the others, oldest first.
func (s *Snapshot) failureSource(a *attempt, best *failedRecord) Source {
	read := func(r *failedRecord) Source {
		return s.source(int(r.host), s.views[r.host].events[r.at], r.typ)
	}
	out := read(best)
	for _, r := range a.records {
		if r == best {
			continue
		}
		other := read(r)
		if out.Address == "" && names(other.Address) {
			out.Address, out.Port, out.Certainty = other.Address, other.Port, other.Certainty
			out.Why = "the address that another record of the attempt names"
		}
		if out.Name == "" && other.Name != "" {
			out.Name, out.Claimed = other.Name, other.Claimed
			if out.Address == "" {
				out.Certainty, out.Why = other.Certainty, other.Why
			}
		}
	}
	return out
}

// decodeStatus says what a code means, by the table of the protocol that it
// belongs to.
func decodeStatus(kerberos bool, code uint32) (hex, reason string) {
	hex = fmt.Sprintf("0x%x", code)
	codes := ntStatus
	if kerberos {
		codes = kerberosCodes
	}
	if c, ok := codes[code]; ok {
		return hex, c.reason
	}
	return hex, "unknown code " + hex
}

// StatusName returns the name that the protocol's own documents give to a
// failure's code, or "".
func (f Failure) StatusName() string {
	if f.kerberos {
		return kerberosCodes[f.decided].name
	}
	return ntStatus[f.decided].name
}
