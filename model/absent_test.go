package model_test

import (
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// Rule 18: what came for tickets of its own from an address is a computer, with
// or without a log; an account that only ends in $ is none.
func TestComputersThatOnlyTicketsNameAreAbsent(t *testing.T) {
	dc := joined("DC01").at("08:00:00").grants(computer("WS44"), "10.0.0.44").grants(computer("PC01"), "10.0.0.5")
	dc.at("08:30:00").ticket(alice, "WS44", "10.0.0.44", event.GUID{}).ticket(alice, "GHOST", "10.0.0.44", event.GUID{})
	dc.at("16:00:00").grants(computer("WS44"), "10.0.0.44").grants(computer("PC01"), "10.0.0.5")
	s := tell(t, dc, joined("PC01").at("08:00:00").starts())
	all := s.Absent()
	if len(all) != 1 || all[0].Name != "WS44" || all[0].Tickets != 1 || len(all[0].Addresses) != 1 || all[0].Addresses[0].Address != "10.0.0.44" ||
		all[0].First != clock("08:00:00") || all[0].Last != clock("16:00:00") {
		t.Errorf("%+v", all)
	}
}

// Rule 30: no log is no proof of absence.
func TestAnAccountMayHaveBeenOnTheComputerThatItsTicketsCameFrom(t *testing.T) {
	dc := joined("DC01").at("08:00:00").grants(computer("WS44"), "10.0.0.44")
	dc.at("08:30:00").ticket(alice, "DC01", "10.0.0.44", event.GUID{})
	dc.at("09:30:00").ticket(alice, "DC01", "10.0.0.44", event.GUID{}).ticket(alice, "DC01", "10.0.0.99", event.GUID{})
	dc.at("16:00:00").grants(computer("WS44"), "10.0.0.44")
	s := tell(t, dc)
	got := map[string]string{}
	for _, p := range s.Whereabouts(accountCalled(t, s, `CORP.LOCAL\alice@CORP.LOCAL`).ID, clock("09:00:00")) {
		if p.State == model.PresenceUnknown && p.Host == model.None {
			got[p.Name] = p.Why
		}
	}
	if len(got) != 2 || !strings.HasPrefix(got["WS44"], "no log of it is in the evidence; tickets of the account were given to 10.0.0.44") ||
		!strings.HasPrefix(got["10.0.0.99"], "which computer had this address is not known") {
		t.Errorf("%q", got)
	}
}
