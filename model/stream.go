package model

import (
	"slices"
	"strings"

	"spoor/model/event"
)

// streamState is what is known of one log of one computer in one file.
type streamState struct {
	streamKey
	short   textID // the computer's folded name up to the first dot
	events  int    // indexed, with duplicates
	kept    int    // those that are in the store
	logons  int    // 4624s, with duplicates
	rows    []rowRange
	origins [4]blockOrigin // of its rows in the newest block: recovered or not, of users or not
	runs    []event.Run    // its strings are not valid
	own     []textID       // domain SIDs that the host's own HOST$ account has
	within  []textID       // domains of HOST$ where it acts as SYSTEM
	domains []domainSID    // of all accounts
	recent  [64]uint32     // principals already noted
	kdc     bool           // tickets are granted here
	carved  bool           // nothing shows whether there were newer records
	cut     bool           // newer records were there than those that were read of the file
	first   event.FileTime
	last    event.FileTime
}

type rowRange struct{ from, n uint32 }

// blockOrigin is which of a block's origins one is, where so many blocks are in
// use.
type blockOrigin struct {
	blocks uint32
	at     uint16
}

// domainSID is a domain's name beside its SID.
type domainSID struct{ name, base textID }

func (s *store) streamOf(file event.FileID, computer, channel textID) uint32 {
	key := streamKey{file, computer, channel}
	if at, ok := s.stream[key]; ok {
		return at
	}
	at := uint32(len(s.logs))
	short := s.lexicon.texts.intern(strings.ToLower(shortName(s.lexicon.texts.all[computer])))
	s.logs = append(s.logs, streamState{streamKey: key, short: short})
	s.streams = append(s.streams, key)
	s.stream[key] = at
	return at
}

// noteRow keeps what one event says of its log and its host.
func (s *store) noteRow(stream, n uint32) {
	log := &s.logs[stream]
	log.keep(n)
	r := s.row(n)
	s.noteEvent(stream, r.kind, r.time, s.subject(n), s.target(n))
	if r.kind == event.ServiceTicket {
		s.noteService(log, s.textID(n, event.ServiceName), s.textID(n, event.ServiceSID))
	}
}

// keep adds a row of the store to those of a log.
func (s *streamState) keep(n uint32) {
	if k := len(s.rows); k > 0 && s.rows[k-1].from+s.rows[k-1].n == n {
		s.rows[k-1].n++
	} else {
		s.rows = append(s.rows, rowRange{n, 1})
	}
	s.kept++
}

// noteEvent keeps what any event says of its log, in the store or not.
func (s *store) noteEvent(stream uint32, kind event.Kind, at event.FileTime, subject, target uint32) {
	log := &s.logs[stream]
	log.events++
	log.saw(at)
	switch kind {
	case event.Logon:
		log.logons++
	case event.TicketGranting, event.ServiceTicket, event.TicketRenewed, event.PreAuthFailed:
		log.kdc = true
	}
	if subject != 0 {
		s.notePrincipal(log, subject)
	}
	if target != 0 {
		s.notePrincipal(log, target)
	}
}

// notePrincipal learns a host's domain from its own machine account only:
// accounts of other, trusted domains visit.
func (s *store) notePrincipal(log *streamState, id uint32) {
	if slot := &log.recent[id%uint32(len(log.recent))]; *slot == id {
		return
	} else {
		*slot = id
	}
	p := &s.lexicon.principals[id]
	if p.machine != 0 && p.machine == log.short && p.base != 0 {
		log.own = addOnce(log.own, p.base)
	}
	if p.system != 0 && p.system == log.short && p.domain != 0 {
		log.within = addOnce(log.within, p.domain)
	}
	if p.base != 0 && p.domain != 0 {
		log.domains = addOnce(log.domains, domainSID{p.domain, p.base})
	}
}

// noteService learns it from a ticket for the host's own account.
func (s *store) noteService(log *streamState, service, sid textID) {
	texts := s.lexicon.texts.all
	name, machine := strings.CutSuffix(texts[service], "$")
	if !machine || !strings.EqualFold(name, texts[log.short]) {
		return
	}
	if base, ok := sidBase(texts[sid]); ok {
		log.own = addOnce(log.own, s.lexicon.texts.intern(base))
	}
}

// mostDomains is how many domains of one log are kept apart; a log made up of
// more of them determines none.
const mostDomains = 64

func addOnce[T comparable](list []T, v T) []T {
	if len(list) == mostDomains || slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// domainSID is the SID of the domain that the host is in, "" if the log does
// not determine it: that of the host's own account, else that of the accounts
// of the domain which the host's own account names.
func (t *table) domainSID(s *streamState) string {
	if len(s.domains) == mostDomains {
		return ""
	}
	if len(s.own) == 1 {
		return t.texts[s.own[0]]
	}
	found := ""
	for _, d := range s.domains {
		named := func(n textID) bool { return strings.EqualFold(t.texts[n], t.texts[d.name]) }
		if !slices.ContainsFunc(s.within, named) || strings.EqualFold(t.texts[d.name], t.texts[s.short]) {
			continue
		}
		if base := t.texts[d.base]; found == "" || found == base {
			found = base
		} else {
			return ""
		}
	}
	return found
}

func (s *streamState) saw(t event.FileTime) {
	if t == 0 {
		return
	}
	if s.first == 0 || t < s.first {
		s.first = t
	}
	s.last = max(s.last, t)
}

// addRun adds a run, joined to the one before where it continues it.
func (s *streamState) addRun(r *event.Run) {
	if r.Count == 0 {
		return
	}
	s.saw(r.MinTime)
	s.saw(r.MaxTime)
	if k := len(s.runs); k > 0 {
		last := &s.runs[k-1]
		if last.LastID+1 == r.FirstID && last.LastID+1 != 0 && last.Recovered == r.Recovered {
			last.LastID, last.LastTime = r.LastID, r.LastTime
			last.MinTime, last.MaxTime = min(last.MinTime, r.MinTime), max(last.MaxTime, r.MaxTime)
			last.Count += r.Count
			return
		}
	}
	s.runs = append(s.runs, *r)
}

// span returns the record numbers and times that the log's records, indexed
// or not, lie between; false if it has none. Recovered records do not count:
// they are from before the log was overwritten.
func (s *streamState) span() (ids [2]uint64, times [2]event.FileTime, ok bool) {
	for _, r := range s.runs {
		if r.Recovered {
			continue
		}
		low, high := min(r.FirstID, r.LastID), max(r.FirstID, r.LastID)
		if !ok {
			ids, times, ok = [2]uint64{low, high}, [2]event.FileTime{r.MinTime, r.MaxTime}, true
			continue
		}
		ids[0], ids[1] = min(ids[0], low), max(ids[1], high)
		times[0], times[1] = min(times[0], r.MinTime), max(times[1], r.MaxTime)
	}
	return ids, times, ok
}
