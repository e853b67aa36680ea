package model_test

import (
	"fmt"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// A machine that is seen at an address before and after a time was there
// between only where both are near: a running one asks for a ticket each 10 h.
func TestAddressIsOfItsMachineOnlyNearTheSightings(t *testing.T) {
	tests := []struct {
		name, last, next, at string
		host                 string
		sure                 model.Certainty
	}{
		{"hours apart", "2024-05-01 08:00:00", "2024-05-01 17:00:00", "2024-05-01 12:00:00", "PC01", model.Strong},
		{"over a night", "2024-05-01 17:00:00", "2024-05-02 08:00:00", "2024-05-01 23:30:00", "PC01", model.Medium},
		{"over a weekend", "2024-05-03 17:00:00", "2024-05-06 08:00:00", "2024-05-05 12:00:00", "PC01", model.Medium},
		{"weeks apart", "2024-05-01 08:00:00", "2024-06-28 08:00:00", "2024-05-30 12:00:00", "", model.CertaintyUnknown},
		{"weeks apart, soon after the first", "2024-05-01 08:00:00", "2024-06-28 08:00:00", "2024-05-01 12:00:00", "PC01", model.Medium},
		{"weeks apart, soon before the second", "2024-05-01 08:00:00", "2024-06-28 08:00:00", "2024-06-28 01:00:00", "PC01", model.Weak},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			dc := corpDomain.machine("DC09").at(x.last).grants(corpDomain.computer("PC01"), desk).at(x.next).grants(corpDomain.computer("PC01"), desk)
			wantOwner(t, tell(t, dc, corpDomain.machine("PC01")), desk, x.at, x.host, x.sure)
		})
	}
}

func TestHostsAddressEndsWhereItWasNotSeenForDays(t *testing.T) {
	dc := corpDomain.machine("DC09")
	for _, at := range []string{"2024-05-01 08:00:00", "2024-05-01 12:00:00", "2024-06-28 08:00:00"} {
		dc.at(at).grants(corpDomain.computer("PC01"), desk)
	}
	for _, h := range tell(t, dc, corpDomain.machine("PC01")).Hosts() {
		if h.Short() == "PC01" && (len(h.Addresses) != 2 || h.Addresses[0].To != clock("12:00:00") || h.Addresses[1].From != clock("2024-06-28 08:00:00")) {
			t.Errorf("%+v", h.Addresses)
		}
	}
}

// What a Remote Desktop client calls itself binds an address weakly, and not
// at all while that machine's own tickets come from another.
func TestClientsNameBindsNoAddressAgainstTheMachinesTickets(t *testing.T) {
	const intruder = "10.0.0.66"
	for name, x := range map[string]struct {
		tickets string // the address of PC01's tickets
		want    string
		sure    model.Certainty
	}{
		"none":                {"", "PC01", model.Weak},
		"from another":        {desk, "", model.CertaintyUnknown},
		"from an IPv6's":      {"fe80::5", "PC01", model.Weak},
		"from the same, once": {intruder, "PC01", model.Medium},
	} {
		dc := corpDomain.machine("DC09")
		if x.tickets != "" {
			dc.at("07:00:00").grants(corpDomain.computer("PC01"), x.tickets).at("11:00:00").grants(corpDomain.computer("PC01"), x.tickets)
		}
		pc := corpDomain.machine("PC01").at("07:30:00").logon(bob, 0x100, 2, fields{event.LogonProcess: "User32"})
		fs := corpDomain.machine(fs03).at("08:00:00").logon(bob, 0x300, 10, fields{event.IPAddress: intruder, event.LogonProcess: "User32"})
		fs.at("08:10:00").client(event.SessionReconnected, bob, 0x300, "RDP-Tcp#1", "PC01", intruder)
		fs.at("08:20:00").logon(bob, 0x900, 3, kerberos(intruder, 3))
		fs.at("08:30:00").client(event.SessionReconnected, bob, 0x300, "RDP-Tcp#1", "PC01", intruder)
		s := tell(t, dc, pc, fs)
		if x.tickets == intruder {
			wantOwner(t, s, intruder, "08:20:00", "PC01", model.Strong)
			continue
		}
		wantOwner(t, s, intruder, "08:20:00", x.want, x.sure)
		if got := session(t, s, "FS03/0x900"); got.Parent.Session != model.None || got.Source.Host != model.None {
			t.Errorf("%s: %+v, %+v", name, got.Parent, got.Source)
		}
		for _, h := range s.Hosts() {
			for _, a := range h.Addresses {
				if a.Address == intruder && x.want == "" {
					t.Errorf("%s: %s has %+v", name, h.Name, a)
				}
			}
		}
	}
}

