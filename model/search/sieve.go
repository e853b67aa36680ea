package search

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Rows is the rows of a list as a filter sees them.
type Rows struct {
	Thing func(row int) Thing
	// Key, which may be nil, returns for a field that rows share, as an
	// account's sessions do its names, what names and numbers of it are of: a
	// small number, or false for a row of which they are its own; nil where
	// they always are.
	Key func(Field) func(row int) (uint32, bool)
	// Lasted, which may be nil, is that of a row's Thing.
	Lasted func(row int) (from, to time.Time)
}

// Sieve finds the rows of a list that filters let pass, by what their rows
// share, and remembers what each term let pass: with a letter more all other
// terms are known. It may be used from several goroutines.
type Sieve struct {
	rows   Rows
	count  int
	lock   sync.Mutex
	shared map[Field]*sharing
	terms  []sifted // the latest first
}

// sifted is the rows for which a term holds that does not negate.
type sifted struct {
	field Field
	text  string
	rows  Set
}

// mostSifted is how many terms' rows are remembered.
const mostSifted = 24

// NewSieve returns a sieve for a list of n rows.
func NewSieve(n int, rows Rows) *Sieve {
	return &Sieve{rows: rows, count: n, shared: map[Field]*sharing{}}
}

// Prepare makes what filters by the commonest fields need, if rows share them.
func (s *Sieve) Prepare(ctx context.Context) {
	for _, f := range [...]Field{User, Host, IP, Kind} {
		s.lock.Lock()
		s.sharing(ctx, f)
		s.lock.Unlock()
	}
}

// Pass returns the rows for which the terms of f hold; its words are not looked
// at. It returns ctx's error if ctx ends first.
func (s *Sieve) Pass(ctx context.Context, f Filter) (Set, error) {
	out := newSet(s.count).complement(s.count)
	var slow []*condition
	for i := range f.terms {
		c := &f.terms[i]
		rows, ok := s.term(ctx, c)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !ok {
			slow = append(slow, c)
			continue
		}
		if c.not {
			for i, word := range rows {
				out[i] &^= word
			}
			continue
		}
		for i, word := range rows {
			out[i] &= word
		}
	}
	for _, c := range slow {
		out.all(func(row uint32) bool {
			if c.holds(s.rows.Thing(int(row))) == c.not {
				out[row/64] &^= 1 << (row % 64)
			}
			return ctx.Err() == nil
		})
	}
	return out, ctx.Err()
}

// term returns the rows for which a term holds, were it not negated; false where
// each row must be looked at.
func (s *Sieve) term(ctx context.Context, c *condition) (Set, bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	same := func(o sifted) bool { return o.field == c.field && o.text == c.text }
	if i := slices.IndexFunc(s.terms, same); i >= 0 {
		return s.terms[i].rows, true
	}
	var rows Set
	if timed := c.field == After || c.field == Before; timed && s.rows.Lasted != nil {
		rows = s.within(ctx, c)
	} else if x := s.sharing(ctx, c.field); x != nil && !c.active() {
		rows = x.among(x.hold(c, s.rows.Thing))
	}
	if rows == nil || ctx.Err() != nil {
		return nil, false
	}
	s.terms = slices.Insert(s.terms[:min(len(s.terms), mostSifted-1)], 0, sifted{c.field, c.text, rows})
	return rows, true
}

func (s *Sieve) within(ctx context.Context, c *condition) Set {
	out := newSet(s.count)
	for row := range s.count {
		if row%checkEvery == 0 && ctx.Err() != nil {
			return nil
		}
		if c.within(s.rows.Lasted(row)) {
			out[row/64] |= 1 << (row % 64)
		}
	}
	return out
}

// sharing returns what rows share of a field, nil if nothing.
func (s *Sieve) sharing(ctx context.Context, f Field) *sharing {
	if x, ok := s.shared[f]; ok {
		return x
	}
	var x *sharing
	if s.rows.Key != nil {
		if key := s.rows.Key(f); key != nil {
			x = share(ctx, s.count, key)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	s.shared[f] = x
	return x
}

// sharing is what rows share of one field, by keys that leave no number out.
type sharing struct {
	keys  []uint32 // by row
	first []uint32 // by key: a row that has it
	// names are the folded names of a key, once they are asked for: the
	// numbers of words, which are distinct.
	names [][]uint32
	words []string
}

func share(ctx context.Context, n int, key func(int) (uint32, bool)) *sharing {
	x := &sharing{keys: make([]uint32, n)}
	var known []uint32 // by the list's own key: that of here, plus one
	for row := range n {
		if row%checkEvery == 0 && ctx.Err() != nil {
			return nil
		}
		k, ok := key(row)
		if ok && int64(k) >= int64(len(known)) {
			known = append(known, make([]uint32, int(k)+1-len(known)+len(known)/2)...)
		}
		if !ok || known[k] == 0 {
			x.first = append(x.first, uint32(row))
			x.keys[row] = uint32(len(x.first) - 1)
			if ok {
				known[k] = uint32(len(x.first))
			}
			continue
		}
		x.keys[row] = known[k] - 1
	}
	return x
}

// hold says for each key whether a term holds: 1 or 0.
func (x *sharing) hold(c *condition, thing func(int) Thing) []uint8 {
	out := make([]uint8, len(x.first))
	switch c.field {
	case Type, EventID, Logon, After, Before:
		for k, row := range x.first {
			if c.holds(thing(int(row))) {
				out[k] = 1
			}
		}
		return out
	}
	x.name(c.field, thing)
	matched := make([]bool, len(x.words))
	for i, word := range x.words {
		matched[i] = c.named(word)
	}
	for k, names := range x.names {
		for _, n := range names {
			if matched[n] {
				out[k] = 1
				break
			}
		}
	}
	return out
}

// name folds the names of all keys, once.
func (x *sharing) name(f Field, thing func(int) Thing) {
	if x.names != nil {
		return
	}
	x.names = make([][]uint32, len(x.first))
	known := map[string]uint32{}
	for k, row := range x.first {
		for _, name := range thing(int(row)).Names(f) {
			word := folded(f, name)
			id, ok := known[word]
			if !ok {
				id = uint32(len(x.words))
				known[word] = id
				x.words = append(x.words, word)
			}
			x.names[k] = append(x.names[k], id)
		}
	}
}

// among returns the rows of keys that are 1.
func (x *sharing) among(held []uint8) Set {
	out := newSet(len(x.keys))
	for i := range out {
		word := uint64(0)
		for bit, k := range x.keys[i*64 : min(i*64+64, len(x.keys))] {
			word |= uint64(held[k]) << bit
		}
		out[i] = word
	}
	return out
}
