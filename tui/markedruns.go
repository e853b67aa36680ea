package tui

import (
	"spoor/model"
	"spoor/model/event"
)

// markedRuns counts the marked sessions of the rows of a frame. A row may stand
// for a run of millions of them, and hashing each for its name in every frame
// would keep keys waiting: what was counted holds until marks change.
type markedRuns struct {
	snap    *model.Snapshot
	version int // of the marks
	counted map[listedRow]int
	// logons are the logon IDs of what is marked, nil where that is much: a
	// session of another one needs no hash.
	logons map[event.LogonID]bool
}

// listedRow is a row of a list.
type listedRow struct {
	rows rows
	row  int
}

const (
	// mostCounted is how many rows are remembered: more than a screen has.
	mostCounted = 1 << 10
	// fewMarks is how many marks there are at most where their logon IDs are
	// listed.
	fewMarks = 10_000
)

// among counts the marked ones of a row's sessions, and all of them.
func (c *markedRuns) among(m *marks, snap *model.Snapshot, rows rows, row int) (n, of int) {
	sessions := rows.sessions(row)
	if m.sessions.count == 0 || len(sessions) == 0 {
		return 0, len(sessions)
	}
	if c.snap != snap || c.version != m.version || c.counted == nil {
		c.begin(m, snap)
	}
	key := listedRow{rows, row}
	if n, ok := c.counted[key]; ok {
		return n, len(sessions)
	}
	for _, row := range sessions {
		if c.logons != nil && !c.logons[snap.SessionLogonID(row)] {
			continue
		}
		if m.sessions.has(refOf(snap, row)) {
			n++
		}
	}
	if len(c.counted) >= mostCounted {
		clear(c.counted)
	}
	c.counted[key] = n
	return n, len(sessions)
}

func (c *markedRuns) begin(m *marks, snap *model.Snapshot) {
	*c = markedRuns{snap: snap, version: m.version, counted: map[listedRow]int{}}
	if m.sessions.count <= fewMarks {
		c.logons = make(map[event.LogonID]bool, m.sessions.count)
		for ref := range m.sessions.all() {
			c.logons[ref.logon] = true
		}
	}
}
