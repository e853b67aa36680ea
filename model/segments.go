package model

import "spoor/model/event"

// SegmentState is the state of a session for a while.
type SegmentState uint8

// The states.
const (
	Connected SegmentState = iota
	Disconnected
	Locked
)

func (s SegmentState) String() string {
	return [...]string{"connected", "disconnected", "locked"}[s]
}

// Segment is a while of a session in one state.
type Segment struct {
	State SegmentState
	Start event.FileTime
	End   event.FileTime // 0: not known, or not over
	// Console is true for a segment at the machine itself; else ClientName
	// and ClientAddress are the Remote Desktop client's, where known.
	Console       bool
	ClientName    string
	ClientAddress string
	// WithoutCredentials is true where the session was taken over from
	// another one by the same client without a check of any credential.
	WithoutCredentials bool
	// CheckCertainty is of WithoutCredentials, which only absent records say:
	// medium, weak where records of that time are missing. CheckWhy says it in
	// words.
	CheckCertainty Certainty
	CheckWhy       string
	// Certainty is of the state for the whole while: exact, medium where
	// records of it are missing, so that it may have been left in between.
	Certainty Certainty
	Event     EventRow // the record that begins it, or None
	Why       string
}

// Check is a short logon that only proved a credential again within a living
// session.
type Check struct {
	Logons []LogonRow
	Type   uint32
	Time   event.FileTime
	Why    string
}
