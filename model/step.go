package model

import "spoor/model/event"

// StepKind says what a step of a trail is.
type StepKind uint8

// The kinds of steps.
const (
	StepLogon          StepKind = iota // a session began
	StepSeen                           // a session that had begun before the log
	StepReconnect                      // somebody came back to a session
	StepTakeover                       // a session went from the console to a client, or back
	StepDisconnect                     // a session was left, not logged off
	StepEnd                            // a session ended
	StepCheck                          // a credential was only proved again
	StepNetwork                        // a run of network logons
	StepCredentials                    // explicit credentials were used (4648)
	StepTGT                            // a ticket-granting ticket that no session explains
	StepTicket                         // a service ticket that no session explains
	StepNTLM                           // an NTLM validation that no session explains
	StepFailure                        // attempts that failed
	StepAccount                        // something was done to an account
	StepLogCleared                     // a log was cleared
	StepServiceInstall                 // a service was installed
	StepTask                           // a scheduled task was created, changed or deleted
	StepSpecialGroups                  // a member of special groups logged on (4964)
)

var stepWords = [...]string{
	StepLogon: "logon", StepSeen: "session seen", StepReconnect: "reconnect", StepTakeover: "takeover", StepDisconnect: "disconnect",
	StepEnd: "end", StepCheck: "credential check", StepNetwork: "network logons", StepCredentials: "explicit credentials",
	StepTGT: "ticket-granting ticket", StepTicket: "service ticket", StepNTLM: "ntlm validation",
	StepFailure: "failed attempts", StepAccount: "account change", StepLogCleared: "log cleared",
	StepServiceInstall: "service installed", StepTask: "scheduled task",
	StepSpecialGroups: "special groups at logon",
}

func (k StepKind) String() string { return stepWords[k] }

// Moves reports whether a step of the kind leads from one place to another. Runs
// of network logons do, too, but each of theirs is a session.
func (k StepKind) Moves() bool {
	switch k {
	case StepLogon, StepSeen, StepReconnect, StepTakeover, StepCredentials:
		return true
	}
	return false
}

// Place is where a step came from or led to: a host, or what is known of one.
type Place struct {
	Host    HostID // None where no log determines it
	Name    string // as a record gives it, where Host is None, or as claimed
	Address string
	Claimed bool // Name is only what the client said
	// Certainty is of Host, or of the name or address where there is no host.
	Certainty Certainty
	Why       string
}

// Known reports whether anything is known of p.
func (p Place) Known() bool { return p.Host != None || p.Name != "" || p.Address != "" }

// Step is one step of an account's trail.
type Step struct {
	Time event.FileTime
	Last event.FileTime // of a step that folds several records, else Time
	Kind StepKind
	// Actor is the account whose session acted, as far as the records say;
	// None where they do not. An account is not a person.
	Actor     AccountID
	ActorName string
	// Used is the account whose credentials were used, or that was tried or
	// changed.
	Used      AccountID
	UsedName  string
	From, To  Place
	Via       string // remote-desktop, console, kerberos, the program that asked
	Certainty Certainty
	Why       string     // one sentence of facts
	Records   []EventRow // that say so, oldest first
	Count     int        // of logons, attempts or tickets folded; else 1
	Session   SessionRow // that the step is of, or None
	Run       RunRow     // that the step is of, or None
}
