package model

import (
	"cmp"
	"slices"
	"strings"

	"spoor/model/event"
)

// hostGroup is the logs of one host.
type hostGroup struct {
	streams   []uint32 // ascending
	name      string
	spellings []string
	domainSID string
	kdc       bool
	logged    bool
	netbios   string // its domain's short name by its own account, folded
}

func (h *hostFinder) groups() []hostGroup {
	at := map[uint32]int{}
	var out []hostGroup
	for i := range h.logs {
		if h.computer(uint32(i)) == "" && h.logs[i].events == 0 {
			continue // pieces of records that name no computer
		}
		r := h.root(uint32(i))
		k, ok := at[r]
		if !ok {
			k = len(out)
			at[r] = k
			out = append(out, hostGroup{})
		}
		out[k].streams = append(out[k].streams, uint32(i))
	}
	for i := range out {
		h.describe(&out[i])
	}
	slices.SortFunc(out, func(a, b hostGroup) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), cmp.Compare(a.domainSID, b.domainSID),
			cmp.Compare(h.first(a), h.first(b)), cmp.Compare(h.folder(a.streams[0]), h.folder(b.streams[0])))
	})
	return out
}

func (h *hostFinder) first(g hostGroup) event.FileTime {
	var first event.FileTime
	for _, s := range g.streams {
		if t := h.logs[s].first; t != 0 && (first == 0 || t < first) {
			first = t
		}
	}
	return first
}

// describe finds what a host is called: the name of its newest record, by
// number, not by a clock that may have been set.
func (h *hostFinder) describe(g *hostGroup) {
	seen := map[string]bool{}
	type named struct {
		name     string
		security bool
		last     uint64
		full     bool
	}
	var names []named
	for _, s := range g.streams {
		log := &h.logs[s]
		security := strings.EqualFold(h.texts[log.channel], "Security")
		g.kdc = g.kdc || log.kdc
		g.logged = g.logged || security && (log.events > 0 || len(log.runs) > 0)
		for _, n := range log.within {
			if name := strings.ToLower(h.texts[n]); !strings.Contains(name, ".") && name > g.netbios && name != "workgroup" {
				g.netbios = name
			}
		}
		if base := h.domainSID(log); base > g.domainSID {
			g.domainSID = base
		}
		name := h.texts[log.computer]
		if name == "" {
			continue
		}
		if !seen[name] {
			seen[name] = true
			g.spellings = append(g.spellings, name)
		}
		ids, _, _ := log.span()
		names = append(names, named{name, security, ids[1], strings.Contains(name, ".")})
	}
	slices.Sort(g.spellings)
	if len(names) == 0 {
		return
	}
	newest := slices.MaxFunc(names, func(a, b named) int {
		return cmp.Or(compareBool(a.security, b.security), cmp.Compare(a.last, b.last), compareBool(a.full, b.full), cmp.Compare(b.name, a.name))
	})
	g.name = newest.name
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
