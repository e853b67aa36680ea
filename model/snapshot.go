package model

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"spoor/model/event"
)

// Snapshot is an immutable view of everything known so far. Its lists must
// not be written to. Any number of goroutines may read it.
type Snapshot struct {
	table
	provisional bool
	files       []event.File
	stats       map[event.FileID]event.FileStats
	damage      []event.Damage
	unread      int // files
	records     uint64
	duplicates  int
	coverage    []Coverage

	groups   []hostGroup
	views    []*hostView
	events   []uint32 // where each host's rows begin, and the total
	logons   []uint32
	sessions []uint32
	hosts    []Host
	accounts []Account
	sources  sourceLists
	// accountOf names the account of a principal on a host.
	accountOf map[uint64]AccountID
	realms    realms
	book      *addressBook
	skews     []clock // by host

	once      sync.Once
	byTime    []SessionRow
	owners    []AccountID // by SessionRow
	byAccount map[AccountID][]SessionRow
	idOnce    sync.Once
	byID      []identified
	clearOnce sync.Once
	clears    []Clear
	attempts  []*attempt
	tracks    tracks
	storyOnce sync.Once
	stories   map[AccountID][]Change
	kinOnce   sync.Once
	childKin  map[SessionRow][]uint32 // of its host's kin
	joinOnce  sync.Once
	joinIndex *joins
	servings  servings
	hopOnce   sync.Once
	hops      *hops
	failOnce  sync.Once
	failed    []Failure
}

func newSnapshot(b *Builder, t table, groups []hostGroup, views []*hostView, provisional bool) *Snapshot {
	s := &Snapshot{
		table: t, provisional: provisional, files: slices.Clone(b.files), stats: maps.Clone(b.stats),
		damage: slices.Clone(b.damage), records: b.records, groups: groups, views: views,
		events: []uint32{0}, logons: []uint32{0}, sessions: []uint32{0},
	}
	for _, f := range s.files {
		if st := s.stats[f.ID]; st.Short != "" {
			s.damage = append(s.damage, st.EndsEarly(f.Name, f.Size))
		}
	}
	slices.SortStableFunc(s.damage, func(a, b event.Damage) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Chunk, b.Chunk), cmp.Compare(a.Offset, b.Offset))
	})
	s.unread = countUnread(s.damage)
	for i, v := range views {
		s.events = append(s.events, s.events[i]+uint32(len(v.events)))
		s.logons = append(s.logons, s.logons[i]+uint32(len(v.logons)))
		s.sessions = append(s.sessions, s.sessions[i]+uint32(len(v.sessions)))
		s.duplicates += v.duplicates
	}
	found := findAccounts(&s.table, b.names, groups, views)
	s.accounts, s.sources, s.accountOf = found.accounts, found.sources, found.byPrincipal()
	s.realms, s.book = found.realms, found.book
	s.book.realms = &s.realms
	s.skews = make([]clock, len(views))
	if !provisional {
		s.skews = s.findSkews()
	}
	s.hosts = s.makeHosts(b.store.logs)
	s.countFailures()
	s.coverage = s.makeCoverage(b.store.logs)
	return s
}

// Provisional reports whether evidence is still being read.
func (s *Snapshot) Provisional() bool { return s.provisional }

// Files returns the evidence, by FileID.
func (s *Snapshot) Files() []event.File { return s.files }

// Stats returns what is known of a file once it was read; false before.
func (s *Snapshot) Stats(id event.FileID) (event.FileStats, bool) {
	st, ok := s.stats[id]
	return st, ok
}

// Damage returns what could not be read, and notes, in the order of the files.
func (s *Snapshot) Damage() []event.Damage { return s.damage }

// Unread returns how many files could not be read at all, or were not read to
// their end.
func (s *Snapshot) Unread() int { return s.unread }

func countUnread(damage []event.Damage) int {
	files := map[event.FileID]bool{}
	for _, d := range damage {
		if d.Chunk < 0 && d.Offset < 0 && !d.Note {
			files[d.File] = true
		}
	}
	return len(files)
}

// Coverage returns what each file holds of each log.
func (s *Snapshot) Coverage() []Coverage { return s.coverage }

// Records returns how many records were read, indexed or not, with duplicates.
func (s *Snapshot) Records() uint64 { return s.records }

// Duplicates returns how many indexed events were seen more than once.
func (s *Snapshot) Duplicates() int { return s.duplicates }

// Hosts returns all hosts by HostID.
func (s *Snapshot) Hosts() []Host { return s.hosts }

// Host returns one host; None gives the zero Host.
func (s *Snapshot) Host(id HostID) Host {
	if int(id) >= len(s.hosts) {
		return Host{}
	}
	return s.hosts[id]
}

// Accounts returns all accounts by AccountID.
func (s *Snapshot) Accounts() []Account { return s.accounts }

// Account returns one account; None gives the zero Account.
func (s *Snapshot) Account(id AccountID) Account {
	if int(id) >= len(s.accounts) {
		return Account{}
	}
	return s.accounts[id]
}

// SessionCount returns the number of sessions.
func (s *Snapshot) SessionCount() int { return int(s.sessions[len(s.sessions)-1]) }

// EventCount returns the number of indexed events, duplicates counted once.
func (s *Snapshot) EventCount() int { return int(s.events[len(s.events)-1]) }

// place finds the host that the n-th of something belongs to, given where
// each host's begin, and its number there; false if there is no such.
func place(bases []uint32, n uint32) (host int, at uint32, ok bool) {
	if n >= bases[len(bases)-1] {
		return 0, 0, false
	}
	for end := len(bases) - 1; end-host > 1; {
		if middle := int(uint(host+end) / 2); bases[middle] <= n {
			host = middle
		} else {
			end = middle
		}
	}
	return host, n - bases[host], true
}

