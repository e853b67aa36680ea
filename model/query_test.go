package model_test

import (
	"fmt"
	"slices"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// texts are those of a column of some events, in their order.
func texts(s *model.Snapshot, list []model.EventRow, c event.Column) []string {
	var out []string
	for _, e := range list {
		out = append(out, s.Text(e, c))
	}
	return out
}

// asked is a domain controller that was asked for tickets by two users, a
// computer, and one without a name.
func asked(t *testing.T) *model.Snapshot {
	t.Helper()
	request := func(name string, options any) fields {
		f := fields{event.TargetName: name, event.TargetDomain: "CORP", event.Status: uint32(0)}
		if options != nil {
			f[event.TicketOptions] = options
		}
		return f
	}
	dc := newMachine("DC1.corp.local").at("08:00:00")
	for _, f := range []fields{
		request("alice", uint32(1)), request("PC01$", uint32(2)), request("bob@CORP.LOCAL", nil),
		request("", uint32(1)), request("PC02$@CORP.LOCAL", uint32(1)), request("alice", uint32(2)),
	} {
		dc = dc.log(event.TicketGranting, f)
	}
	return tell(t, dc, newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x100, 2))
}

func TestAQueryTakesTheEventsOfItsKindInTheirOrder(t *testing.T) {
	s := asked(t)
	counted := map[string]int{}
	lists := s.Select([]model.Query{
		{Kind: event.TicketGranting},
		{Kind: event.TicketGranting, OfUsers: true},
		{Kind: event.TicketGranting, Column: event.TargetName, Wanted: func(name string) bool {
			counted[name]++
			return name == "alice"
		}},
		{Kind: event.TicketGranting, Column: event.TicketOptions, WantedNumber: func(n uint64) bool { return n == 1 }},
		{Kind: event.TicketGranting, OfUsers: true, Column: event.TicketOptions, WantedNumber: func(uint64) bool { return true }},
		{Kind: event.TicketGranting, EventID: 4769},
		{Kind: event.Logon},
		{Kind: event.ServiceTicket},
	})
	want := [][]string{
		{"alice", "PC01$", "bob@CORP.LOCAL", "", "PC02$@CORP.LOCAL", "alice"},
		{"alice", "bob@CORP.LOCAL", "alice"},
		{"alice", "alice"},
		{"alice", "", "PC02$@CORP.LOCAL"},
		{"alice", "alice"},
		nil, {"alice"}, nil,
	}
	for i, list := range lists {
		if got := texts(s, list, event.TargetName); !slices.Equal(got, want[i]) {
			t.Errorf("query %d found %q, want %q", i, got, want[i])
		}
	}
	for name, n := range counted {
		if n != 1 {
			t.Errorf("%q was asked about %d times", name, n)
		}
	}
}

// A view says what its snapshot says of the event, however many are looked at
// together.
func TestAViewSaysWhatItsSnapshotSays(t *testing.T) {
	dc := newMachine("DC1.corp.local").at("08:00:00")
	for i := range 150 {
		dc = dc.log(event.TicketGranting, fields{event.TargetName: fmt.Sprint("user", i%7), event.TargetDomain: "CORP", event.IPAddress: fmt.Sprint("10.0.0.", i), event.Status: uint32(i % 3)})
	}
	s := tell(t, dc, newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x100, 2))
	lists := s.Select([]model.Query{{Kind: event.TicketGranting}, {Kind: event.Logon}})
	all := slices.Concat(lists[1], lists[0], lists[1])
	seen := 0
	for i, v := range s.Each(all) {
		e := all[i]
		one, ok := s.View(e)
		status, has := v.Number(event.Status)
		n, known := s.Number(e, event.Status)
		if v.Row != e || i != seen || !ok || one.Time() != v.Time() || v.Time() != s.EventTime(e) || v.Host() != s.EventHost(e) || v.Target() != s.TargetAccount(e) ||
			v.Refused() != s.Refused(e) || v.Text(event.IPAddress) != s.Text(e, event.IPAddress) || s.TextAt(v.TextNumber(event.TargetName)) != s.Text(e, event.TargetName) || status != n || has != known {
			t.Fatalf("event %d: the view differs", i)
		}
		seen++
	}
	if _, ok := s.View(model.None); ok || seen != 152 {
		t.Errorf("%d events seen", seen)
	}
}
