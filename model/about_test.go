package model_test

import (
	"slices"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// Who is put in a group or taken out of it is the Member of such a record; its
// Target is the group, and its Subject somebody else.
func TestWhatIsAboutAnAccountHasItsGroups(t *testing.T) {
	admins := who{"S-1-5-21-1-2-3-512", "Domain Admins", "CORP"}
	dc := newMachine("DC1.corp.local").at("08:00:00").logon(bob, 0x7000, 3)
	dc.at("08:10:00").log(event.AccountCreated, merge(principalOf(carol), subject(bob, 0x7000)))
	added := []event.Kind{event.GlobalGroupAdded, event.LocalGroupAdded, event.UniversalGroupAdded, event.GlobalGroupRemoved, event.LocalGroupRemoved, event.UniversalGroupRemoved}
	for _, k := range added {
		dc.at("08:11:00").log(k, merge(memberOf(carol, admins), subject(bob, 0x7000)))
		dc.at("08:12:00").log(k, merge(memberOf(bob, admins), subject(bob, 0x7000)))
	}
	s := tell(t, dc)
	a := account(t, s, "carol")
	var got []event.Kind
	for row, who := range s.EventsAbout(func(id model.AccountID) bool { return id == a.ID }) {
		if who != a.ID {
			t.Errorf("%v is about %d, want %d", row, who, a.ID)
		}
		got = append(got, s.Event(row).Kind)
	}
	if want := append([]event.Kind{event.AccountCreated}, added...); !slices.Equal(got, want) {
		t.Errorf("about carol are %v, want %v", got, want)
	}
}
