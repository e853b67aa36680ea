package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/model"
	"spoor/model/export"
	"spoor/model/search"
)

// arrangement is what --where, --sort, --limit and --fields ask of a list.
type arrangement struct {
	where, sort string
	limit       int
	fields      []string
}

func (a *arrangement) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.where, "where", "", "only rows that this filter `lets` pass, as in the screens: user:a* -type:5 ip:10.0.0.0/8 after:2026-03-02")
	f.StringVar(&a.sort, "sort", "", "sort by this `column` of --format csv; with - before it the other way round")
	f.IntVar(&a.limit, "limit", 0, "print `N` rows at most; 0 is no limit")
	f.StringSliceVar(&a.fields, "fields", nil, "print these `columns` of --format csv, in this order; of json these keys")
}

// arranged is a list as it is asked for.
type arranged[T any] struct {
	columns []export.Column[T]
	keys    []string // of JSON; nil: all
	sort    *export.Column[T]
	down    bool
	limit   int
	filter  search.Filter
	all     []export.Column[T]
	where   string
	// keeps says which rows --where leaves, whatever it asks; nil: none.
	keeps        func(T) bool
	seen, passed int // rows that --where was asked of, and that it let pass
}

// arrange reads the flags, against the columns that a list has.
func arrange[T any](a *arrangement, o *options, columns, plain []export.Column[T]) (*arranged[T], error) {
	zone, err := o.location()
	if err != nil {
		return nil, err
	}
	out := &arranged[T]{columns: columns, limit: a.limit, all: plain, where: a.where}
	if a.limit < 0 {
		return nil, usage("--limit %d: want a number of rows, or 0 for all", a.limit)
	}
	if out.filter, err = search.ParseFilter(a.where, time.Time{}.In(zone)); err != nil {
		return nil, usage("--where %q: %s", a.where, err)
	}
	if a.sort != "" {
		name, down := strings.CutPrefix(a.sort, "-")
		i := slices.IndexFunc(plain, func(c export.Column[T]) bool { return c.Name == name })
		if i < 0 {
			return nil, usage("--sort %q: no such column; there are %s", name, columnNames(plain))
		}
		out.sort, out.down = &plain[i], down
	}
	if a.fields == nil {
		return out, nil
	}
	if f := export.Format(o.format); f == export.JSON || f == export.JSONL {
		known := jsonKeys[T]()
		for _, f := range a.fields {
			if !slices.Contains(known, f) {
				return nil, usage("--fields %q: no such key; there are %s", f, strings.Join(known, ", "))
			}
		}
		out.keys = a.fields
		return out, nil
	}
	out.columns = nil
	for _, f := range a.fields {
		i := slices.IndexFunc(columns, func(c export.Column[T]) bool { return c.Name == f })
		if i < 0 {
			return nil, usage("--fields %q: no such column; there are %s", f, columnNames(columns))
		}
		c := columns[i]
		c.CSVOnly = false
		out.columns = append(out.columns, c)
	}
	return out, nil
}

func columnNames[T any](columns []export.Column[T]) string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// jsonKeys are the keys of a record, in its order.
func jsonKeys[T any]() []string {
	var zero T
	b, err := json.Marshal(zero)
	if err != nil {
		return nil
	}
	return keysOf(b)
}

func keysOf(object []byte) []string {
	dec := json.NewDecoder(strings.NewReader(string(object)))
	var keys []string
	if _, err := dec.Token(); err != nil {
		return nil
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return keys
		}
		keys = append(keys, fmt.Sprint(key))
		var skipped json.RawMessage
		if dec.Decode(&skipped) != nil {
			return keys
		}
	}
	return keys
}

// rows filters, sorts and cuts rows.
func (a *arranged[T]) rows(in iter.Seq[T]) iter.Seq[T] {
	if !a.filter.Empty() {
		in = a.filtered(in)
	}
	if a.sort != nil {
		in = a.sorted(in)
	}
	if a.limit == 0 {
		return in
	}
	return func(yield func(T) bool) {
		n := 0
		for row := range in {
			if n++; !yield(row) || n == a.limit {
				return
			}
		}
	}
}

func (a *arranged[T]) filtered(in iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		for row := range in {
			a.seen++
			if !a.lets(row) {
				continue
			}
			if a.passed++; !yield(row) {
				return
			}
		}
	}
}

// lets reports whether --where leaves a row.
func (a *arranged[T]) lets(row T) bool {
	return a.keeps != nil && a.keeps(row) || a.passes(row)
}

// emptied says on stderr that rows were there, and that --where let none of
// those pass that print was given: such an answer is of the filter.
func (a *arranged[T]) emptied(env *environment, o *options, s *model.Snapshot) {
	if a.seen > 0 && a.passed == 0 {
		env.empty(o, s, "nothing of what the other flags choose passes --where %s", a.where)
	}
}

// passes reports whether a row's fields hold and each word is in some column.
func (a *arranged[T]) passes(row T) bool {
	if a.filter.Structured() && !a.filter.Match(recordThing(row)) {
		return false
	}
	return a.filter.Words.Within(func(contains func(string) bool) bool {
		return slices.ContainsFunc(a.all, func(c export.Column[T]) bool { return contains(c.Text(row)) })
	})
}

func (a *arranged[T]) sorted(in iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		type keyed struct {
			row    T
			text   string
			number float64
			is     bool
		}
		var all []keyed
		for row := range in {
			k := keyed{row: row, text: a.sort.Text(row)}
			n, err := strconv.ParseFloat(k.text, 64)
			k.number, k.is = n, err == nil
			if a.sort.Rank != nil {
				k.number, k.is = float64(a.sort.Rank(row)), true
			}
			all = append(all, k)
		}
		slices.SortStableFunc(all, func(x, y keyed) int {
			order := cmp.Compare(strings.ToLower(x.text), strings.ToLower(y.text))
			if x.is && y.is {
				order = cmp.Compare(x.number, y.number)
			}
			if a.down {
				return -order
			}
			return order
		})
		for _, k := range all {
			if !yield(k.row) {
				return
			}
		}
	}
}

// print writes the rows as they are asked for.
func (a *arranged[T]) print(ctx context.Context, env *environment, o *options, in iter.Seq[T]) error {
	rows := a.rows(in)
	if a.keys == nil {
		return printRows(ctx, env, o, a.columns, rows)
	}
	return printRows(ctx, env, o, nil, func(yield func(picked) bool) {
		for row := range rows {
			if !yield(picked{row, a.keys}) {
				return
			}
		}
	})
}

// picked is a record of which only some keys are written, in their order.
type picked struct {
	record any
	keys   []string
}

// MarshalJSON implements json.Marshaler.
func (p picked) MarshalJSON() ([]byte, error) {
	b, err := json.Marshal(p.record)
	if err != nil {
		return nil, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	out := []byte{'{'}
	for i, k := range p.keys {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(k)
		if err != nil {
			return nil, err
		}
		value := all[k]
		if value == nil {
			value = json.RawMessage("null")
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	return append(out, '}'), nil
}
