package main

import (
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/simulate"
)

// activityNames is what started a session of each kind, in the model's words. A
// network logon of a machine's own account is that machine's business, even
// where it is to read files.
var activityNames = map[string][]string{
	"console": {"console"}, "remote-desktop": {"remote-desktop"}, "uac-prompt": {"uac-prompt"}, "runas": {"runas"},
	"service": {"service start-up"}, "batch": {"scheduled task"}, "network": {"file share"}, "machine": {"machine account", "file share"},
}

// activity compares what started a session, where its 4624 is left.
func (j *judgement) activity(m *model.Session, t *simulate.Session) {
	kind := t.Kind
	if kind == "network" && strings.HasSuffix(t.Account, "$") {
		kind = "machine"
	}
	names, known := activityNames[kind]
	if !known || !told(t.Records, "logon") {
		return
	}
	switch says := m.Activity.Name; {
	case slices.Contains(names, says):
		j.right(activities)
	case says == "" && t.Kind == "network":
		// The objects that it touched may not have been logged.
	case says == "":
		j.missed(activities, kind, "%s", where(t))
	default:
		j.wrong(activities, says+" for "+kind, "%s: %s", where(t), strings.Join(m.Activity.Because, " "))
	}
}

// stories compares what was done to accounts.
func (j *judgement) stories() {
	accounts := make(map[string]model.AccountID)
	for _, a := range j.snapshot.Accounts() {
		if a.SID != "" && a.Host == model.None {
			accounts[a.SID] = a.ID
		}
	}
	is := make(map[recordKey]*simulate.Change)
	for _, c := range j.truth.Changes {
		is[keyOf(c.Records[0])] = c
	}
	said := make(map[*simulate.Change]bool)
	for sid, a := range accounts {
		for _, c := range j.snapshot.Story(a) {
			t := is[j.record(c.Event)]
			switch {
			case t == nil: // a machine's, or a part of another change
			case t.SID == sid:
				said[t] = true
				j.right(changes)
			default:
				j.wrong(changes, t.What, "%s %s at %s is told of %s", t.Account, t.What, t.Time, j.snapshot.Account(a).Display())
			}
		}
	}
	for _, c := range j.truth.Changes {
		if !said[c] && c.Records[0].Kept {
			j.missed(changes, c.What, "%s at %s", c.Account, c.Time)
		}
	}
}
