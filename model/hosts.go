package model

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"spoor/model/event"
)

// identify groups logs into hosts. Names are one host where the logs prove it:
// a rename inside one log, the same name without another domain SID, or a bare
// name that belongs to just one full name without a contradiction. All else is
// kept apart: two hosts made one would join what never met.
//
// Names alone never join two hosts through a third name: many machines are
// renamed from the one name that their image came with.
func identify(t *table, logs []streamState, files []string) []hostGroup {
	h := &hostFinder{table: t, logs: logs, files: files, parent: make([]uint32, len(logs)), name: map[uint32]string{}, older: map[uint32][]string{}}
	for i := range h.parent {
		h.parent[i] = uint32(i)
	}
	h.renames()
	h.sameName()
	h.olderNames()
	h.bareNames()
	return h.groups()
}

// hostFinder joins streams in a union-find; the lowest stream is the root.
type hostFinder struct {
	*table
	logs   []streamState
	files  []string
	parent []uint32
	name   map[uint32]string   // the newest name, by stream
	older  map[uint32][]string // the names before it, by stream
	beside map[string]string   // the one domain SID of a folder and DNS domain
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
		h.name[uint32(i)] = h.computer(uint32(i))
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
			continue
		}
		parts = append(parts, part{s, ids[0], ids[1]})
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.first, b.first) })
	for i := 1; i < len(parts); i++ {
		if parts[i].first <= parts[i-1].last {
			return
		}
	}
	for i := len(parts) - 1; i > 0; i-- {
		a, b := parts[i-1], parts[i]
		said := renamed[[2]string{shortName(h.computer(a.stream)), shortName(h.computer(b.stream))}]
		if a.last+1 != b.first && !said {
			continue
		}
		h.join(a.stream, b.stream)
		h.name[a.stream] = h.name[b.stream]
		h.older[b.stream] = append(h.older[b.stream], h.computer(a.stream))
	}
}

// sameName joins the logs of one newest name. Where they name several domain
// SIDs they are several hosts; logs that name none then go with the host whose
// logs, or whose domain's logs, lie in the same folder, if there is just one.
func (h *hostFinder) sameName() {
	byName := map[string][]uint32{}
	for i := range h.logs {
		name := h.name[uint32(i)]
		if name == "" {
			name = "\x00" + h.folder(uint32(i))
		}
		byName[name] = append(byName[name], uint32(i))
	}
	for _, streams := range byName {
		bases := map[uint32]string{} // by root: a rename may have come with a domain
		for _, s := range streams {
			if base := h.domainSID(&h.logs[s]); base != "" && h.computer(s) == h.name[s] {
				bases[h.root(s)] = base
			}
		}
		byBase := map[string]uint32{}
		for _, s := range streams {
			if base := bases[h.root(s)]; base != "" {
				if first, ok := byBase[base]; ok {
					h.join(first, s)
				} else {
					byBase[base] = s
				}
				bases[h.root(s)] = base
			}
		}
		for _, s := range streams {
			switch {
			case bases[h.root(s)] != "":
			case len(byBase) == 0:
				h.join(streams[0], s)
			case len(byBase) == 1:
				for _, first := range byBase {
					h.join(first, s)
				}
			default:
				h.joinByFolder(s, streams, bases)
			}
		}
	}
}

func (h *hostFinder) joinByFolder(s uint32, streams []uint32, bases map[uint32]string) {
	found := map[string]uint32{}
	rest := s
	for _, o := range streams {
		if h.folder(o) != h.folder(s) {
			continue
		}
		if base := bases[h.root(o)]; base != "" {
			found[base] = o
		} else {
			rest = min(rest, o)
		}
	}
	if base := h.besides(s); len(found) == 0 && base != "" {
		for _, o := range streams {
			if bases[h.root(o)] == base {
				found[base] = o
				break
			}
		}
	}
	if len(found) == 1 {
		for base, o := range found {
			h.join(o, s)
			bases[h.root(o)] = base
		}
		return
	}
	h.join(rest, s)
}

