package main

import (
	"slices"
	"strconv"
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
	case slices.Contains(names, says) && !because(m.Activity.Because, t):
		j.wrong(activities, "because", "%s: %s", where(t), strings.Join(m.Activity.Because, " "))
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

// activityFields are what the fields are that say what started a session, by
// the column: those of the truth's own words, and what Windows writes for each
// kind.
func activityFields(t *simulate.Session) map[string]string {
	_, name, _ := strings.Cut(t.Account, `\`)
	return map[string]string{"LogonType": strconv.Itoa(int(t.Type)), "TargetUserName": name,
		"LogonProcess": map[string]string{"console": "User32", "uac-prompt": "CredPro", "runas": "seclogo"}[t.Kind],
		"ProcessName":  map[string]string{"uac-prompt": `C:\Windows\System32\consent.exe`, "network": "-"}[t.Kind]}
}

// because reports whether the fields that the model names have the values that
// they really had.
func because(fields []string, t *simulate.Session) bool {
	is := activityFields(t)
	for _, f := range fields {
		name, says, ok := strings.Cut(f, "=")
		if want := is[name]; !ok || says == "" || want != "" && want != says {
			return false
		}
	}
	return len(fields) > 0
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
