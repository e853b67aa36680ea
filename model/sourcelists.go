package model

import "iter"

// sourceLists are the addresses that accounts came from: numbers of texts, of
// which very many accounts have very many.
type sourceLists struct {
	first []uint32 // by account
	all   pieces[textID]
}

// Sources yields the addresses that an account came from, as many as its From
// says, newest first.
func (s *Snapshot) Sources(a AccountID) iter.Seq[string] {
	return func(yield func(string) bool) {
		n := uint32(s.Account(a).From)
		for i := range n {
			if !yield(s.texts[*s.sources.all.at(s.sources.first[a] + i)]) {
				return
			}
		}
	}
}