// besides returns the domain SID that all hosts of a log's DNS domain in its
// folder have: what lies together was collected together.
func (h *hostFinder) besides(s uint32) string {
	place := func(s uint32) string {
		_, domain, _ := strings.Cut(h.name[s], ".")
		return h.folder(s) + "\x00" + domain
	}
	if h.beside == nil {
		h.beside = map[string]string{}
		for i := range h.logs {
			base, at := h.domainSID(&h.logs[i]), place(uint32(i))
			if base == "" {
				continue
			}
			if old, ok := h.beside[at]; ok && old != base {
				base = ""
			}
			h.beside[at] = base
		}
	}
	return h.beside[place(s)]
}

// olderNames joins logs under a name that just one host was renamed from.
func (h *hostFinder) olderNames() {
	renamed := map[string]map[uint32]bool{}
	for s, names := range h.older {
		for _, n := range names {
			note(renamed, n, h.root(s))
		}
	}
	h.joinOnly(renamed, h.byNewest(func(string) bool { return true }))
}

// bareNames joins a name without a domain to the full name of the same
// computer, if there is just one and no log of theirs contradicts.
func (h *hostFinder) bareNames() {
	full := map[string]map[uint32]bool{}
	for name, roots := range h.byNewest(func(n string) bool { return strings.Contains(n, ".") }) {
		for r := range roots {
			note(full, shortName(name), r)
		}
	}
	h.joinOnly(full, h.byNewest(func(n string) bool { return !strings.Contains(n, ".") }))
}

func note(m map[string]map[uint32]bool, name string, root uint32) {
	if m[name] == nil {
		m[name] = map[uint32]bool{}
	}
	m[name][root] = true
}

// byNewest lists the hosts of each newest name.
func (h *hostFinder) byNewest(use func(string) bool) map[string]map[uint32]bool {
	out := map[string]map[uint32]bool{}
	for i := range h.logs {
		if name := h.name[uint32(i)]; name != "" && use(name) {
			note(out, name, h.root(uint32(i)))
		}
	}
	return out
}

// joinOnly joins what two lists have under one name, where each has just one
// host there and their logs can be one host's.
func (h *hostFinder) joinOnly(known, names map[string]map[uint32]bool) {
	members := map[uint32][]uint32{}
	for i := range h.logs {
		r := h.root(uint32(i))
		members[r] = append(members[r], uint32(i))
	}
	type pair struct{ a, b uint32 }
	var pairs []pair
	for name, roots := range names {
		if len(roots) != 1 || len(known[name]) != 1 {
			continue
		}
		for a := range roots {
			for b := range known[name] {
				if a != b && !h.contradict(members[a], members[b]) {
					pairs = append(pairs, pair{a, b})
				}
			}
		}
	}
	for _, p := range pairs {
		h.join(p.a, p.b)
	}
}

// contradict reports whether the logs of two hosts cannot be one host's: their
// domains differ, or their record numbers contradict each other.
func (h *hostFinder) contradict(a, b []uint32) bool {
	var base string
	for _, s := range append(slices.Clone(a), b...) {
		own := h.domainSID(&h.logs[s])
		if own != "" && base != "" && own != base {
			return true
		}
		base = cmp.Or(own, base)
	}
	for _, x := range a {
		for _, y := range b {
			if strings.EqualFold(h.texts[h.logs[x].channel], h.texts[h.logs[y].channel]) && h.against(&h.logs[x], &h.logs[y]) {
				return true
			}
		}
	}
	return false
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

// against reports whether the numbers of two logs overlap or run against the
// clock. Copies of the same records do neither.
func (h *hostFinder) against(a, b *streamState) bool {
	ids, times, ok := a.span()
	ids2, times2, ok2 := b.span()
	if !ok || !ok2 {
		return false
	}
	if ids[0] > ids2[0] {
		ids, ids2, times, times2 = ids2, ids, times2, times
	}
	if ids[1] >= ids2[0] {
		return !h.copies(a, b)
	}
	return times[0] > times2[1]
}

// copies reports whether two logs hold records of the same numbers and times,
// and none of the same number and another time.
func (h *hostFinder) copies(a, b *streamState) bool {
	when := make(map[uint64]event.FileTime, a.events)
	for _, r := range a.rows {
		for n := r.from; n < r.from+r.n; n++ {
			when[h.row(n).record] = h.row(n).time
		}
	}
	same := false
	for _, r := range b.rows {
		for n := r.from; n < r.from+r.n; n++ {
			if t, ok := when[h.row(n).record]; ok && t != h.row(n).time {
				return false
			} else if ok {
				same = true
			}
		}
	}
	return same
}
