package tui

import (
	"context"
	"fmt"
	"strings"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
	"spoor/model/search"
	"spoor/tui/table"
)

// exhibit is one file of evidence with all that is known of it.
type exhibit struct {
	file        event.File
	stats       event.FileStats
	read        bool
	logs        []model.Coverage
	damage      []event.Damage // what was lost
	notes       []event.Damage
	first, last event.FileTime
	gaps        int
	shown       string // its name without what all names begin with
}

// evidenceList is the root of files, gaps and damage.
func evidenceList() *list { return newList("evidence", search.Ranked, buildEvidence) }

func buildEvidence(_ context.Context, v *view) rows {
	return &listing[*exhibit]{
		items: v.exhibits(),
		cols:  evidenceColumns(v),
		id:    func(x *exhibit) string { return fmt.Sprintf("%d %s", x.file.ID, x.file.Name) },
		found: func(x *exhibit, add func(string)) {
			add(x.file.Name)
			add(x.file.SHA256)
			for _, c := range x.logs {
				add(c.Computer)
				add(c.Channel)
			}
		},
		say:      func(x *exhibit, p *page) { v.sayExhibit(x, p) },
		next:     func(x *exhibit) *list { return troubleList(x.shown, x.file) },
		copyText: func(x *exhibit) string { return x.file.Name },
		info:     about{one: "file", many: "files", empty: "no file was found to read"},
	}
}

// exhibits gathers what is known of each file. Damage of files that never
// opened has a name but no file of its own.
func (v *view) exhibits() []*exhibit {
	var out []*exhibit
	byID := map[event.FileID]*exhibit{}
	for _, f := range v.snap.Files() {
		x := &exhibit{file: f}
		x.stats, x.read = v.snap.Stats(f.ID)
		byID[f.ID] = x
		out = append(out, x)
	}
	for _, c := range v.snap.Coverage() {
		if x := byID[c.File]; x != nil {
			x.logs = append(x.logs, c)
			x.gaps += len(c.Gaps)
			if c.First != 0 && (x.first == 0 || c.First < x.first) {
				x.first = c.First
			}
			x.last = max(x.last, c.Last)
		}
	}
	unread := map[string]*exhibit{}
	for _, d := range v.snap.Damage() {
		x := byID[d.File]
		if x == nil || d.Name != "" && d.Name != x.file.Name {
			if x = unread[d.Name]; x == nil {
				x = &exhibit{file: event.File{ID: d.File, Name: d.Name}}
				unread[d.Name] = x
				out = append(out, x)
			}
		}
		if d.Note {
			x.notes = append(x.notes, d)
		} else {
			x.damage = append(x.damage, d)
		}
	}
	nameBriefly(out)
	return out
}

// nameBriefly gives each file the shortest end of its path that no other has.
func nameBriefly(all []*exhibit) {
	for depth := 1; depth <= mostFolders; depth++ {
		ends := map[string]int{}
		for _, x := range all {
			ends[pathEnd(x.file.Name, depth)]++
		}
		open := false
		for _, x := range all {
			if x.shown != "" {
				continue
			}
			end := pathEnd(x.file.Name, depth)
			if ends[end] == 1 || end == x.file.Name || depth == mostFolders {
				x.shown = end
			}
			open = open || x.shown == ""
		}
		if !open {
			return
		}
	}
}

// mostFolders is how many parts of a path are shown at most.
const mostFolders = 6

// pathEnd returns the last parts of a path. A collection is a folder too.
func pathEnd(name string, parts int) string {
	end := len(name)
	for range parts {
		i := strings.LastIndexAny(name[:end], `/\:`)
		if i < 0 {
			return name
		}
		end = i
	}
	return name[end+1:]
}

// records counts what was read of a file, at the moment or in the end.
func (x *exhibit) records() int {
	if x.read {
		return int(x.stats.Records)
	}
	n := uint64(0)
	for _, c := range x.logs {
		n += c.Records
	}
	return int(n)
}

// hosts names the computers whose records a file holds.
func (x *exhibit) hosts(v *view) string {
	var out []string
	seen := map[string]bool{}
	for _, c := range x.logs {
		name := v.hostName(c.Host)
		if name == "?" {
			name = c.Computer
		}
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	if len(out) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(out[:2], " "), len(out)-2)
	}
	return strings.Join(out, " ")
}

// trouble says in few words what is wrong with a file.
func (x *exhibit) trouble() table.Cell {
	var parts []string
	style := table.Plain
	if n := len(x.damage); n > 0 {
		parts, style = append(parts, fmt.Sprintf("%d damaged", n)), table.Bad
	}
	if x.gaps > 0 {
		parts = append(parts, count(x.gaps, "gap", "gaps"))
		style = max(style, table.Warn)
		if len(x.damage) > 0 {
			style = table.Bad
		}
	}
	if n := len(x.notes); n > 0 {
		parts = append(parts, count(n, "note", "notes"))
	}
	if !x.read && len(x.damage) == 0 {
		parts = append(parts, "reading")
	}
	return table.Cell{Text: strings.Join(parts, ", "), Style: style}
}

