package model

import (
	"strings"

	"spoor/model/event"
)

// streamState is what is known of one log of one computer in one file.
type streamState struct {
	streamKey
	short   textID // the computer's folded name up to the first dot
	events  int    // indexed, with duplicates
	rows    []rowRange
	runs    []event.Run // its strings are not valid
	bases   []sidCount  // domain SIDs by the host's own HOST$ account
	netbios textID      // domain of HOST$ where it acts as SYSTEM
	kdc     bool        // tickets are granted here
	first   event.FileTime
	last    event.FileTime
}

type rowRange struct{ from, n uint32 }

type sidCount struct {
	base string
	n    int
}

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
	log.events++
	if k := len(log.rows); k > 0 && log.rows[k-1].from+log.rows[k-1].n == n {
		log.rows[k-1].n++
	} else {
		log.rows = append(log.rows, rowRange{n, 1})
	}
	r := s.row(n)
	log.saw(r.time)
	switch r.kind {
	case event.TicketGranting, event.ServiceTicket, event.TicketRenewed, event.PreAuthFailed:
		log.kdc = true
	}
	l := &s.layouts[r.kind]
	words := s.at(r)
	if l.subject >= 0 {
		s.notePrincipal(log, words[l.subject])
	}
	if l.target >= 0 {
		s.notePrincipal(log, words[l.target])
	}
}

// notePrincipal learns a host's domain from its own machine account only:
// accounts of other domains visit (SEMANTICS.md 7.3.19).
func (s *store) notePrincipal(log *streamState, id uint32) {
	if id == 0 {
		return
	}
	p := &s.lexicon.principals[id]
	texts := s.lexicon.texts.all
	if p.machine != 0 {
		if p.machine != log.short {
			return
		}
		base, ok := sidBase(texts[p.sid])
		if !ok {
			return
		}
		for i := range log.bases {
			if log.bases[i].base == base {
				log.bases[i].n++
				return
			}
		}
		log.bases = append(log.bases, sidCount{base, 1})
		return
	}
	if p.system == log.short && p.domain != 0 {
		log.netbios = p.domain
	}
}

// domainSID is the domain that the host's own account most often names.
func (s *streamState) domainSID() string {
	best := sidCount{}
	for _, c := range s.bases {
		if c.n > best.n || c.n == best.n && c.base < best.base {
			best = c
		}
	}
	return best.base
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
