package main

import (
	"strings"

	"spoor/model"
	"spoor/model/simulate"
)

// beginning compares when a session began, and the address that its 4624 names.
func (j *judgement) beginning(m *model.Session, t *simulate.Session) {
	if _, whole := began(t); !whole || len(t.LogonIDs) == 0 {
		return
	}
	if start := moment(t.Start); m.Start == start {
		j.right(starts)
	} else {
		j.wrong(starts, "another time", "%s: %s", where(t), m.Start)
	}
	if t.Address == "" {
		return // at the machine itself, or by it
	}
	switch m.Source.Address {
	case t.Address:
		j.right(sourceAddresses)
	case "":
		j.missed(sourceAddresses, t.Kind, "%s: %s", where(t), t.Address)
	default:
		j.wrong(sourceAddresses, t.Kind, "%s: %s, not %s", where(t), m.Source.Address, t.Address)
	}
}

var sourceCertainties = map[model.Certainty]aspect{model.Exact: exactSources, model.Strong: strongSources, model.Medium: mediumSources, model.Weak: weakSources, model.CertaintyUnknown: weakSources}

// sourceHost compares the host that a session is shown to have come from.
func (j *judgement) sourceHost(m *model.Session, t *simulate.Session) {
	is := t.Source
	if t.Address == "" {
		is = t.Host
	}
	id := m.Source.Host
	if id == model.None {
		if t.Address != "" && m.Source.Address != "" && j.bound(t) {
			j.missed(sources, t.Kind, "%s: %s", where(t), is)
		}
		return
	}
	in := sourceCertainties[m.Source.Certainty]
	if j.host(id) == is && is != "" || strings.EqualFold(j.snapshot.Host(id).Short(), is) {
		j.right(sources)
		j.right(in)
		return
	}
	j.wrong(sources, m.Source.Certainty.String(), "%s: %s, not %s (%s)", where(t), j.snapshot.Host(id).Short(), is, m.Source.Why)
	j.wrong(in, t.Kind, "%s: %s, not %s", where(t), j.snapshot.Host(id).Short(), is)
}

// validation compares who is said to have vouched for the credential.
func (j *judgement) validation(m *model.Session, t *simulate.Session) {
	if _, whole := began(t); !whole || len(t.LogonIDs) == 0 || t.Kind == "system" {
		return
	}
	is := "unknown"
	for _, r := range t.Chain {
		if r.Role == "tgt" || r.Role == "service-ticket" || r.Role == "ntlm-validation" {
			is = "dc"
		}
	}
	if t.Type == 11 {
		is = "cached"
	}
	switch says := m.Validated; {
	case says == is:
		j.right(validations)
	case says != "unknown":
		j.wrong(validations, says+" for "+is, "%s", where(t))
	case t.Type == 4 || t.Type == 5:
		// Their 4624s name no GUID.
	default:
		j.missed(validations, is, "%s", where(t))
	}
}

// privileges compares whether a session had special ones (4672).
func (j *judgement) privileges(m *model.Session, t *simulate.Session) {
	if _, whole := began(t); !whole || t.Kind == "system" {
		return
	}
	has := len(m.Privileges) > 0
	switch {
	case len(t.Rights) == 0 && has:
		j.wrong(privileges, "none", "%s: %v", where(t), m.Privileges)
	case kept(t.Rights, "privileges") > 0 && !has:
		j.missed(privileges, "4672", "%s", where(t))
	case has || len(t.Rights) == 0:
		j.right(privileges)
	}
}