func evidenceColumns(v *view) []column[*exhibit] {
	return []column[*exhibit]{
		textColumn("FILE", 18, 48, 0, func(x *exhibit) string { return x.shown }),
		textColumn("HOST", 10, 30, 1, func(x *exhibit) string { return x.hosts(v) }),
		countColumn("RECORDS", 1, table.Plain, (*exhibit).records),
		{Column: table.Column{Title: "FIRST", Min: len(v.layout), Max: 19, Priority: 3}, quiet: true,
			cell:   func(x *exhibit) table.Cell { return table.Cell{Text: v.short(x.first)} },
			number: func(x *exhibit) uint64 { return uint64(x.first) }},
		{Column: table.Column{Title: "LAST", Min: len(v.layout), Max: 19, Priority: 4}, quiet: true,
			cell:   func(x *exhibit) table.Cell { return table.Cell{Text: v.short(x.last)} },
			number: func(x *exhibit) uint64 { return uint64(x.last) }},
		{Column: table.Column{Title: "SIZE", Min: 9, Max: 9, Priority: 5, Right: true}, quiet: true,
			cell:   func(x *exhibit) table.Cell { return table.Cell{Text: bytesWords(x.file.Size)} },
			number: func(x *exhibit) uint64 { return uint64(x.file.Size) }},
		{Column: table.Column{Title: "NOTES", Min: 12, Max: 32, Priority: 2},
			cell:   (*exhibit).trouble,
			number: func(x *exhibit) uint64 { return uint64(len(x.damage)) }},
	}
}

func (v *view) sayExhibit(x *exhibit, p *page) {
	p.head(x.file.Name)
	hash := x.file.SHA256
	if hash == "" {
		hash = "not yet known"
	}
	p.label("size", thousands(x.file.Size)+" bytes")
	p.label("sha-256", hash)
	if x.read {
		s := x.stats
		p.label("read", count(s.Records, "record", "records")+" in "+count(s.Chunks, "chunk", "chunks"),
			some(s.DamagedRecords, "damaged record", "damaged records"), some(s.DamagedChunks, "damaged chunk", "damaged chunks"),
			some(s.RecoveredRecords, "recovered record", "recovered records"), some(s.EmptyChunks, "empty chunk", "empty chunks"))
	}
	for _, d := range x.damage {
		p.styled("damage", table.Bad, export.Place(d))
	}
	for _, c := range x.logs {
		p.label("log", c.Channel+" of "+c.Computer, count(c.Records, "record", "records"),
			fmt.Sprintf("%d to %d", c.FirstID, c.LastID), v.full(c.First)+" to "+v.full(c.Last), some(uint64(len(c.Gaps)), "gap", "gaps"))
	}
	for _, d := range x.notes {
		p.label("note", export.Place(d))
	}
}

func some(n uint64, one, many string) string {
	if n == 0 {
		return ""
	}
	return count(n, one, many)
}

// trouble is one thing that is wrong with a file, or worth knowing.
type trouble struct {
	kind, where, what string
	style             table.Style
	index             int
}

// troubleList says in words what could not be read of a file and what is
// missing in it.
func troubleList(title string, f event.File) *list {
	return newList(title, search.Tiered, func(_ context.Context, v *view) rows {
		return &listing[trouble]{
			items: v.troubles(f),
			cols: []column[trouble]{
				{Column: table.Column{Title: "KIND", Min: 7, Max: 7},
					cell: func(t trouble) table.Cell { return table.Cell{Text: t.kind, Style: t.style} },
					text: func(t trouble) string { return t.kind }},
				textColumn("WHERE", 16, 40, 1, func(t trouble) string { return t.where }),
				textColumn("WHAT", 20, 0, 0, func(t trouble) string { return t.what }),
			},
			id: func(t trouble) string { return fmt.Sprint(t.index) },
			say: func(t trouble, p *page) {
				p.head(t.kind, t.where)
				p.add(t.what)
				p.label("file", f.Name)
			},
			copyText: func(t trouble) string { return join(f.Name, t.kind, t.where, t.what) },
			info:     about{one: "entry", many: "entries", empty: "this file was read without damage, gaps or notes"},
		}
	})
}

func (v *view) troubles(f event.File) []trouble {
	var out []trouble
	add := func(kind string, style table.Style, where, what string) {
		out = append(out, trouble{kind, where, what, style, len(out)})
	}
	for _, x := range v.exhibits() {
		if x.file.ID != f.ID || x.file.Name != f.Name {
			continue
		}
		for _, d := range x.damage {
			add("damage", table.Bad, damagePlace(d), d.Reason)
		}
		for _, c := range x.logs {
			for _, g := range c.Gaps {
				missing := uint64(0)
				if g.Before > g.After {
					missing = g.Before - g.After - 1
				}
				add("gap", table.Warn, c.Channel+" of "+c.Computer, fmt.Sprintf(
					"%s between %d (%s) and %d (%s) are not in this file",
					count(missing, "record", "records"), g.After, v.full(g.From), g.Before, v.full(g.To)))
			}
		}
		for _, d := range x.notes {
			add("note", table.Plain, damagePlace(d), d.Reason)
		}
	}
	return out
}

// damagePlace says where in a file damage lies.
func damagePlace(d event.Damage) string {
	switch {
	case d.Chunk >= 0 && d.Offset >= 0:
		return fmt.Sprintf("chunk %d, byte %d", d.Chunk, d.Offset)
	case d.Chunk >= 0:
		return fmt.Sprintf("chunk %d", d.Chunk)
	case d.Offset >= 0:
		return fmt.Sprintf("byte %d", d.Offset)
	}
	return "the file"
}