// storeRow returns the row of the store that holds an event.
func (s *Snapshot) storeRow(e EventRow) (uint32, bool) {
	h, at, ok := place(s.events, uint32(e))
	if !ok {
		return 0, false
	}
	return s.views[h].events[at], true
}

// Sessions returns the sessions of an account on a host, oldest first; None
// for either means any.
func (s *Snapshot) Sessions(a AccountID, h HostID) []SessionRow {
	if h != None {
		return s.sessionsOn(a, h)
	}
	s.once.Do(s.orderSessions)
	if a == None {
		return s.byTime
	}
	return s.byAccount[a]
}

func (s *Snapshot) sessionsOn(a AccountID, h HostID) []SessionRow {
	if int(h) >= len(s.views) {
		return nil
	}
	v := s.views[h]
	var out []SessionRow
	for i := range v.sessions {
		if a == None || s.sessionAccount(int(h), &v.sessions[i]) == a {
			out = append(out, SessionRow(s.sessions[h]+uint32(i)))
		}
	}
	return out
}

func (s *Snapshot) sessionAccount(h int, r *sessionRow) AccountID {
	return s.account(h, s.views[h].logons[r.first].principal)
}

func (s *Snapshot) account(h int, principal uint32) AccountID {
	if id, ok := s.accountOf[hostPrincipal(uint32(h), principal)]; ok {
		return id
	}
	return None
}

func (s *Snapshot) orderSessions() {
	type timed struct {
		row  SessionRow
		time event.FileTime
		who  AccountID
	}
	all := make([]timed, 0, s.SessionCount())
	for h, v := range s.views {
		for i := range v.sessions {
			r := &v.sessions[i]
			all = append(all, timed{SessionRow(s.sessions[h] + uint32(i)), s.row(v.events[r.start]).time, s.sessionAccount(h, r)})
		}
	}
	slices.SortFunc(all, func(a, b timed) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.row, b.row)) })
	s.byTime = make([]SessionRow, len(all))
	s.byAccount, s.owners = map[AccountID][]SessionRow{}, make([]AccountID, len(all))
	for i, t := range all {
		s.byTime[i], s.owners[t.row] = t.row, t.who
		s.byAccount[t.who] = append(s.byAccount[t.who], t.row)
	}
}

// LogonEvents returns a logon's events in order.
func (s *Snapshot) LogonEvents(n LogonRow) []EventRow {
	h, at, ok := place(s.logons, uint32(n))
	if !ok {
		return nil
	}
	l := &s.views[h].logons[at]
	return s.global(h, s.views[h].logonEvents[l.from:l.from+l.n])
}

// SessionEvents returns the events of all logons of a session in order.
func (s *Snapshot) SessionEvents(n SessionRow) []EventRow {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return nil
	}
	return s.global(h, s.views[h].sessionEvents(&s.views[h].sessions[at]))
}

func (s *Snapshot) global(h int, local []uint32) []EventRow {
	out := make([]EventRow, len(local))
	for i, e := range local {
		out[i] = EventRow(s.events[h] + e)
	}
	return out
}

// Failures returns the failed attempts, oldest first.
func (s *Snapshot) Failures() []Failure {
	s.failOnce.Do(func() { s.failed = s.makeFailures() })
	return s.failed
}

// ErrNoSession says that a name fits no session.
var ErrNoSession = errors.New("no such session")

// ErrSessionName is an [ErrNoSession] that no evidence could mend: the name is
// none of a session.
var ErrSessionName = fmt.Errorf("%w", ErrNoSession)

// Event is one indexed event. Columns are read through it.
type Event struct {
	Row       EventRow
	Ref       event.Ref
	Time      event.FileTime
	RecordID  uint64
	Kind      event.Kind
	EventID   uint16
	Version   uint8
	Host      HostID
	Boot      int
	Computer  string
	Channel   string
	Provider  string
	Recovered bool
}

// Event returns one event; the zero Event if there is no such row.
func (s *Snapshot) Event(e EventRow) Event {
	h, at, ok := place(s.events, uint32(e))
	if !ok {
		return Event{}
	}
	v := s.views[h]
	n := v.events[at]
	r := s.row(n)
	o := s.cameFrom(n)
	k := s.streams[o.stream]
	return Event{
		Row: e, Ref: event.Ref{File: k.file, Chunk: r.chunk, Offset: uint32(r.offset)}, Time: r.time, RecordID: r.record,
		Kind: r.kind, EventID: r.id, Version: r.version, Host: HostID(h), Boot: v.bootOfEvent(&s.table, at) + 1,
		Computer: s.texts[k.computer], Channel: s.texts[k.channel], Provider: s.provider(n), Recovered: o.recovered,
	}
}

// Text returns a column's text ("" if absent or "-"), trimmed; addresses
// normalised.
func (s *Snapshot) Text(e EventRow, c event.Column) string {
	n, ok := s.storeRow(e)
	if !ok {
		return ""
	}
	return s.text(n, c)
}

// Number returns a column's number, logon ID or time.
func (s *Snapshot) Number(e EventRow, c event.Column) (uint64, bool) {
	n, ok := s.storeRow(e)
	if !ok {
		return 0, false
	}
	return s.number(n, c)
}

// GUID returns a column's GUID, zero if absent.
func (s *Snapshot) GUID(e EventRow, c event.Column) event.GUID {
	n, ok := s.storeRow(e)
	if !ok {
		return event.GUID{}
	}
	return s.guid(n, c)
}
