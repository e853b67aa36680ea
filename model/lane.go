package model

import (
	"time"

	"spoor/model/event"
)

// lane is what a survey learns of the logs of computers of one name, and what
// a selection needs to know of them.
type lane struct {
	name   string // folded, as written
	whole  string // why all of it is kept, or ""
	kdc    bool
	timed  bool            // what lived at a time is asked for
	chosen bool            // what was on it is asked for
	users  map[uint32]bool // principals that it names, if so
	window window

	// Of the Security log, in the order of its records.
	last       uint64 // record
	begun      bool
	first, end event.FileTime // the least and the greatest time
	file       event.FileID
	inFile     int // rows of this file so far
	seen       map[sight]bool
	ahead      int // so many more rows are kept
	within     int // so many more rows are kept, up to a time
	until      event.FileTime
	previous   pending // the last 4624 of a logon ID that is not fixed
	sightings  *sightingFinder
	checked    map[string]event.FileTime // 4776, by name
	own        map[string]bool           // accounts of its own that were logged on
	vouched    map[string]bool           // names that a domain controller alone can check
	principals map[uint32]bool           // with a domain's SID; true: surely an account of the host's
	terminal   map[string]bool           // names in Terminal Services' logs
	seats      map[uint32]bool           // principals that sat at a desktop
	left       map[uint32]event.FileTime // principals that left a desktop, and when last
	prompts    bool                      // a prompt asked for a password
	starts     []uint64                  // the records that boots begin at
	local      map[uint32]bool           // principals of which all is kept on this host
	ids        idSet                     // logon IDs of what is kept
	clients    map[uint32]bool           // machine accounts that came for tickets from somewhere
	fixed      map[uint64]uint8          // Windows' own logon IDs seen in this boot
	watch      idWatch
	logonLives
	clockSet    bool             // a little at least
	served      []servedLogon    // of the network logons that were left out
	serves      servedLogon      // the row in hand, if it is such a one
	network     idSet            // IDs of network logons that were left out
	firsts      map[sightOf]bool // of each account one record of a kind is kept
	next, place int              // the boot to come, and how many rows came
	restarted   bool
}

// sight is a kind of record of which one is kept: that there is any says
// something.
type sight struct {
	id     uint16
	failed bool
}

// sightOf is a kind of record of one account.
type sightOf struct {
	sight
	who uint32
}

const (
	fixedNamed = 1 << iota
	fixedBegun
)

func newLane(name string, t *table) *lane {
	return &lane{
		name: name, seen: map[sight]bool{}, sightings: newSightingFinder(t), checked: map[string]event.FileTime{}, own: map[string]bool{},
		vouched: map[string]bool{}, principals: map[uint32]bool{}, terminal: map[string]bool{}, seats: map[uint32]bool{},
		left: map[uint32]event.FileTime{}, users: map[uint32]bool{}, clients: map[uint32]bool{}, local: map[uint32]bool{}, fixed: map[uint64]uint8{},
		logonLives: logonLives{machines: map[[2]uint32]addressUse{}},
	}
}

// rewind prepares a lane for another pass.
func (l *lane) rewind() {
	l.last, l.begun, l.inFile, l.ahead, l.within, l.place, l.next, l.restarted = 0, false, 0, 0, 0, 0, 0, false
	l.seen, l.ids, l.fixed, l.clients = map[sight]bool{}, idSet{}, map[uint64]uint8{}, map[uint32]bool{}
	l.served, l.network, l.firsts = nil, idSet{}, map[sightOf]bool{}
	l.previous = pending{}
	l.window = window{}
	l.watch.reset()
}

// irregular says why all of a lane is kept; the first reason counts.
func (l *lane) irregular(why string) {
	if l.whole == "" {
		l.whole = why
	}
}

// follow keeps the rows that come.
func (l *lane) follow(count int, from event.FileTime, span time.Duration) {
	if span == 0 {
		l.ahead = max(l.ahead, count)
		return
	}
	l.within, l.until = max(l.within, count), max(l.until, from.Add(span))
}

// inOrder takes note of a row of the Security log; false where the log's
// records are not in one order.
func (l *lane) inOrder(in *event.Row) bool {
	ok := (!l.begun || in.RecordID > l.last) && !in.Recovered
	if !l.begun || in.Time < l.first {
		l.first = in.Time
	}
	l.begun, l.last, l.end = true, in.RecordID, max(l.end, in.Time)
	return ok
}
