package simulate

import (
	"strings"
	"testing"

	"spoor/model/event"
)

func TestAddressesAreGivenToOthersAndNeverToTwo(t *testing.T) {
	w, _ := generate(t, Options{Seed: 4, Hosts: 40, Days: 3, Start: firstDay})
	last := make(map[string]*Binding)
	others, vpn := 0, 0
	for _, b := range w.Truth().Bindings {
		if before := last[b.Address]; before != nil {
			if before.End == "" || before.End > b.Start {
				t.Errorf("%s is that of %s and %s at %s", b.Address, before.Host, b.Host, b.Start)
			}
			if before.Host != b.Host {
				others++
			}
		}
		last[b.Address] = b
		if strings.HasPrefix(b.Address, "10.90.") {
			vpn++
			if !b.VPN {
				t.Errorf("%s is an address of the VPN", b.Address)
			}
		}
	}
	if others == 0 || vpn == 0 {
		t.Errorf("%d addresses went to others, %d were of the VPN", others, vpn)
	}
}

func TestMachinesOwnTicketsNameTheirAddress(t *testing.T) {
	w, _ := generate(t, Options{Seed: 4, Hosts: 30, Days: 2, Start: firstDay})
	for _, b := range w.Truth().Bindings {
		if b.Start > event.FileTimeOf(firstDay).String() && len(b.Records) == 0 && (b.End == "" || b.End > b.Start[:13]+":59") {
			t.Errorf("no record names %s with %s from %s to %s", b.Host, b.Address, b.Start, b.End)
		}
	}
}

func TestRenamedComputerSignsWithItsNewNameFromItsNextStart(t *testing.T) {
	w, d := generate(t, Options{Seed: 1, Hosts: 12, Days: 2, Start: firstDay})
	computers, accounts := 0, 0
	for _, r := range w.Truth().Renames {
		if r.What == "account" {
			accounts++
		}
		if r.What == "computer" {
			computers++
			if r.Host != r.New || r.Old == r.New || len(r.Records) != 2 {
				t.Errorf("%+v", r)
			}
		}
	}
	if computers == 0 || d.byEvent[6011] != computers || d.byEvent[4781] != computers+accounts || accounts == 0 {
		t.Errorf("%d computers are renamed; %d 6011, %d 4781", computers, d.byEvent[6011], d.byEvent[4781])
	}
}

func TestGeneratedDomainsHoldWhatHappensInRealOnes(t *testing.T) {
	_, d := generate(t, Options{Seed: 1, Hosts: 60, Days: 2, Start: firstDay, Intruders: []string{"spray", "lateral"}})
	for _, id := range []uint16{12, 13, 27, 41, 42, 107, 109, 1074, 1100, 1149, 4608, 4616, 4624, 4625, 4634, 4647, 4648, 4672, 4688, 4720, 4722, 4724, 4728, 4740,
		4768, 4769, 4771, 4776, 4778, 4779, 4781, 4800, 4801, 5140, 5145, 6005, 6006, 6008, 6009, 6011, 6013, 7045, 4697, 21, 22, 23, 24, 25, 40, 1024, 1102} {
		if d.byEvent[id] == 0 {
			t.Errorf("no %d", id)
		}
	}
}
