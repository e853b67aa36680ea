package search

import (
	"fmt"
	"slices"
	"strings"
)

// vocabulary is what rows of one sort can be called, each word with hyphens for
// spaces.
type vocabulary struct {
	of, words string
	activity  bool // the words are what started it
}

// kindWords are what kind: can be, by the rows that are so called. A word that
// none of them is would find nothing, and read as if there were none.
func kindWords() []vocabulary {
	return []vocabulary{
		{of: "sessions", words: "interactive, remote-desktop, rdp, network, network-cleartext, cleartext, batch, service, new-credentials, new-creds, system, unlock, unknown, run"},
		{of: "the same by what started them", words: activities, activity: true},
		{of: "accounts", words: "user, machine, built-in, virtual"},
		{of: "hosts", words: "domain-controller"},
		{of: "failures", words: "logon, kerberos, ntlm"},
		{of: "steps", words: "session-seen, reconnect, takeover, disconnect, end, credential-check, network-logons, explicit-credentials, ticket-granting-ticket, " +
			"service-ticket, ntlm-validation, failed-attempts, account-change, log-cleared, service-installed, special-groups-at-logon"},
	}
}

// activities are what can start a session.
const activities = "console, ssh, runas, uac-prompt, s4u, revalidation, unlock, remote-desktop, service-start-up, scheduled-task, application-logon, " +
	"winrm, wmi, machine-account, file-share"

func activityWords() []vocabulary { return []vocabulary{{of: "sessions", words: activities}} }

// readKnown reads a value that may be a part of a known word, or match one.
func readKnown(s, what string, known []vocabulary) (v value, reason string) {
	v.pattern = hyphened(strings.ToLower(s))
	var all []string
	found, only := false, true
	for _, k := range known {
		if slices.ContainsFunc(strings.Split(k.words, ", "), v.matches) {
			found, only = true, only && k.activity
		}
		all = append(all, k.words+" ("+k.of+")")
	}
	if found {
		v.activity = only // what is a kind by itself needs no look at activities
		return v, ""
	}
	if len(known) == 1 {
		all = []string{known[0].words}
	}
	return v, fmt.Sprintf("%q is no %s: one of %s", s, what, strings.Join(all, "; "))
}

// hyphened writes a name as a filter does, which ends at a space.
func hyphened(name string) string { return strings.ReplaceAll(name, " ", "-") }
