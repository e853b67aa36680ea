package model

import (
	"cmp"
	"path"
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

// identify groups logs into hosts. Names are one host where the logs prove it:
// the same name without another domain SID, a rename inside one log, or a bare
// name that belongs to just one full name without a contradiction. All else is
// kept apart: two hosts made one would join what never met.
func identify(t *table, logs []streamState, files []string) []hostGroup {
	h := &hostFinder{table: t, logs: logs, files: files, parent: make([]uint32, len(logs))}
	for i := range h.parent {
		h.parent[i] = uint32(i)
	}
	h.sameName()
	h.renames()
	h.bareNames()
	return h.groups()
}

// hostFinder joins streams in a union-find; the lowest stream is the root.
type hostFinder struct {
	*table
	logs   []streamState
	files  []string
	parent []uint32
	blank  map[uint32]uint32 // streams without a computer, by file
}

func (h *hostFinder) root(i uint32) uint32 {
	for h.parent[i] != i {
		h.parent[i] = h.parent[h.parent[i]]
		i = h.parent[i]
	}
	return i
}

func (h *hostFinder) join(a, b uint32) {
	a, b = h.root(a), h.root(b)
	if a > b {
		a, b = b, a
	}
	h.parent[b] = a
}

func (h *hostFinder) computer(i uint32) string { return strings.ToLower(h.texts[h.logs[i].computer]) }

func (h *hostFinder) folder(i uint32) string {
	if f := int(h.logs[i].file); f < len(h.files) {
		return path.Dir(strings.ReplaceAll(h.files[f], `\`, "/"))
	}
	return ""
}

// sameName joins the logs of one name. Where they name several domain SIDs
// they are several hosts; logs that name none then go with the host whose logs
// lie in the same folder, if there is just one.
func (h *hostFinder) sameName() {
	byName := map[string][]uint32{}
	for i := range h.logs {
		name := h.computer(uint32(i))
		if name == "" {
			name = "\x00" + h.folder(uint32(i))
		}
		byName[name] = append(byName[name], uint32(i))
	}
	for _, streams := range byName {
		byBase := map[string]uint32{}
		for _, s := range streams {
			if base := h.logs[s].domainSID(); base != "" {
				if first, ok := byBase[base]; ok {
					h.join(first, s)
				} else {
					byBase[base] = s
				}
			}
		}
		for _, s := range streams {
			switch base := h.logs[s].domainSID(); {
			case base != "":
			case len(byBase) == 0:
				h.join(streams[0], s)
			case len(byBase) == 1:
				for _, first := range byBase {
					h.join(first, s)
				}
			default:
				h.joinByFolder(s, streams)
			}
		}
	}
}

func (h *hostFinder) joinByFolder(s uint32, streams []uint32) {
	found := map[string]uint32{}
	rest := s
	for _, o := range streams {
		if h.folder(o) != h.folder(s) {
			continue
		}
		if base := h.logs[o].domainSID(); base != "" {
			found[base] = o
		} else {
			rest = min(rest, o)
		}
	}
	if len(found) == 1 {
		for _, o := range found {
			h.join(o, s)
		}
		return
	}
	h.join(rest, s)
}

// renames joins names that follow one another in one log of one file. The
// record numbers must go on without a hole and the names must not come again:
// a file of forwarded or merged logs holds many computers that are not one.
func (h *hostFinder) renames() {
	type log struct {
		file    event.FileID
		channel textID
	}
	names := map[log][]uint32{}
	for i := range h.logs {
		key := log{h.logs[i].file, h.logs[i].channel}
		names[key] = append(names[key], uint32(i))
	}
	renamed := h.renameEvents()
	for _, streams := range names {
		if len(streams) > 1 {
			h.renameChain(streams, renamed)
		}
	}
}

func (h *hostFinder) renameChain(streams []uint32, renamed map[[2]string]bool) {
	type part struct {
		stream      uint32
		first, last uint64
	}
	var parts []part
	for _, s := range streams {
		ids, _, ok := h.logs[s].span()
		if !ok || h.computer(s) == "" {
			return
		}
		parts = append(parts, part{s, ids[0], ids[1]})
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.first, b.first) })
	for i := 1; i < len(parts); i++ {
		if parts[i].first <= parts[i-1].last {
			return
		}
	}
	for i := 1; i < len(parts); i++ {
		a, b := parts[i-1], parts[i]
		said := renamed[[2]string{shortName(h.computer(a.stream)), shortName(h.computer(b.stream))}]
		if a.last+1 == b.first || said {
			h.join(a.stream, b.stream)
		}
	}
}

// renameEvents reads System 6011: old and new NetBIOS name, folded.
func (h *hostFinder) renameEvents() map[[2]string]bool {
	out := map[[2]string]bool{}
	for i := range h.logs {
		if !strings.EqualFold(h.texts[h.logs[i].channel], "System") {
			continue
		}
		for _, r := range h.logs[i].rows {
			for n := r.from; n < r.from+r.n; n++ {
				if h.row(n).kind == event.ComputerRenamed {
					out[[2]string{shortName(strings.ToLower(h.text(n, event.OldName))), shortName(strings.ToLower(h.text(n, event.NewName)))}] = true
				}
			}
		}
	}
	return out
}

// bareNames joins a name without a domain to the full name of the same
// computer, if there is just one and no log of theirs contradicts.
func (h *hostFinder) bareNames() {
	full, bare := map[string]map[uint32]bool{}, map[string]map[uint32]bool{}
	add := func(m map[string]map[uint32]bool, name string, root uint32) {
		if m[name] == nil {
			m[name] = map[uint32]bool{}
		}
		m[name][root] = true
	}
	for i := range h.logs {
		name, root := h.computer(uint32(i)), h.root(uint32(i))
		switch short := shortName(name); {
		case name == "":
		case short == name:
			add(bare, name, root)
		default:
			add(full, short, root)
		}
	}
	for name, roots := range bare {
		if len(roots) != 1 || len(full[name]) != 1 {
			continue
		}
		for a := range roots {
			for b := range full[name] {
				if a != b && !h.contradict(a, b) {
					h.join(a, b)
				}
			}
		}
	}
}

// contradict reports whether the logs of two hosts cannot be one host's: their
// record numbers overlap, or run against the clock.
func (h *hostFinder) contradict(a, b uint32) bool {
	for i := range h.logs {
		if h.root(uint32(i)) != a {
			continue
		}
		for k := range h.logs {
			if h.root(uint32(k)) == b && strings.EqualFold(h.texts[h.logs[i].channel], h.texts[h.logs[k].channel]) && against(&h.logs[i], &h.logs[k]) {
				return true
			}
		}
	}
	return h.base(a) != "" && h.base(b) != "" && h.base(a) != h.base(b)
}

func (h *hostFinder) base(root uint32) string {
	for i := range h.logs {
		if h.root(uint32(i)) == root {
			if base := h.logs[i].domainSID(); base != "" {
				return base
			}
		}
	}
	return ""
}

func against(a, b *streamState) bool {
	ids, times, ok := a.span()
	ids2, times2, ok2 := b.span()
	if !ok || !ok2 {
		return false
	}
	if ids[0] > ids2[0] {
		ids, ids2, times, times2 = ids2, ids, times2, times
	}
	return ids[1] >= ids2[0] || times[0] > times2[1]
}

func (h *hostFinder) groups() []hostGroup {
	at := map[uint32]int{}
	var out []hostGroup
	for i := range h.logs {
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
		if log.netbios != 0 {
			g.netbios = strings.ToLower(h.texts[log.netbios])
		}
		if base := log.domainSID(); base > g.domainSID {
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
