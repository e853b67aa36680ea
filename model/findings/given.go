package findings

// NewSet returns a set of findings that are known already, in the order of a
// [Set]. It knows of those sessions and failures alone that they list.
func NewSet(all []Finding, t Thresholds) *Set {
	drafts := make([]draft, len(all))
	for i, f := range all {
		drafts[i] = draft{Finding: f, sessions: f.Sessions, failures: f.Failures}
	}
	return newSet(drafts, t)
}
