package model

import "spoor/model/event"

// HostAt returns the host that had an address at a time, how sure that is and
// why; None where no log binds it.
func (s *Snapshot) HostAt(address string, t event.FileTime) (HostID, Certainty, string) {
	return None, CertaintyUnknown, ""
}
