package findings

import (
	"cmp"
	"slices"

	"spoor/model"
	"spoor/model/event"
)

// Set is all findings of one snapshot. It is not written to once it is made.
type Set struct {
	// All is ordered by severity, the highest first, then by time.
	All []Finding
	// Thresholds are those that the rules decided by.
	Thresholds Thresholds
	// Incomplete is true where the search was cancelled.
	Incomplete bool

	bySession, byAccount, byHost, byFailure marks
}

// OfSession returns the indices in All of the findings that a session is part
// of, in the order of All.
func (s *Set) OfSession(n model.SessionRow) []int { return s.bySession.of(uint32(n)) }

// OfAccount returns those that are about an account.
func (s *Set) OfAccount(a model.AccountID) []int { return s.byAccount.of(uint32(a)) }

// OfHost returns those on a host.
func (s *Set) OfHost(h model.HostID) []int { return s.byHost.of(uint32(h)) }

// OfFailure returns those that a failure is part of, by its index in
// Snapshot.Failures.
func (s *Set) OfFailure(i int) []int { return s.byFailure.of(uint32(i)) }

// Find returns the finding with an ID, or nil.
func (s *Set) Find(id string) *Finding {
	if i := slices.IndexFunc(s.All, func(f Finding) bool { return f.ID == id }); i >= 0 {
		return &s.All[i]
	}
	return nil
}

// Count returns how many findings have a severity.
func (s *Set) Count(of Severity) int {
	n := 0
	for i := range s.All {
		if s.All[i].Severity == of {
			n++
		}
	}
	return n
}

// draft is a finding with all that it is about, however much that is.
type draft struct {
	Finding
	sessions []model.SessionRow
	failures []int
	proved   bool           // it stands without what its rule needs
	since    event.FileTime // from when on what it presumes is asked, its Start where that is 0
}

func newSet(drafts []draft, t Thresholds) *Set {
	slices.SortFunc(drafts, func(a, b draft) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.ID, b.ID))
	})
	s := &Set{Thresholds: t}
	for i := range drafts {
		d := &drafts[i]
		s.All = append(s.All, d.Finding)
		for _, n := range d.sessions {
			s.bySession.add(uint32(n), i)
		}
		for _, n := range d.failures {
			s.byFailure.add(uint32(n), i)
		}
		for _, h := range d.Hosts {
			s.byHost.add(uint32(h), i)
		}
		for _, a := range slices.Concat([]model.AccountID{d.Account}, d.Accounts, d.Reached) {
			if a != model.None {
				s.byAccount.add(uint32(a), i)
			}
		}
	}
	for _, m := range []*marks{&s.bySession, &s.byAccount, &s.byHost, &s.byFailure} {
		m.sort()
	}
	return s
}

// marks says which findings a row is part of: there may be millions of rows.
type marks struct {
	rows     []uint32 // in order, each as often as it has findings
	findings []int32
}

func (m *marks) add(row uint32, finding int) {
	m.rows, m.findings = append(m.rows, row), append(m.findings, int32(finding))
}

func (m *marks) sort() {
	order := make([]uint64, len(m.rows))
	for i := range order {
		order[i] = uint64(m.rows[i])<<32 | uint64(m.findings[i])
	}
	slices.Sort(order)
	order = slices.Compact(order)
	m.rows, m.findings = m.rows[:len(order)], m.findings[:len(order)]
	for i, o := range order {
		m.rows[i], m.findings[i] = uint32(o>>32), int32(uint32(o))
	}
}

func (m *marks) of(row uint32) []int {
	i, ok := slices.BinarySearch(m.rows, row)
	if !ok {
		return nil
	}
	var out []int
	for ; i < len(m.rows) && m.rows[i] == row; i++ {
		out = append(out, int(m.findings[i]))
	}
	return out
}