// Where clients of other names come from a machine's address, many may stand
// behind it.
func TestAddressThatOtherNamesComeFromIsNotStrong(t *testing.T) {
	for _, x := range []struct {
		name, at string
		sure     model.Certainty
	}{
		{"PC01", "09:00:00", model.Strong}, {"LT07", "09:00:00", model.Medium},
		{"LT07", "2024-04-30 09:00:00", model.Strong}, // of the machine that had it before
	} {
		dc, pc, fs := office09()
		fs.at(x.at).logon(alice, 0x100, 3, ntlmFrom(desk, x.name))
		dc.at("09:30:00").grants(corpDomain.computer("PC01"), desk)
		wantOwner(t, tell(t, closing(dc), pc, fs), desk, "09:10:00", "PC01", x.sure)
	}
}

// A lease that goes to the next machine within minutes is handed over, where
// the first one is seen elsewhere then.
func TestAddressThatIsHandedOverWithinMinutesIsOfTheNext(t *testing.T) {
	one, two := corpDomain.computer("PC01"), corpDomain.computer("PC02")
	hosts := func() []*machine { return []*machine{corpDomain.machine("PC01"), corpDomain.machine("PC02")} }
	dc := corpDomain.machine("DC09").at("08:00:00").grants(one, desk).at("08:04:00").grants(two, desk).at("08:05:00").grants(one, "10.0.0.6").at("12:00:00").grants(two, desk)
	s := tell(t, append(hosts(), dc)...)
	wantOwner(t, s, desk, "08:00:00", "PC01", model.Strong)
	wantOwner(t, s, desk, "08:02:00", "", model.CertaintyUnknown)
	wantOwner(t, s, desk, "09:00:00", "PC02", model.Strong)
	wantOwner(t, s, desk, "13:00:00", "PC02", model.Medium)
	wantOwner(t, s, "10.0.0.6", "09:00:00", "PC01", model.Medium)

	// Not seen elsewhere, or back again: shared.
	for _, more := range []func(dc *machine){
		func(*machine) {},
		func(dc *machine) { dc.at("08:05:00").grants(one, "10.0.0.6").at("08:10:00").grants(one, desk) },
	} {
		dc := corpDomain.machine("DC09").at("08:00:00").grants(one, desk).at("08:04:00").grants(two, desk)
		more(dc)
		dc.at("12:00:00").grants(two, desk)
		wantOwner(t, tell(t, append(hosts(), dc)...), desk, "08:05:30", "", model.CertaintyUnknown)
	}
}

// BenchmarkAddressTurns puts together the addresses of a machine that uses two
// by turns, and of many machines that take turns at one. It reports how many
// times the time for each sighting is that of ten times fewer.
func BenchmarkAddressTurns(b *testing.B) {
	for name, turn := range map[string]func(dc *machine, i int){
		"IPv4-IPv6": func(dc *machine, i int) { dc.grants(computer("PC01"), desk).grants(computer("PC01"), "fe80::1") },
		"two-IPv4":  func(dc *machine, i int) { dc.grants(computer("PC01"), desk).grants(computer("PC01"), "10.0.0.6") },
		"many-machines": func(dc *machine, i int) {
			w := who{fmt.Sprint(corp, "-", 3000+i), fmt.Sprint("M", i, "$"), "CORP"}
			dc.grants(w, desk).grants(w, fmt.Sprintf("10.1.%d.%d", i/250, i%250))
		},
	} {
		b.Run(name, func(b *testing.B) {
			var per [2]float64
			for i, n := range []int{10_000, 100_000} {
				dc := joined("DC01").at("01:00:00")
				for i := range n {
					dc.now = dc.now.Add(time.Second)
					turn(dc, i)
				}
				files := filesOf([]*machine{dc, joined("PC01")}, 4096)
				began := time.Now()
				for range b.N {
					buildFor(files)
				}
				per[i] = float64(time.Since(began)) / float64(b.N) / float64(n)
			}
			b.ReportMetric(per[1], "ns/turn")
			b.ReportMetric(per[1]/per[0], "x-smaller")
		})
	}
}
