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
}

// maxLeaps bounds how many leaps one bone begins: the events of a log differ
// in what their first Data is.
const maxLeaps = 16

// leap tries the leaps that begin at b. It returns where its text lies and which
// bone was matched last, or false.
func (k *skeletons) leap(b *bone, chunk []byte, pos, end int, turn uint32) (text slot, next int, last int32, ok bool) {
	for i := b.leap; i != 0; i = k.leaps[i-1].other {
		l := &k.leaps[i-1]
		at := pos + 9
		if l.attribute != 0 {
			at = pos + 18
		}
		from := at + int(l.to-l.from)
		if from+2 > end || string(chunk[at:from]) != string(k.patterns[l.from:l.to]) ||
			!k.labels[l.element].isAt(chunk, pos+5, turn) || l.attribute != 0 && (chunk[pos+13] != tokenAttribute || !k.labels[l.attribute].isAt(chunk, pos+14, turn)) {
			continue
		}
		size := 2 * int(binary.LittleEndian.Uint16(chunk[from:]))
		from += 2
		next = from + size
		if next >= end || chunk[next] != tokenCloseElement || size > 0 && chunk[next-2] == 0 && chunk[next-1] == 0 {
			continue
		}
		return newSlot(uint32(from), uint32(size), uint8(event.String)), next + 1, l.last, true
	}
	return 0, 0, 0, false
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
	for t := range path {
		n := k.leapSize(k.trace[t:])
		if n == 0 {
			continue
		}
		begin, last := &k.bones[path[t]], path[t+n-1]
		known := 0
		for i := begin.leap; i != 0 && known < maxLeaps; i = k.leaps[i-1].other {
			known++
			if k.leaps[i-1].last == last {
				known = maxLeaps
			}
		}
		if known == maxLeaps {
			continue
		}
		l := leap{element: begin.label, from: uint32(len(k.patterns)), last: last, other: begin.leap}
		if n == 6 {
			l.attribute = k.bones[path[t+1]].label
			name := k.trace[t+2].name
			k.patterns = append(k.patterns, k.trace[t+2].token, 1)
			k.patterns = binary.LittleEndian.AppendUint16(k.patterns, uint16(len(name)/2))
			k.patterns = append(k.patterns, name...)
		}
		k.patterns = append(k.patterns, tokenCloseStart, k.trace[t+n-2].token, 1)
		l.to = uint32(len(k.patterns))
		k.leaps = append(k.leaps, l)
		begin.leap = int32(len(k.leaps))
	}
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
