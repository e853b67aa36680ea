package tui

import (
	"fmt"
	"slices"
	"strconv"

	"spoor/model"
	"spoor/model/event"
)

// accountRef names an account whatever the snapshot: an AccountID is only good
// within one. The zero ref means any account.
type accountRef struct{ sid, display, host string }

func refAccount(snap *model.Snapshot, a model.Account) accountRef {
	ref := accountRef{sid: a.SID, display: a.Display()}
	if a.Host != model.None {
		ref.host = snap.Host(a.Host).Name
	}
	return ref
}

func (ref accountRef) key() string { return ref.sid + "\x00" + ref.display + "\x00" + ref.host }

// find returns the account; None for the zero ref, false if there is none. An
// account that was known by name only is found when its SID is.
func (ref accountRef) find(snap *model.Snapshot) (model.AccountID, bool) {
	if ref == (accountRef{}) {
		return model.None, true
	}
	named, found := model.AccountID(model.None), false
	for _, a := range snap.Accounts() {
		same := a.Display() == ref.display || slices.Contains(a.Spellings, ref.display)
		home := a.Host == model.None && ref.host == "" || a.Host != model.None && hostIs(snap.Host(a.Host), ref.host)
		if ref.sid != "" && a.SID == ref.sid && (home || same) {
			return a.ID, true
		}
		if same && home && !found {
			named, found = a.ID, true
		}
	}
	return named, found
}

// hostRef names a host by a name that it had. The zero ref means any host.
type hostRef struct{ name, domainSID string }

func refHost(h model.Host) hostRef { return hostRef{h.Name, h.DomainSID} }

func (ref hostRef) key() string { return ref.name + "\x00" + ref.domainSID }

func (ref hostRef) find(snap *model.Snapshot) (model.HostID, bool) {
	if ref == (hostRef{}) {
		return model.None, true
	}
	named, found := model.HostID(model.None), false
	for _, h := range snap.Hosts() {
		if !hostIs(h, ref.name) {
			continue
		}
		if h.DomainSID == ref.domainSID {
			return h.ID, true
		}
		if !found {
			named, found = h.ID, true
		}
	}
	return named, found
}

func hostIs(h model.Host, name string) bool {
	return h.Name == name || slices.Contains(h.Spellings, name)
}

// hostNames are the hosts in short, or whole where two have the same short
// name.
func hostNames(hosts []model.Host) []string {
	seen := map[string]int{}
	for _, h := range hosts {
		seen[h.Short()]++
	}
	out := make([]string, len(hosts))
	for i, h := range hosts {
		out[i] = h.Short()
		if seen[out[i]] > 1 {
			out[i] = h.Name
		}
	}
	return out
}

func (v *view) hostName(id model.HostID) string {
	if int64(id) >= int64(len(v.names)) {
		return "?"
	}
	return v.names[id]
}

func (v *view) accountName(id model.AccountID) string {
	if id == model.None {
		return "?"
	}
	return v.snap.Account(id).Display()
}

// eventKey names an event: its place in its log, which is the same in every
// snapshot.
func (v *view) eventKey(e model.Event) string {
	return e.Computer + "\x00" + e.Channel + "\x00" + strconv.FormatUint(e.RecordID, 10) + "\x00" + strconv.FormatUint(uint64(e.Time), 10)
}

// sessionRef names a session: by its ID, and by a logon ID for the case that a
// record speaks of two sessions and both take their ID from it, as one that
// began before the log and the one that its owner then started.
type sessionRef struct {
	hash  uint64 // that its ID is written from
	logon event.LogonID
}

func refSession(snap *model.Snapshot, s model.Session) sessionRef { return refOf(snap, s.Row) }

// refOf names the session of a row.
func refOf(snap *model.Snapshot, row model.SessionRow) sessionRef {
	return sessionRef{snap.SessionHash(row), snap.SessionLogonID(row)}
}

// id is the session's ID.
func (ref sessionRef) id() string { return fmt.Sprintf("%016x", ref.hash) }

func (ref sessionRef) key() string { return ref.id() + " " + ref.logon.String() }

// find returns the session in brief, under that ID or a later one.
func (ref sessionRef) find(snap *model.Snapshot) (model.Session, bool) {
	row, ok := ref.row(snap)
	if !ok {
		return model.Session{}, false
	}
	return snap.SessionBrief(row), true
}

func (ref sessionRef) row(snap *model.Snapshot) (model.SessionRow, bool) {
	return ref.among(snap, snap.SessionsByHash(ref.hash, true))
}

// among returns the one of some sessions that is meant.
func (ref sessionRef) among(snap *model.Snapshot, found []model.SessionRow) (model.SessionRow, bool) {
	if len(found) == 1 {
		return found[0], true
	}
	for _, row := range found {
		if slices.Contains(snap.SessionLogons(row), ref.logon) {
			return row, true
		}
	}
	return 0, false
}
