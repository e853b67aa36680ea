package tui

import (
	"context"
	"fmt"

	"spoor/model/export"
	"spoor/model/search"
	"spoor/tui/table"
)

const evidenceTitle = "evidence"

// evidenceList is the root of files, gaps and damage.
func evidenceList() *list { return newList(evidenceTitle, search.Ranked, buildEvidence) }

func buildEvidence(_ context.Context, v *view) rows {
	return &listing[*exhibit]{
		items: v.exhibits(),
		cols:  evidenceColumns(v),
		id:    func(x *exhibit) string { return fmt.Sprintf("%d %s", x.file.ID, x.file.Name) },
		found: func(x *exhibit, add func(string)) {
			add(x.file.Name)
			add(v.sum(x).text)
			add(v.agreements.of(x.file.ID).Outcome)
			for _, c := range x.logs {
				add(c.Computer)
				add(c.Channel)
			}
		},
		say:      func(x *exhibit, p *page) { v.sayExhibit(x, p) },
		next:     func(x *exhibit) *list { return troubleList(x.shown, x.file) },
		copyText: func(x *exhibit) string { return x.file.Name },
		info:     about{kind: "evidence", one: "file", many: "files", hashed: true, empty: "no file was found to read"},
	}
}

func evidenceColumns(v *view) []column[*exhibit] {
	return []column[*exhibit]{
		{Column: table.Column{Title: "FILE", Min: 18, Max: 48, Ends: true},
			cell: func(x *exhibit) table.Cell { return table.Cell{Text: x.shown} },
			text: func(x *exhibit) string { return x.shown }},
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
		{Column: table.Column{Title: "NOTES", Min: 18, Max: 32, Priority: 2},
			cell:   func(x *exhibit) table.Cell { return x.trouble(v) },
			number: func(x *exhibit) uint64 { return uint64(len(x.damage)) }},
	}
}

func (v *view) sayExhibit(x *exhibit, p *page) {
	p.head(x.file.Name)
	p.label("size", thousands(x.file.Size)+" bytes")
	switch hash := v.sum(x); {
	case hash.err != nil:
		p.styled("sha-256", table.Bad, "not known: "+hash.err.Error())
	case hash.text != "":
		p.label("sha-256", hash.text)
	case !x.opened || v.sums.leavesOut(x.file.ID):
		p.label("sha-256", "not known: the file was not read")
	default:
		p.label("sha-256", "not yet known")
	}
	if x.read {
		s := x.stats
		p.label("read", count(s.Records, "record", "records")+" in "+count(s.Chunks, "chunk", "chunks"),
			some(s.DamagedRecords, "damaged record", "damaged records"), some(s.DamagedChunks, "damaged chunk", "damaged chunks"),
			some(s.RecoveredRecords, "recovered record", "recovered records"), some(s.EmptyChunks, "empty chunk", "empty chunks"))
	}
	v.sayAgreement(x, p)
	for _, d := range x.damage {
		p.styled(x.damageWord(), table.Bad, export.Place(d))
	}
	for _, c := range x.logs {
		p.label("log", c.Channel+" of "+c.Computer, count(c.Records, "record", "records"),
			fmt.Sprintf("%d to %d", c.FirstID, c.LastID), v.full(c.First)+" to "+v.full(c.Last), some(uint64(len(c.Gaps)), "gap", "gaps"))
	}
	for _, c := range x.clears {
		p.styled("cleared", table.Warn, v.clearWords(c))
	}
	v.sayGaps(x, p)
	for _, d := range x.notes {
		p.label("note", export.Place(d))
	}
}

// sum is what is known of a file's SHA-256.
func (v *view) sum(x *exhibit) sum {
	if x.file.SHA256 != "" || !x.opened {
		return sum{text: x.file.SHA256}
	}
	return v.sums.of(x.file.ID)
}

// mostGaps is how many gaps the details name; the list below names all.
const mostGaps = 3

func (v *view) sayGaps(x *exhibit, p *page) {
	left := mostGaps
	for _, c := range x.logs {
		for _, g := range c.Gaps[:min(left, len(c.Gaps))] {
			p.styled("gap", table.Warn, v.gapWords(g))
			left--
		}
	}
	if more := x.gaps - mostGaps; more > 0 {
		p.styled("gap", table.Warn, fmt.Sprintf("and %s more; %s lists them", thousands(more), v.key("enter")))
	}
}

func some(n uint64, one, many string) string {
	if n == 0 {
		return ""
	}
	return count(n, one, many)
}
