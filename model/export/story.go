package export

import "spoor/model"

// story fills what led to a session, what became of it and what came out of
// it.
func (v View) story(out *Session, s model.Session) {
	if s.Activity.Name != "" {
		out.Activity = &Activity{s.Activity.Name, list(s.Activity.Because)}
	}
	out.Segments, out.Checks, out.Chain = []Segment{}, []Check{}, []Link{}
	out.Children, out.Relations = []string{}, []Relation{}
	for _, g := range s.Segments {
		out.Segments = append(out.Segments, v.segment(g))
	}
	for _, c := range s.Checks {
		check := Check{LogonIDs: []string{}, LogonType: c.Type, Time: Time{c.Time}, Why: c.Why}
		for _, l := range c.Logons {
			check.LogonIDs = append(check.LogonIDs, v.Snapshot.Logon(l).LogonID.String())
		}
		out.Checks = append(out.Checks, check)
	}
	for _, l := range s.Chain {
		out.Chain = append(out.Chain, Link{l.Role.String(), v.ref(l.Event), l.Certainty.String(), l.Why, l.Candidates, l.Served})
	}
	out.ChainMissing = optional(s.ChainMissing)
	if s.Parent.Session != model.None {
		r := v.relation("parent", s.Parent)
		out.Parent, out.Relations = &r.Session, append(out.Relations, r)
	}
	for _, c := range s.Children {
		r := v.relation("child", c)
		out.Children, out.Relations = append(out.Children, r.Session), append(out.Relations, r)
	}
}

func (v View) segment(g model.Segment) Segment {
	out := Segment{
		State: g.State.String(), Start: Time{g.Start}, End: Time{g.End},
		Client:             Client{g.Console, optional(g.ClientName), optional(g.ClientAddress)},
		WithoutCredentials: g.WithoutCredentials, Record: v.optionalRef(g.Event), Why: g.Why, Certainty: g.Certainty.String(),
	}
	if g.WithoutCredentials {
		out.CheckCertainty, out.CheckWhy = optional(g.CheckCertainty.String()), optional(g.CheckWhy)
	}
	return out
}

func (v View) relation(role string, r model.Relation) Relation {
	return Relation{role, v.Snapshot.SessionID(r.Session), v.optionalRef(r.Event), r.Certainty.String(), r.Why}
}

func (v View) optionalRef(e model.EventRow) *Ref {
	if e == model.None {
		return nil
	}
	r := v.ref(e)
	return &r
}

func truth(t model.Tri) *bool {
	if t == model.Unknown {
		return nil
	}
	yes := t == model.Yes
	return &yes
}
