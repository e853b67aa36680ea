package search

import (
	"slices"
	"sort"
	"strconv"
	"strings"
)

// number is a number by which a machine calls a row. There are more of them
// than of everything else that rows are found by, so they are no values: a
// term finds those that begin with its digits.
type number struct {
	value uint64
	row   uint32
}

// The two ways to write numbers.
const (
	logonIDs      = iota // 0x3e7
	sixteenDigits        // 00000000000003e7
)

// leastDigits is how many digits without 0x before them are looked for among
// numbers: fewer begin too many to mean one.
const leastDigits = 3

// digit is how many bits of numbers are ordered at once.
const digit = 11

// orderNumbers returns numbers in order; equal ones keep theirs.
func orderNumbers(all []number) []number {
	some, every := uint64(0), ^uint64(0)
	for _, x := range all {
		some |= x.value
		every &= x.value
	}
	next := make([]number, len(all))
	for shift := 0; shift < 64; shift += digit {
		if (some^every)>>shift&(1<<digit-1) == 0 {
			continue
		}
		var starts [1<<digit + 1]int
		for _, x := range all {
			starts[x.value>>shift&(1<<digit-1)+1]++
		}
		for i := range 1 << digit {
			starts[i+1] += starts[i]
		}
		for _, x := range all {
			at := &starts[x.value>>shift&(1<<digit-1)]
			next[*at] = x
			*at++
		}
		all, next = next, all
	}
	return slices.Clip(all)
}

// numbered returns the numbers that begin with a term, scored as values that
// do.
func (ix *Index) numbered(t term) []match {
	digits, named := strings.CutPrefix(t.text, "0x")
	if len(digits) > 16 || !named && len(digits) < leastDigits || strings.Trim(digits, "0123456789abcdef") != "" {
		return nil
	}
	const begins = contiguous - 18 + atStart
	var out []match
	note := func(found []number, score int) {
		if len(found) > 0 {
			out = append(out, match{score: score, numbers: found})
		}
	}
	if digits == "" {
		return append(out, match{score: begins, set: ix.logged})
	}
	n, _ := strconv.ParseUint(digits, 16, 64)
	if digits[0] != '0' {
		note(between(ix.numbers[logonIDs], n, n), begins+whole-atStart)
		for shift := 4; shift <= 64-4*len(digits); shift += 4 {
			note(between(ix.numbers[logonIDs], n<<shift, (n+1)<<shift-1), begins)
		}
	} else if len(digits) == 1 {
		note(between(ix.numbers[logonIDs], 0, 0), begins+whole-atStart)
	}
	if !named {
		shift := 64 - 4*len(digits)
		note(between(ix.numbers[sixteenDigits], n<<shift, n<<shift|(1<<shift-1)), begins)
	}
	return out
}

// between returns the numbers from one value to another, that one included.
func between(all []number, from, to uint64) []number {
	a := sort.Search(len(all), func(i int) bool { return all[i].value >= from })
	b := sort.Search(len(all), func(i int) bool { return all[i].value > to })
	return all[a:max(a, b)]
}
