package model

import (
	"cmp"
	"slices"
	"strings"

	"spoor/model/event"
)

// channelRange is where the events of one log of a host lie among its events.
// A log may have had several lives: numbers start again when a machine is
// installed again, and another machine may have had the same name.
type channelRange struct {
	channel  textID
	from, to uint32
	lives    []uint32 // where each life begins; the first at from
}

// orderEvents brings a host's events into the order in which its logs were
// written: by log, then by record number, which the clock does not order.
// Records that several files hold are kept once.
func orderEvents(t *table, logs []streamState, g hostGroup, files []string) (events []uint32, channels []channelRange, duplicates int) {
	byChannel := map[string][]uint32{}
	for _, s := range g.streams {
		if logs[s].kept > 0 {
			name := strings.ToLower(t.texts[logs[s].channel])
			byChannel[name] = append(byChannel[name], s)
		}
	}
	names := make([]string, 0, len(byChannel))
	total := 0
	for name, streams := range byChannel {
		names = append(names, name)
		for _, s := range streams {
			total += logs[s].kept
		}
	}
	slices.Sort(names)
	events = make([]uint32, 0, total)
	for _, name := range names {
		streams := byChannel[name]
		c := channelRange{channel: logs[streams[0]].channel, from: uint32(len(events))}
		for _, life := range t.lives(fileRuns(t, logs, streams)) {
			c.lives = append(c.lives, uint32(len(events)))
			before := len(events)
			events = appendDistinct(t, events, life, files)
			duplicates += len(life) - (len(events) - before)
		}
		c.to = uint32(len(events))
		channels = append(channels, c)
	}
	return events, channels, duplicates
}

// fileRuns returns one sorted run of rows for each file of a log.
func fileRuns(t *table, logs []streamState, streams []uint32) [][]uint32 {
	byFile := map[event.FileID]int{}
	var sizes []int
	for _, s := range streams {
		at, ok := byFile[logs[s].file]
		if !ok {
			at = len(sizes)
			byFile[logs[s].file] = at
			sizes = append(sizes, 0)
		}
		sizes[at] += logs[s].kept
	}
	runs := make([][]uint32, len(sizes))
	for i, n := range sizes {
		runs[i] = make([]uint32, 0, n)
	}
	for _, s := range streams {
		at := byFile[logs[s].file]
		for _, r := range logs[s].rows {
			for n := r.from; n < r.from+r.n; n++ {
				runs[at] = append(runs[at], n)
			}
		}
	}
	for _, run := range runs {
		t.sortRun(run)
	}
	return runs
}

const (
	// leastPiece is how long pieces must be on average for ordering them to be
	// worth more than ordering all rows.
	leastPiece = 64
	// leastLeap is how many numbers are left out where another worker's piece
	// belongs: fewer than a piece has records.
	leastLeap = 256
)

// sortRun orders the rows of a file. Workers hand a file over in pieces that
// are in order by themselves: mostly those alone have to be ordered. A piece
// ends where the numbers fall, or leap over another piece.
func (t *table) sortRun(rows []uint32) {
	var pieces [][]uint32
	for from, to := 0, 0; from < len(rows) && len(pieces) <= len(rows)/leastPiece; from = to {
		last := t.row(rows[from])
		for to = from + 1; to < len(rows); to++ {
			r := t.row(rows[to])
			if compareWritten(last, r) > 0 || r.record-last.record >= leastLeap {
				break
			}
			last = r
		}
		pieces = append(pieces, rows[from:to])
	}
	if len(pieces) == 1 && len(pieces[0]) == len(rows) {
		return
	}
	slices.SortStableFunc(pieces, func(a, b []uint32) int { return t.compareRows(a[0], b[0]) })
	if len(pieces) <= len(rows)/leastPiece && t.follow(pieces) {
		copy(rows, slices.Concat(pieces...))
		return
	}
	t.sortRows(rows)
}

// sortRows orders rows that come in no order: with what they are ordered by
// beside them, for looking it up each time would take several times as long.
func (t *table) sortRows(rows []uint32) {
	type numbered struct {
		record uint64
		time   event.FileTime
		row    uint32
	}
	all := make([]numbered, len(rows))
	for i, n := range rows {
		r := t.row(n)
		all[i] = numbered{r.record, r.time, n}
	}
	slices.SortFunc(all, func(a, b numbered) int {
		return cmp.Or(cmp.Compare(a.record, b.record), cmp.Compare(a.time, b.time))
	})
	for i := range all {
		rows[i] = all[i].row
	}
}

// follow reports whether each of some ordered rows ends before the next begins.
func (t *table) follow(runs [][]uint32) bool {
	for i := 1; i < len(runs); i++ {
		if before := runs[i-1]; t.compareRows(before[len(before)-1], runs[i][0]) > 0 {
			return false
		}
	}
	return true
}

func (t *table) compareRows(a, b uint32) int { return compareWritten(t.row(a), t.row(b)) }

// compareWritten compares by record number, then by time.
func compareWritten(a, b *row) int {
	if a.record != b.record {
		return cmp.Compare(a.record, b.record)
	}
	return cmp.Compare(a.time, b.time)
}

// run is the records of one log in one file.
type run struct {
	rows             []uint32
	earliest, latest event.FileTime
}

