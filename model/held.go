package model

// InEvidence is what ends a sentence about a log or a record that is missing:
// where files were left unread, it may well be in those.
func (s *Snapshot) InEvidence() string {
	if s.Unread() > 0 {
		return "was read"
	}
	return "is in the evidence"
}

// NotInEvidence is the same of what a sentence names as missing.
func (s *Snapshot) NotInEvidence() string {
	if s.Unread() > 0 {
		return "was not read"
	}
	return "is not in the evidence"
}

// Evidence is what a sentence says to hold a log or not: all of the evidence,
// or what of it could be read.
func (s *Snapshot) Evidence() string {
	if s.Unread() > 0 {
		return "what was read"
	}
	return "the evidence"
}
