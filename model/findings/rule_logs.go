package findings

import (
	"fmt"
	"strings"

	"spoor/model"
)

func (x *scope) clearedLogs() {
	for _, c := range x.Clears() {
		by := "nobody named"
		if c.By != "" {
			by = "account " + c.By
		}
		d := draft{Finding: Finding{
			Severity: High, Account: model.None, AccountName: c.By, Hosts: []model.HostID{c.Host}, Source: model.Place{Host: model.None},
			Start: c.Time, End: c.Time, Records: []model.EventRow{c.Event},
			Why: fmt.Sprintf("The %s log of %s was cleared by %s: what it held before is gone from it.", c.Channel, x.Host(c.Host).Short(), by),
		}}
		if !strings.EqualFold(c.Channel, "Security") {
			d.Severity, d.Lowered = Medium, "it was not the Security log"
		}
		d.sessions = x.EventSessions(c.Event)
		if len(d.sessions) > 0 {
			d.Account = x.SessionAccount(d.sessions[0])
		}
		x.add(d, c.Event, "")
	}
}