// lives merges runs that are parts of one log. A run belongs to another life
// of the log where the same numbers have other times, or where lower numbers
// are all later.
func (t *table) lives(files [][]uint32) [][]uint32 {
	runs := make([]run, len(files))
	for i, rows := range files {
		first := t.row(rows[0]).time
		runs[i] = run{rows, first, first}
		for _, n := range rows {
			at := t.row(n).time
			runs[i].earliest, runs[i].latest = min(runs[i].earliest, at), max(runs[i].latest, at)
		}
	}
	slices.SortFunc(runs, func(a, b run) int {
		return cmp.Or(cmp.Compare(a.earliest, b.earliest), t.compareRows(a.rows[0], b.rows[0]), cmp.Compare(len(a.rows), len(b.rows)))
	})
	var out [][]run
	for _, r := range runs {
		at := slices.IndexFunc(out, func(life []run) bool {
			return !slices.ContainsFunc(life, func(o run) bool { return t.otherLife(o, r) })
		})
		if at < 0 {
			at = len(out)
			out = append(out, nil)
		}
		out[at] = append(out[at], r)
	}
	merged := make([][]uint32, len(out))
	for i, parts := range out {
		rows := make([][]uint32, len(parts))
		for k := range parts {
			rows[k] = parts[k].rows
		}
		merged[i] = t.mergeRuns(rows)
	}
	return merged
}

func (t *table) otherLife(x, y run) bool {
	a, b := x.rows, y.rows
	if t.row(a[0]).record > t.row(b[0]).record {
		x, y, a, b = y, x, b, a
	}
	if t.row(a[len(a)-1]).record < t.row(b[0]).record {
		return x.earliest > y.latest
	}
	same, differ := 0, 0
	for i, k := 0, 0; i < len(a) && k < len(b); {
		p, q := t.row(a[i]), t.row(b[k])
		switch c := cmp.Compare(p.record, q.record); {
		case c < 0:
			i++
		case c > 0:
			k++
		default:
			if p.time == q.time {
				same++
			} else {
				differ++
			}
			i++
			k++
		}
	}
	return differ > same
}

func (t *table) mergeRuns(runs [][]uint32) []uint32 {
	if len(runs) > 1 && t.follow(runs) {
		return slices.Concat(runs...)
	}
	for len(runs) > 1 {
		next := runs[:0:0]
		for i := 0; i < len(runs); i += 2 {
			if i+1 == len(runs) {
				next = append(next, runs[i])
			} else {
				next = append(next, t.mergeTwo(runs[i], runs[i+1]))
			}
		}
		runs = next
	}
	return runs[0]
}

func (t *table) mergeTwo(a, b []uint32) []uint32 {
	out := make([]uint32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if t.compareRows(a[0], b[0]) <= 0 {
			out = append(out, a[0])
			a = a[1:]
		} else {
			out = append(out, b[0])
			b = b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// appendDistinct appends the rows of one life, of equal neighbours (computer,
// record number, time) only the best copy.
func appendDistinct(t *table, events, life []uint32, files []string) []uint32 {
	for i := 0; i < len(life); {
		first, end := t.row(life[i]), i+1
		for end < len(life) && compareWritten(first, t.row(life[end])) == 0 {
			end++
		}
		if end == i+1 {
			events = append(events, life[i])
		} else {
			events = appendCopies(t, events, life[i:end], files)
		}
		i = end
	}
	return events
}

func appendCopies(t *table, events, same []uint32, files []string) []uint32 {
	slices.SortFunc(same, func(a, b uint32) int { return compareCopies(t, a, b, files) })
	from := len(events)
	for _, n := range same {
		known := slices.ContainsFunc(events[from:], func(o uint32) bool {
			return strings.EqualFold(t.computer(o), t.computer(n)) && t.row(o).id == t.row(n).id
		})
		if !known {
			events = append(events, n)
		}
	}
	return events
}

// compareCopies puts the better of two copies of a record first: one that its
// chunk vouches for, then the one that says more, then by where it lies.
func compareCopies(t *table, a, b uint32, files []string) int {
	x, y := t.row(a), t.row(b)
	name := func(i uint32) string {
		if f := int(t.streams[t.cameFrom(i).stream].file); f < len(files) {
			return files[f]
		}
		return ""
	}
	return cmp.Or(cmp.Compare(t.computer(a), t.computer(b)), compareBool(t.cameFrom(a).recovered, t.cameFrom(b).recovered), cmp.Compare(t.said(b), t.said(a)),
		cmp.Compare(name(a), name(b)), cmp.Compare(x.chunk, y.chunk), cmp.Compare(x.offset, y.offset))
}

func (t *table) computer(i uint32) string { return t.texts[t.streams[t.cameFrom(i).stream].computer] }

// said counts the columns of an event that hold something.
func (t *table) said(i uint32) int {
	r := t.row(i)
	l := &t.layouts[r.kind]
	n := 0
	for k := range l.slots {
		s := &l.slots[k]
		said := false
		if s.numeric() {
			_, said = t.digits(l, s, t.at(r))
		} else {
			said = t.textID(i, s.column) != 0 || s.part == 0 && t.word(l, s, t.at(r))[0] != 0
		}
		if said {
			n++
		}
	}
	return n
}
