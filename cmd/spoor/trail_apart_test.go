package main

import (
	"testing"

	"spoor/model"
)

func TestAccountsOfOneNameAreToldApartBySIDAlone(t *testing.T) {
	one := model.Account{Name: "alice", Domain: "EXAMPLE", SID: "S-1-5-21-1-2-3-1001"}
	again, other := one, one
	again.SID, other.Domain = "S-1-5-21-4-5-6-1001", "OTHER"
	if got := tellingApart([]model.Account{one, again}); got != "SID" {
		t.Errorf("two of one name are told apart by %s", got)
	}
	if got := tellingApart([]model.Account{one, other}); got != `DOMAIN\NAME or by SID` {
		t.Errorf("those of two domains are told apart by %s", got)
	}
}
