package main

import (
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/simulate"
)

// address compares which machine the address of a network logon was: its own
// tickets name it even where no log of it is there.
func (j *judgement) address(m *model.Session, t *simulate.Session) {
	if t.Address == "" || t.Type != 3 && t.Type != 10 || t.Address == "::1" {
		return
	}
	name, id, certainty, why := j.snapshot.NameAt(t.Address, m.Start)
	is := t.Source
	name, _, _ = strings.Cut(name, ".")
	switch says := j.hosts[strings.ToUpper(name)]; {
	case name == "":
		if j.bound(t) {
			j.missed(addresses, t.Kind, "%s at %s was %s", t.Address, t.Start, is)
		}
	case is == "" && id == model.None:
		// A machine of nobody's here: all that is known is what it calls itself.
	case says == is && is != "" || strings.EqualFold(name, is):
		j.right(addresses)
		if certainty <= model.Medium {
			j.right(mediumAddresses)
		}
	case certainty <= model.Medium:
		// Whether the machine still had it, nothing told that was asked: what
		// is said of a session is judged by its source.
		j.wrong(mediumAddresses, t.Kind, "%s at %s was %q, not %s (%s)", t.Address, t.Start, is, name, why)
	default:
		j.wrong(addresses, certainty.String(), "%s at %s was %q, not %s (%s)", t.Address, t.Start, is, name, why)
	}
}

// bound reports whether the machine's own tickets name its address before.
func (j *judgement) bound(t *simulate.Session) bool {
	at := moment(t.Start)
	for _, b := range j.bindings[t.Address] {
		if b.Host != t.Source || moment(b.Start) > at || b.End != "" && moment(b.End) < at {
			continue
		}
		for _, r := range b.Records {
			if r.Kept && moment(r.Time) <= at {
				return true
			}
		}
	}
	return false
}

// attempts are failures for people.
func attempts(of map[*simulate.Failure]bool) string {
	var b strings.Builder
	for f := range of {
		if f != nil {
			fmt.Fprintf(&b, "[%s on %s from %s:", f.Name, f.Host, f.Address)
			for _, r := range f.Records {
				fmt.Fprintf(&b, " %s %d at %s kept %v;", r.Host, r.Event, r.Time, r.Kept)
			}
			b.WriteString("]")
		}
	}
	return b.String()
}

// failures compares attempts: one attempt is one failure, with all its records.
func (j *judgement) failures() {
	is := make(map[recordKey]*simulate.Failure)
	for _, f := range j.truth.Failures {
		for _, r := range f.Records {
			if r.Kept {
				is[keyOf(r)] = f
			}
		}
	}
	seen := make(map[*simulate.Failure]int)
	for _, f := range j.snapshot.Failures() {
		of := make(map[*simulate.Failure]bool)
		for _, r := range f.Records {
			of[is[j.record(r)]] = true
		}
		say := func(kind string) {
			var records strings.Builder
			for _, r := range f.Records {
				e := j.snapshot.Event(r)
				fmt.Fprintf(&records, "; %s %d at %s", e.Computer, e.EventID, e.Time)
			}
			j.wrong(failures, kind, "%s on %s%s; really %s", f.Tried, j.snapshot.Host(f.LoggedOn).Short(), records.String(), attempts(of))
		}
		if len(of) > 1 {
			say("two attempts as one")
			continue
		}
		for t := range of {
			if t == nil {
				say("none")
			} else if seen[t]++; seen[t] > 1 {
				j.missed(failures, "one attempt as two", "%s on %s; really %s", f.Tried, j.snapshot.Host(f.LoggedOn).Short(), attempts(of))
			} else {
				j.right(failures)
			}
		}
	}
	for _, f := range j.truth.Failures {
		if seen[f] == 0 && slices.ContainsFunc(f.Records, func(r simulate.Record) bool { return r.Kept }) {
			j.missed(failures, f.Reason, "%s on %s at %s", f.Name, f.Host, f.Time)
		}
	}
}
