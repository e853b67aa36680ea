package tui

import (
	"time"

	"spoor/model"
	"spoor/model/event"
)

// view is what lists are built from: a snapshot and how to look at it. It is
// never written after it was made, but for its sums, which look after
// themselves; so commands may read it beside Update.
type view struct {
	snap  *model.Snapshot
	zone  *time.Location
	all   bool // boring accounts too
	folds bool // network logons that follow on each other are one row
	ascii bool // the terminal has no other letters
	read  func(event.Ref) (*event.Record, error)

	first, last event.FileTime // of all events
	loading     bool
	layout      string      // of short times
	names       []string    // of hosts, by HostID
	damaged     int         // what could not be read of files
	unread      int         // files of which nothing could
	noted       int         // what else is to be said of files
	sums        *sums       // hashed since
	agreements  *agreements // of the second reader since
	keys        *keymap     // for prose that names them
	judged      *judged
}

func newView(snap *model.Snapshot, zone *time.Location, all, loading bool, read func(event.Ref) (*event.Record, error)) *view {
	v := &view{snap: snap, zone: zone, all: all, loading: loading, read: read, names: hostNames(snap.Hosts())}
	for _, d := range snap.Damage() {
		switch _, read := snap.Stats(d.File); {
		case d.Note:
			v.noted++
		case !read && d.Chunk < 0 && d.Offset < 0:
			v.unread++
		default:
			v.damaged++
		}
	}
	for _, h := range snap.Hosts() {
		if h.First != 0 && (v.first == 0 || h.First < v.first) {
			v.first = h.First
		}
		v.last = max(v.last, h.Last)
	}
	v.layout = "01-02 15:04:05"
	if v.first.Time().In(zone).Year() != v.last.Time().In(zone).Year() {
		v.layout = "2006-01-02 15:04:05"
	}
	return v
}

// key names the key of a command.
func (v *view) key(command string) string { return v.keys.of(command) }

// now is the end of the evidence in the zone: what times without a year or a
// zone are near.
func (v *view) now() time.Time { return v.last.Time().In(v.zone) }

// small reports whether lists of v are built quickly enough to wait for.
func (v *view) small() bool { return small(v.snap) }

func small(snap *model.Snapshot) bool { return snap.SessionCount()+snap.EventCount() < 20_000 }

// clock writes the time of a day to the second.
func (v *view) clock(t event.FileTime) string { return t.Time().In(v.zone).Format("15:04:05") }

// short writes a time to the second; the header names the year and the zone.
func (v *view) short(t event.FileTime) string {
	if t == 0 {
		return "-"
	}
	return t.Time().In(v.zone).Format(v.layout)
}

// precise writes a time with all digits but without its day.
func (v *view) precise(t event.FileTime) string {
	if t == 0 {
		return "-"
	}
	return t.Time().In(v.zone).Format(v.layout + ".0000000")
}

// full writes a time completely.
func (v *view) full(t event.FileTime) string {
	if t == 0 {
		return "-"
	}
	return t.Format(v.zone)
}

// span names the days that the evidence covers and the zone.
func (v *view) span() string {
	now := v.last.Time()
	if v.last == 0 {
		return zoneName(v.zone, time.Unix(0, 0))
	}
	from, to := v.first.Time().In(v.zone).Format("2006-01-02"), v.last.Time().In(v.zone).Format("2006-01-02")
	if from == to {
		return from + "  " + zoneName(v.zone, now)
	}
	return from + " to " + to + "  " + zoneName(v.zone, now)
}
