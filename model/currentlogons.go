package model

// currentLogons finds the newest logon of each ID in a boot. What events name
// was mostly named a moment ago, so the latest are kept in front of the rest.
type currentLogons struct {
	recent [1 << 8]currentLogon
	all    idMap[uint32]
}

type currentLogon struct {
	id uint64 // 0: none
	at uint32
}

func (c *currentLogons) slot(id uint64) *currentLogon {
	return &c.recent[id*0x9e3779b97f4a7c15>>56]
}

func (c *currentLogons) get(id uint64) (at uint32, ok bool) {
	recent := c.slot(id)
	if recent.id == id {
		return recent.at, id != 0
	}
	if at, ok = c.all.get(id); ok {
		*recent = currentLogon{id, at}
	}
	return at, ok
}

// set notes the newest logon of an ID, which is not 0.
func (c *currentLogons) set(id uint64, at uint32) {
	c.all.set(id, at)
	*c.slot(id) = currentLogon{id, at}
}

func (c *currentLogons) clear() { *c = currentLogons{} }
