package parser

import (
	"encoding/binary"

	"spoor/model/event"
)

// leap is the tokens of one element that holds a text and nothing else, matched
// at once: an element of System, or a Data element with its Name. Nearly all of
// a fragment without a template is such elements. What a leap matches, its
// bones match one by one.
type leap struct {
	element   uint32 // label
	attribute uint32 // label of the one attribute, or 0
	// What follows the last name's offset and comes before the text's length.
	from, to uint32 // in skeletons.patterns
	last     int32  // the bone of the element's end
	other    int32  // index+1 in skeletons.leaps of another one that begins alike
	then     int32  // index+1 in skeletons.leaps of one that may follow, or 0
	token    byte   // that it begins with
}

// maxLeaps bounds how many leaps one bone begins: the events of a log differ
// in what their first Data is.
const maxLeaps = 16

// leap follows leaps from the first of them that fits on, of those that begin as
// the one of index first-1 does, for as long as one follows another. It appends
// their texts to slots, and returns where it ended and which bone was matched
// last, or 0.
func (k *skeletons) leap(first int32, chunk []byte, pos, end int, turn uint32, slots []slot) (_ []slot, next int, last int32) {
	for i := first; i != 0 && pos < end; {
		l := &k.leaps[i-1]
		text, next, ok := k.fits(l, chunk, pos, end, turn)
		if !ok {
			i = l.other
			continue
		}
		slots = append(slots, text)
		pos, last, i = next, l.last, l.then
	}
	return slots, pos, last
}

// fits tries a leap. It returns where its text lies, and what follows.
func (k *skeletons) fits(l *leap, chunk []byte, pos, end int, turn uint32) (text slot, next int, ok bool) {
	at := pos + 9
	if l.attribute != 0 {
		at = pos + 18
	}
	from := at + int(l.to-l.from)
	if from+2 > end || chunk[pos] != l.token || string(chunk[at:from]) != string(k.patterns[l.from:l.to]) ||
		!k.labels[l.element].isAt(chunk, pos+5, turn) || l.attribute != 0 && (chunk[pos+13] != tokenAttribute || !k.labels[l.attribute].isAt(chunk, pos+14, turn)) {
		return 0, 0, false
	}
	size := 2 * int(binary.LittleEndian.Uint16(chunk[from:]))
	from += 2
	next = from + size
	if next >= end || chunk[next] != tokenCloseElement || size > 0 && chunk[next-2] == 0 && chunk[next-1] == 0 {
		return 0, 0, false
	}
	return newSlot(uint32(from), uint32(size), uint8(event.String)), next + 1, true
}

// isAt reports whether the reference at pos is to the label, where that was
// found in this chunk before, and not to a name that follows it.
func (l *label) isAt(chunk []byte, pos int, turn uint32) bool {
	offset := binary.LittleEndian.Uint32(chunk[pos:])
	return l.turn == turn && l.at == offset && int(offset) != pos+4
}

// learnLeaps adds the leaps of the fragment that is being learnt, whose bones
// are those in path.
func (k *skeletons) learnLeaps(path []int32) {
	before := int32(0) // index+1 of the leap that ends before the bone at hand
	ends := -1         // where in path it ends
	for t := range path {
		n := k.leapSize(k.trace[t:])
		if n == 0 {
			continue
		}
		l := k.learnLeap(path[t:], k.trace[t:], n)
		if before != 0 && ends == t-1 && k.bones[path[ends]].next == path[t] {
			k.leaps[before-1].then = k.bones[path[t]].leap
		}
		before, ends = l, t+n-1
	}
}

// learnLeap adds the leap of the first n tokens of the trace, if it is not known
// and there is room for it. It returns its index+1, or 0.
func (k *skeletons) learnLeap(path []int32, trace []traced, n int) int32 {
	begin, last := &k.bones[path[0]], path[n-1]
	known := 0
	for i := begin.leap; i != 0; i = k.leaps[i-1].other {
		known++
		if k.leaps[i-1].last == last {
			return i
		}
	}
	if known >= maxLeaps {
		return 0
	}
	l := leap{token: begin.token, element: begin.label, from: uint32(len(k.patterns)), last: last, other: begin.leap}
	if n == 6 {
		l.attribute = k.bones[path[1]].label
		name := trace[2].name
		k.patterns = append(k.patterns, trace[2].token, 1)
		k.patterns = binary.LittleEndian.AppendUint16(k.patterns, uint16(len(name)/2))
		k.patterns = append(k.patterns, name...)
	}
	k.patterns = append(k.patterns, tokenCloseStart, trace[n-2].token, 1)
	l.to = uint32(len(k.patterns))
	k.leaps = append(k.leaps, l)
	begin.leap = int32(len(k.leaps))
	return begin.leap
}

// leapSize returns how many tokens the leap that the trace begins with has, or
// 0.
func (k *skeletons) leapSize(trace []traced) int {
	tokens := func(want ...byte) bool {
		for i, token := range want {
			if i >= len(trace) || trace[i].token != token {
				return false
			}
		}
		return true
	}
	switch {
	case tokens(tokenOpen, tokenCloseStart, tokenText, tokenCloseElement) && trace[2].slot:
		return 4
	case tokens(tokenOpen|moreFlag, tokenAttribute, tokenText, tokenCloseStart, tokenText, tokenCloseElement) && trace[2].fixed && trace[4].slot:
		return 6
	}
	return 0
}
