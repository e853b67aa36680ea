package findings

import (
	"cmp"
	"slices"

	"spoor/model"
)

// Set is all findings of one snapshot. It is not written to once it is made.
type Set struct {
	// All is ordered by severity, the highest first, then by time.
	All []Finding
	// Thresholds are those that the rules decided by.
	Thresholds Thresholds
	// Incomplete is true where the search was cancelled.
	Incomplete bool

	bySession map[model.SessionRow][]int
	byAccount map[model.AccountID][]int
	byHost    map[model.HostID][]int
	byFailure map[int][]int
}

// OfSession returns the indices in All of the findings that a session is part
// of, in the order of All.
func (s *Set) OfSession(n model.SessionRow) []int { return s.bySession[n] }

// OfAccount returns those that are about an account.
func (s *Set) OfAccount(a model.AccountID) []int { return s.byAccount[a] }

// OfHost returns those on a host.
func (s *Set) OfHost(h model.HostID) []int { return s.byHost[h] }

// OfFailure returns those that a failure is part of, by its index in
// Snapshot.Failures.
func (s *Set) OfFailure(i int) []int { return s.byFailure[i] }

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
}

func newSet(drafts []draft, t Thresholds) *Set {
	slices.SortFunc(drafts, func(a, b draft) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.ID, b.ID))
	})
	s := &Set{
		Thresholds: t, bySession: map[model.SessionRow][]int{}, byAccount: map[model.AccountID][]int{},
		byHost: map[model.HostID][]int{}, byFailure: map[int][]int{},
	}
	for i := range drafts {
		d := &drafts[i]
		s.All = append(s.All, d.Finding)
		for _, n := range d.sessions {
			note(s.bySession, n, i)
		}
		for _, n := range d.failures {
			note(s.byFailure, n, i)
		}
		for _, h := range d.Hosts {
			note(s.byHost, h, i)
		}
		if d.Account != model.None {
			note(s.byAccount, d.Account, i)
		}
		for _, a := range d.Accounts {
			note(s.byAccount, a, i)
		}
	}
	return s
}

func note[K comparable](m map[K][]int, k K, i int) {
	if list := m[k]; len(list) == 0 || list[len(list)-1] != i {
		m[k] = append(list, i)
	}
}
