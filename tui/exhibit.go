package tui

import (
	"fmt"
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
	"spoor/tui/table"
)

// exhibit is one file of evidence with all that is known of it.
type exhibit struct {
	file        event.File
	stats       event.FileStats
	opened      bool // else only damage speaks of it, and its ID is not its own
	read        bool
	logs        []model.Coverage
	damage      []event.Damage // what was lost
	notes       []event.Damage
	clears      []model.Clear // of its logs, or told by its records
	first, last event.FileTime
	gaps        int
	shown       string // the end of its name that tells it apart
}

// exhibits gathers what is known of each file. Damage of files that never
// opened has a name but no file of its own.
func (v *view) exhibits() []*exhibit {
	var out []*exhibit
	byID := map[event.FileID]*exhibit{}
	for _, f := range v.snap.Files() {
		x := &exhibit{file: f, opened: true}
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
	for _, c := range v.snap.Clears() {
		told := v.snap.Event(c.Event).Ref.File
		for _, x := range out {
			if x.opened && (x.file.ID == told || x.holds(c)) {
				x.clears = append(x.clears, c)
			}
		}
	}
	nameBriefly(out)
	return out
}

// holds reports whether a file is of a log whose clearing is told elsewhere:
// that of Security is told by its own new first record, and older copies of it
// were not cleared.
func (x *exhibit) holds(c model.Clear) bool {
	return !strings.EqualFold(c.Channel, "Security") && slices.ContainsFunc(x.logs, func(log model.Coverage) bool {
		return log.Host == c.Host && strings.EqualFold(log.Channel, c.Channel)
	})
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
			break
		}
	}
	shorter := map[string]int{}
	for _, x := range all {
		shorter[shortLog(x.shown)]++
	}
	for _, x := range all {
		if s := shortLog(x.shown); shorter[s] == 1 {
			x.shown = s
		}
	}
}

// longNames are the parts of the names that Windows gives to the files of logs
// which tell little, and what is shown for them.
var longNames = strings.NewReplacer("Microsoft-Windows-", "", "TerminalServices-", "TS-", "%4Operational", "", "%4", "/")

// shortLog shortens the name of a file that Windows named after a log:
// FS01/Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx
// is FS01/TS-LocalSessionManager.
func shortLog(end string) string {
	base := strings.LastIndexAny(end, `/\:`) + 1
	name, ok := strings.CutSuffix(end[base:], ".evtx")
	if !ok || !strings.HasPrefix(name, "Microsoft-Windows-") {
		return end
	}
	return end[:base] + longNames.Replace(name)
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

// damageWord names what is said of a file that could not be read at all, or not
// whole.
func (x *exhibit) damageWord() string {
	if x.read {
		return "damage"
	}
	return "unread"
}

// trouble says in few words what is wrong with a file.
func (x *exhibit) trouble(v *view) table.Cell {
	var parts []string
	style := table.Plain
	if x.gaps > 0 || len(x.clears) > 0 {
		style = table.Warn
	}
	switch n := len(x.damage); {
	case n > 0 && !x.read:
		parts, style = append(parts, "not read"), table.Bad
	case n > 0:
		parts, style = append(parts, fmt.Sprintf("%d damaged", n)), table.Bad
	}
	if len(x.clears) > 0 {
		parts = append(parts, "cleared")
	}
	if x.gaps > 0 {
		parts = append(parts, count(x.gaps, "gap", "gaps"))
	}
	if n := len(x.notes); n > 0 {
		parts = append(parts, count(n, "note", "notes"))
	}
	if !x.read && len(x.damage) == 0 {
		parts = append(parts, "reading")
	}
	if word, worse := v.agreements.of(x.file.ID).word(); word != "" {
		parts = append(parts, word)
		if style != table.Bad && worse != table.Plain {
			style = worse
		}
	}
	return table.Cell{Text: strings.Join(parts, ", "), Style: style}
}
