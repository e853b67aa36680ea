package model

import (
	"slices"

	"spoor/model/event"
)

// A Builder can read evidence that is too large for memory twice: the first
// time to survey it, the second to keep only what sessions of some accounts
// are told from.
//
// The survey keeps no records but those around starts of machines. It learns
// what all records say together: which names there are, which machines had
// which addresses, who acted for whom, which logs there are and what is
// missing from them. The selection keeps the records of the accounts asked
// for, of those that acted for them, of those for which they acted, and what
// sets clocks and boots; and around each of these what rules look at. So each
// session of an account asked for is told as if everything had been kept.
// Other accounts' sessions are not, and nobody must look at them.
//
// Where a computer's log is not in one order, is there twice, was renamed or
// leaves open when the machine started, all records of that computer are kept.

// Choice says whose sessions will be looked at. Each function reports whether
// what is called any of some names is asked for.
type Choice struct {
	// Accounts are those asked for; nil for all that were on Hosts.
	Accounts func(names []string) bool
	// Hosts are the computers asked for. It counts only without Accounts.
	Hosts func(names []string) bool
	// Since and Until are the time in which sessions may have lived that are
	// asked for, 0 where it has no such end: of Accounts, or, where there are
	// neither Accounts nor Hosts, of all but Windows' own. All records of that
	// time are kept then. They do not count with Hosts.
	Since, Until event.FileTime
	// Deeds asks for what was done to the accounts, and what they did to
	// others, too: the sessions of those who acted are then told as well.
	Deeds bool
}

// prefilter is the state of a Builder that reads twice.
type prefilter struct {
	*survey
	relevant *relevant
	selects  bool
	round    int
}

// mostRounds is how often a selection is made again at most before all is kept.
const mostRounds = 4

// Survey makes the Builder read twice: batches are surveyed until Select is
// called. Batches must come in the order of their file (see the parser's
// Ordered), files of one log in the order of their records.
func (b *Builder) Survey(c Choice) {
	b.pre = &prefilter{survey: newSurvey(c)}
}

// Select ends a survey: every batch has to be added once more.
func (b *Builder) Select() {
	p, s := b.pre, b.store
	p.flush(s)
	s.sync()
	p.settle(s, b.fileNames())
	p.relevant = newRelevant(s, p.survey)
	if p.choice.timed() {
		p.settleLives()
	}
	switch {
	case p.choice.Accounts == nil && p.choice.Hosts == nil:
		p.relevant.askAll(p.survey)
		if p.builtinFails {
			p.keepAll("Windows' own accounts are named in failures, and in nearly all records")
		}
	case p.choice.Accounts == nil:
		p.relevant.askThose(p.survey)
	case p.relevant.ask(p.choice.Accounts):
		p.keepAll("Windows' own accounts are asked for, which are in nearly all records")
	}
	p.relevant.relate(p.survey)
	p.selects = true
	p.rewind(s)
}

func (p *prefilter) keepAll(why string) {
	for _, l := range p.lanes {
		l.irregular(why)
	}
}

func (p *prefilter) rewind(s *store) {
	s.empty()
	for _, l := range p.lanes {
		l.rewind()
	}
}

// Selected returns the final view of what was selected. It is nil where what
// was found asks for more: then every batch has to be added once more.
func (b *Builder) Selected() *Snapshot {
	p := b.pre
	p.flush(b.store)
	s := b.Finish()
	p.round++
	if p.round <= mostRounds && p.lacking(s) {
		if p.round == mostRounds {
			p.keepAll("accounts that act for one another have no end")
		}
		p.rewind(b.store)
		return nil
	}
	return s
}

// WholeComputers returns the computers of which all records are kept, and why.
func (b *Builder) WholeComputers() map[string]string {
	out := map[string]string{}
	for name, l := range b.pre.lanes {
		if l.whole != "" {
			out[name] = l.whole
		}
	}
	return out
}

// take surveys a batch, or selects of it.
func (p *prefilter) take(b *Builder, batch *event.Batch) {
	s := b.store
	reader := s.lexicon.learn(batch, true)
	if !p.selects {
		for i := range batch.Runs {
			run := &batch.Runs[i]
			b.records += run.Count
			at := s.streamOf(batch.File, reader.text(uint64(run.Computer)), reader.text(uint64(run.Channel)))
			s.logs[at].addRun(run)
		}
		b.damage = append(b.damage, batch.Damage...)
	}
	for i := range batch.Rows {
		in := &batch.Rows[i]
		if int(in.Kind) >= len(s.layouts) {
			continue
		}
		at := s.streamOf(batch.File, reader.text(uint64(in.Computer)), reader.text(uint64(in.Channel)))
		p.row(s, in, s.valuesOf(batch, in), reader, at)
	}
}

