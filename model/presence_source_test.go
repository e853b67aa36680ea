package model_test

import (
	"slices"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// A sitting that changed hands is where it is connected from at the time.
func TestWhoNamesTheSourceAndKindOfTheTime(t *testing.T) {
	pc := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x100, 2, byWinlogon)
	pc.at("09:00:00").client(event.SessionDisconnected, alice, 0x100, "Console", "Unknown", "LOCAL")
	pc.at("10:00:00").client(event.SessionReconnected, alice, 0x100, "RDP-Tcp#1", "LAPTOP", "10.0.0.9")
	pc.at("11:00:00").desk(event.WorkstationLocked, alice, 0x100, 1).at("12:00:00").desk(event.WorkstationUnlocked, alice, 0x100, 1)
	pc.at("13:00:00").logsOff(alice, 0x100)
	s := tell(t, pc)
	h := hostCalled(t, s, "PC01").ID
	for _, want := range []struct {
		at, address string
		kind        model.SessionKind
	}{
		{"08:30:00", "", model.KindInteractive},
		{"09:30:00", "", model.KindInteractive},
		{"10:30:00", "10.0.0.9", model.KindRemoteDesktop},
		{"11:30:00", "10.0.0.9", model.KindRemoteDesktop},
		{"12:30:00", "10.0.0.9", model.KindRemoteDesktop},
	} {
		all := slices.DeleteFunc(s.OnHost(h, clock(want.at)), func(p model.Presence) bool { return p.Kind == model.KindSystem })
		if len(all) == 0 || all[0].Kind != want.kind || all[0].Source.Address != want.address {
			t.Errorf("at %s: %+v", want.at, all)
		}
	}
}

func TestWhoInThePracticeDomainNamesTheClientOfTheReconnection(t *testing.T) {
	s := practiceDomain(t)
	all := s.Whereabouts(accountCalled(t, s, `NORDLICHT\lars.hinrichs`).ID, instant(t, "2026-03-07T22:45:00Z"))
	if len(all) == 0 || all[0].Source.Address != "10.20.99.77" || all[0].Source.Host != model.None {
		t.Errorf("%+v", all)
	}
}

// Verified in the records: console until 12:34:28, then the client's.
func TestWhoOnWindomainNamesTheClientThatTookOver(t *testing.T) {
	s := load(t, logsIn(t, "windomain-dc-2021-02-12")...)
	id := session(t, s, "dc/0x513da").Row
	for _, p := range s.OnHost(hostCalled(t, s, "dc").ID, instant(t, "2021-02-12T12:34:35Z")) {
		if p.Session == id {
			if p.Kind != model.KindRemoteDesktop || p.Source.Address != "192.168.38.1" {
				t.Errorf("%s from %+v", p.Kind, p.Source)
			}
			return
		}
	}
	t.Error("not there")
}
