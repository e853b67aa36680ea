package findings

import "time"

// Dismissal is that an analyst set a finding aside. It changes nothing of the
// finding: whoever reads an export of it sees both.
type Dismissal struct {
	ID   string    // of the finding
	Note string    // why, as the analyst wrote it; may be empty
	Time time.Time // when, by the clock of the analyst's computer
}
