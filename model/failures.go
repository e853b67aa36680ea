package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spoor/model/event"
)

// makeFailures reads every failed attempt, oldest first.
func (s *Snapshot) makeFailures() []Failure {
	var out []Failure
	for h, v := range s.views {
		for _, at := range v.failures {
			out = append(out, s.failure(h, at))
		}
	}
	slices.SortStableFunc(out, func(a, b Failure) int { return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Event, b.Event)) })
	return out
}

// failureProtocols says what each kind of failed attempt speaks.
var failureProtocols = map[event.Kind]string{
	event.LogonFailed: "logon", event.PreAuthFailed: "kerberos", event.TicketGranting: "kerberos",
	event.ServiceTicket: "kerberos", event.CredentialValidation: "ntlm",
}

func (s *Snapshot) failure(h int, at uint32) Failure {
	v := s.views[h]
	n := v.events[at]
	r := s.row(n)
	number := func(c event.Column) uint32 { x, _ := s.number(n, c); return uint32(x) }
	who := s.target(n)
	out := Failure{
		Event: EventRow(s.events[h] + at), Records: []EventRow{EventRow(s.events[h] + at)}, ID: formatID(s.anchorHash(n, 0)), Time: r.time, Account: s.account(h, who),
		Tried: Account{Name: s.name(who), Domain: s.domain(who)}.Display(), LoggedOn: HostID(h),
		Protocol: failureProtocols[r.kind], LogonType: number(event.LogonType),
		Status: number(event.Status), SubStatus: number(event.SubStatus), ProcessName: s.text(n, event.Process),
		Source: s.source(h, n, number(event.LogonType)),
	}
	if subject := s.subject(n); subject != 0 && !s.sidless(subject) {
		out.Subject = Account{Name: s.name(subject), Domain: s.domain(subject)}.Display()
		id, _ := s.number(n, event.SubjectLogon)
		out.SubjectID = event.LogonID(id)
	}
	// A lockout, a missing right or a clock that is off stands in Status, with
	// SubStatus 0x0 (Microsoft on 4625, and real logs).
	code := out.Status
	if out.SubStatus != 0 {
		code = out.SubStatus
	}
	out.Code, out.Reason = decodeStatus(out.Protocol, code)
	return out
}

// decodeStatus says what a code means, by the table of the protocol that it
// belongs to.
func decodeStatus(protocol string, code uint32) (hex, reason string) {
	hex = fmt.Sprintf("0x%x", code)
	codes := ntStatus
	if protocol == "kerberos" {
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
	code := f.Status
	if f.SubStatus != 0 {
		code = f.SubStatus
	}
	if strings.EqualFold(f.Protocol, "kerberos") {
		return kerberosCodes[code].name
	}
	return ntStatus[code].name
}
