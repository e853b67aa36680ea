package model

import (
	"slices"
	"sync"
	"sync/atomic"

	"spoor/model/event"
)

// tracks is what is worked out of a snapshot once somebody asks for it.
type tracks struct {
	directoryOnce sync.Once
	names         *directory
	runOnce       sync.Once
	runs          *runIndex
	unfoldedOnce  sync.Once
	unfolded      *Roster
	rosterOnce    sync.Once
	roster        *Roster
	deedOnce      sync.Once
	deeds         *deedIndex
	hashOnce      sync.Once
	hashes        atomic.Pointer[[]uint64] // by SessionRow; nil until they are asked for
}

// deedIndex lists, by account, the records that tell of something else than a
// logon, each list in the order of hosts and logs.
type deedIndex struct {
	// did is what sessions of the account did, by the records' Subject.
	did map[AccountID][]EventRow
	// lent is the explicit credentials (4648) of the account that any session
	// used.
	lent map[AccountID][]EventRow
	// asked is the authentications of the account that succeeded, on domain
	// controllers.
	asked map[AccountID][]EventRow
	// refused is those that failed.
	refused map[AccountID][]EventRow
}

// deedKinds are the records that tell what a session did besides what it
// opened and ran.
var deedKinds = kindSet(
	event.SecurityLogCleared, event.LogCleared, event.ServiceInstalled,
	event.TaskCreated, event.TaskDeleted, event.TaskUpdated, event.AccountCreated, event.AccountEnabled,
	event.PasswordChanged, event.PasswordReset, event.AccountDisabled, event.AccountDeleted,
	event.GlobalGroupAdded, event.GlobalGroupRemoved, event.LocalGroupAdded, event.LocalGroupRemoved,
	event.UniversalGroupAdded, event.UniversalGroupRemoved, event.AccountUnlocked, event.AccountRenamed,
)

// authentications are the records by which a domain controller vouches.
var authentications = kindSet(event.TicketGranting, event.ServiceTicket, event.TicketRenewed, event.PreAuthFailed, event.CredentialValidation)

func kindSet(kinds ...event.Kind) map[event.Kind]bool {
	out := map[event.Kind]bool{}
	for _, k := range kinds {
		out[k] = true
	}
	return out
}

func (s *Snapshot) deeds() *deedIndex {
	s.tracks.deedOnce.Do(func() { s.tracks.deeds = s.makeDeeds() })
	return s.tracks.deeds
}

func (s *Snapshot) makeDeeds() *deedIndex {
	x := &deedIndex{
		did: map[AccountID][]EventRow{}, lent: map[AccountID][]EventRow{},
		asked: map[AccountID][]EventRow{}, refused: map[AccountID][]EventRow{},
	}
	note := func(m map[AccountID][]EventRow, id AccountID, e EventRow) {
		if id != None {
			m[id] = append(m[id], e)
		}
	}
	for h, v := range s.views {
		controller := s.controls(h)
		for at, n := range v.events {
			e := EventRow(s.events[h] + uint32(at))
			switch k := s.row(n).kind; {
			case k == event.ExplicitCredentials:
				note(x.did, s.whoIs(h, s.subject(n)), e)
				note(x.lent, s.whoIs(h, s.target(n)), e)
			case deedKinds[k]:
				note(x.did, s.whoIs(h, s.subject(n)), e)
			case controller && authentications[k]:
				if isFailure(&s.table, n) {
					note(x.refused, s.whoIs(h, s.target(n)), e)
				} else {
					note(x.asked, s.whoIs(h, s.target(n)), e)
				}
			}
		}
	}
	return x
}

// controls reports whether a host is a domain controller.
func (s *Snapshot) controls(h int) bool {
	return h < len(s.hosts) && slices.Contains(s.hosts[h].Roles, roleDomainController)
}
