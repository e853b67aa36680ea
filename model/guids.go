package model

import "spoor/model/event"

// guidBlock is how many GUIDs a block of a guidList holds.
const guidBlock = 1 << 12

// guidList numbers GUIDs from 1; 0 is the zero GUID. Its blocks are never moved
// and what they hold never changes, so a copy is what readers may keep.
type guidList struct {
	blocks []*[guidBlock]event.GUID
	count  uint32
}

func (l *guidList) at(n uint32) event.GUID {
	if n == 0 {
		return event.GUID{}
	}
	return l.blocks[(n-1)/guidBlock][(n-1)%guidBlock]
}

func (l *guidList) add(g event.GUID) uint32 {
	if l.count%guidBlock == 0 {
		l.blocks = append(l.blocks, new([guidBlock]event.GUID))
	}
	l.blocks[l.count/guidBlock][l.count%guidBlock] = g
	l.count++
	return l.count
}
