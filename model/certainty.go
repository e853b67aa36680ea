package model

// Certainty is how sure a join is.
type Certainty uint8

// The certainties of a join, from nothing known to given by the events
// themselves.
const (
	CertaintyUnknown Certainty = iota
	Weak
	Medium
	Strong
	Exact
)

func (c Certainty) String() string {
	return [...]string{"unknown", "weak", "medium", "strong", "exact"}[c]
}

// EndCertainty is how sure the end of a session is.
type EndCertainty uint8

// The certainties of an end.
const (
	EndUnknown EndCertainty = iota // nothing bounds it from above
	EndBounded                     // between two known times
	EndExact                       // an event says so
)

func (c EndCertainty) String() string { return [...]string{"unknown", "bounded", "exact"}[c] }

// EndReason is why a session ended.
type EndReason uint8

// The reasons.
const (
	EndReasonUnknown    EndReason = iota
	EndReasonLogoff               // the user logged off (4647)
	EndReasonTerminated           // Windows says that the logon no longer exists (4634)
	EndReasonShutdown             // the machine was going down
	EndReasonBoot                 // the machine started again; what ended it was not logged
	EndReasonOpen                 // alive at the end of the log
)

func (r EndReason) String() string {
	return [...]string{"unknown", "logoff", "terminated", "shutdown", "boot", "open"}[r]
}

// SessionKind is the kind of a session.
type SessionKind uint8

// The kinds.
const (
	KindUnknown SessionKind = iota
	KindInteractive
	KindRemoteDesktop
	KindNetwork
	KindNetworkCleartext
	KindBatch
	KindService
	KindNewCredentials
	KindSystem
	KindUnlock
)

func (k SessionKind) String() string {
	return [...]string{"unknown", "interactive", "remote-desktop", "network", "network-cleartext", "batch", "service", "new-credentials", "system", "unlock"}[k]
}

// Tri is a truth that may be unknown.
type Tri uint8

// The truths.
const (
	Unknown Tri = iota
	No
	Yes
)

// KindOfLogon returns the kind of session that a logon type makes.
func KindOfLogon(logonType uint32) SessionKind {
	if logonType > 0xff {
		return KindUnknown
	}
	return kindByType[uint8(logonType)]
}