// row surveys or selects one row.
func (p *prefilter) row(s *store, in *event.Row, values []uint64, r *readerTexts, at uint32) {
	g := s.glance(in, values, r)
	subject, target := g.principals()
	log := &s.logs[at]
	l := p.lane(s, log.computer)
	security := p.isSecurity(s, log.channel)
	if !p.selects {
		s.noteEvent(at, in.Kind, in.Time, subject, target)
		if in.Kind == event.ServiceTicket {
			s.noteService(&s.logs[at], g.textID(event.ServiceName), g.textID(event.ServiceSID))
		}
		p.note(s, l, &g, subject, target, security)
	}
	if !security || l.whole != "" && p.selects {
		s.hold(in, values, r, at)
		return
	}
	p.sift(s, l, &g, subject, target, at)
}

// hold adds one row to the store.
func (s *store) hold(in *event.Row, values []uint64, r *readerTexts, at uint32) {
	row := *in
	row.Values = 0
	if n, ok := s.add(&event.Batch{Values: values}, &row, r, at); ok {
		s.logs[at].keep(n)
	}
}

// fileDone keeps the end of each log of a file, and lets go of the lanes that
// the file did not go on with.
func (p *prefilter) fileDone(s *store, id event.FileID) {
	for _, l := range p.lanes {
		if l.window.n == 0 {
			continue
		}
		if l.file == id {
			l.window.keep(aroundEdge, 0)
		} else {
			p.release(s, l)
		}
	}
}

func (p *prefilter) flush(s *store) {
	for _, l := range p.lanes {
		p.release(s, l)
		l.window = window{}
	}
}

// release decides about all rows of a window.
func (p *prefilter) release(s *store, l *lane) {
	for l.window.n > 0 {
		p.decide(s, l)
	}
}

// decide keeps the oldest row of a window, or lets go of it.
func (p *prefilter) decide(s *store, l *lane) {
	x := l.window.pop()
	if !x.kept {
		if x.served != (servedLogon{}) {
			l.served = append(l.served, x.served)
		}
		return
	}
	s.hold(&x.row, x.values, x.reader, x.stream)
	if l.previous.reader != nil && l.previous.row.RecordID == x.row.RecordID {
		l.previous.kept = true
	}
}

// lacking reports whether sessions asked for are told by records that were not
// kept, and sees to it that they are.
func (p *prefilter) lacking(s *Snapshot) bool {
	lacks := p.choice.timed() && p.skewed(s)
	for _, l := range p.lanes {
		if l.whole == "" && (l.restarted || l.watch.doubt != 0) {
			l.irregular("its logon IDs tell of a start that no event tells of")
			lacks = true
		}
	}
	for n := range SessionRow(s.SessionCount()) {
		if !p.asks(s, n) {
			continue
		}
		x := s.Session(n)
		related := []SessionRow{x.Parent.Session}
		for _, c := range x.Children {
			related = append(related, c.Session)
		}
		for _, c := range x.Candidates {
			related = append(related, c.Session)
		}
		for _, o := range related {
			if o != None && p.lacks(s, o) {
				lacks = true
			}
		}
	}
	return lacks
}

// asks reports whether a session is one of those asked for.
func (p *prefilter) asks(s *Snapshot, n SessionRow) bool {
	h, _, _ := place(s.sessions, uint32(n))
	l := p.laneOfHost(s, h)
	switch {
	case p.choice.timed():
		return p.relevant.asked[s.principalOf(n)] && s.Told(n)
	case p.choice.Accounts != nil:
		return p.relevant.asked[s.principalOf(n)]
	}
	return l != nil && l.whole != "" && l.chosen
}

// lacks reports whether records of a session's account on its host were left
// out, and adds that account.
func (p *prefilter) lacks(s *Snapshot, n SessionRow) bool {
	h, at, _ := place(s.sessions, uint32(n))
	who := s.principalOf(n)
	l := p.laneOfHost(s, h)
	first := &s.views[h].logons[s.views[h].sessions[at].first]
	if l == nil || l.whole != "" || first.fixed() || p.relevant.all[who] || l.local[who] {
		return false
	}
	for o := range p.relevant.close(map[uint32]bool{who: true}) {
		l.local[o] = true
	}
	return true
}

func (p *prefilter) laneOfHost(s *Snapshot, h int) *lane {
	g := &s.groups[h]
	i := slices.IndexFunc(g.streams, func(at uint32) bool { return p.laneOf[s.streams[at].computer] != nil })
	if i < 0 {
		return nil
	}
	return p.laneOf[s.streams[g.streams[i]].computer]
}

func (s *Snapshot) principalOf(n SessionRow) uint32 {
	h, at, ok := place(s.sessions, uint32(n))
	if !ok {
		return 0
	}
	return s.views[h].logons[s.views[h].sessions[at].first].principal
}

// sifted returns the lane of a host of which not all is kept, or nil.
func (p *prefilter) sifted(t *table, g hostGroup) *lane {
	if p == nil || !p.selects {
		return nil
	}
	for _, at := range g.streams {
		if l := p.laneOf[t.streams[at].computer]; l != nil && l.whole == "" {
			return l
		}
	}
	return nil
}
