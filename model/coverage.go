package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spoor/model/event"
)

// makeHosts says what is known of each host.
func (s *Snapshot) makeHosts(logs []streamState) []Host {
	out := make([]Host, len(s.groups))
	addresses := s.book.addressesOf()
	for h := range s.groups {
		g, v := &s.groups[h], s.views[h]
		host := Host{
			ID: HostID(h), Name: g.name, Spellings: g.spellings, DomainSID: g.domainSID, Logged: g.logged, Addresses: addresses[h],
			Sessions: len(v.sessions), Events: len(v.events),
		}
		if k := s.skews[h]; k.samples > 0 {
			host.Skew, host.SkewCertainty = k.median, k.certainty()
		}
		if g.kdc || v.vouches {
			host.Roles = []string{"domain controller"}
		}
		if s.provisional {
			host.Events = 0
		}
		for _, at := range g.streams {
			log := &logs[at]
			if s.provisional {
				host.Events += log.events
			}
			if log.first != 0 && (host.First == 0 || log.first < host.First) {
				host.First = log.first
			}
			host.Last = max(host.Last, log.last)
		}
		for i, b := range v.boots {
			host.Boots = append(host.Boots, Boot{Index: i + 1, Started: b.started, Ended: b.ended, Reason: b.reason, Certainty: b.certainty, Why: b.why})
		}
		seen := map[AccountID]bool{}
		for i := range v.uses {
			if v.uses[i].sessions > 0 {
				seen[s.account(h, v.uses[i].principal)] = true
			}
		}
		host.Accounts = len(seen)
		out[h] = host
	}
	return out
}

// makeCoverage says what each file holds of each log, and what no file holds.
func (s *Snapshot) makeCoverage(logs []streamState) []Coverage {
	var out []Coverage
	for h := range s.groups {
		byChannel := map[string][]uint32{}
		for _, at := range s.groups[h].streams {
			if len(logs[at].runs) > 0 {
				name := strings.ToLower(s.texts[logs[at].channel])
				byChannel[name] = append(byChannel[name], at)
			}
		}
		for _, streams := range byChannel {
			gaps := findGaps(logs, streams)
			for _, at := range streams {
				out = append(out, s.coverageOf(HostID(h), &logs[at], gaps))
			}
		}
	}
	for i := range logs {
		if s.texts[logs[i].computer] == "" && logs[i].events == 0 && len(logs[i].runs) > 0 {
			out = append(out, s.coverageOf(None, &logs[i], nil))
		}
	}
	slices.SortFunc(out, func(a, b Coverage) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Host, b.Host), cmp.Compare(a.Computer, b.Computer), cmp.Compare(a.Channel, b.Channel))
	})
	return out
}

func (s *Snapshot) coverageOf(h HostID, log *streamState, gaps []Gap) Coverage {
	c := Coverage{File: log.file, Host: h, Computer: s.texts[log.computer], Channel: s.texts[log.channel], Carved: log.carved, Cut: log.cut, Short: s.stats[log.file].Short}
	if h != None && strings.EqualFold(c.Channel, "Security") {
		c.NeverSeen = s.NeverSeen(h)
	}
	for i := range log.runs {
		r := &log.runs[i]
		if i == 0 {
			c.FirstID, c.LastID, c.First, c.Last = r.FirstID, r.LastID, r.MinTime, r.MaxTime
		}
		c.FirstID, c.LastID = min(c.FirstID, r.FirstID), max(c.LastID, r.LastID)
		c.First, c.Last = min(c.First, r.MinTime), max(c.Last, r.MaxTime)
		c.Records += r.Count
	}
	for _, g := range gaps {
		if g.After >= c.FirstID && g.After <= c.LastID {
			c.Gaps = append(c.Gaps, g)
		}
	}
	return c
}

// MayGoOn reports whether the log may have had newer records than those that were
// read of the file.
func (c Coverage) MayGoOn() bool { return c.Cut || c.Carved }

// ReadUpTo says of a log that may go on how far it was read, and why no further.
func (s *Snapshot) ReadUpTo(c Coverage) string {
	name := s.Host(c.Host).Short()
	switch {
	case !c.Cut:
		return fmt.Sprintf("of the %s log of %s nothing later than %s was found: what was carved out of %s need not be all of it", c.Channel, name, c.Last, s.files[c.File].Name)
	case c.Short == "":
		return fmt.Sprintf("the %s log of %s was read up to %s only", c.Channel, name, c.Last)
	}
	return fmt.Sprintf("the %s log of %s can be read up to %s only: %s ends before its log does (%s)", c.Channel, name, c.Last, s.files[c.File].Name, c.Short)
}

// endsCut reports whether there may be newer records of a log: the file that
// holds the newest was not read to its end, or ends before its log does, or they
// were all carved.
func endsCut(logs []streamState, streams []uint32) bool {
	newest, cut, carved, known := uint64(0), false, false, false
	for _, at := range streams {
		for _, r := range logs[at].runs {
			switch x := &logs[at]; {
			case !known || r.LastID > newest:
				newest, cut, carved, known = r.LastID, x.cut, x.carved, true
			case r.LastID == newest:
				cut, carved = cut || x.cut, carved && x.carved
			}
		}
	}
	return cut || carved
}

// findGaps finds the numbers that none of a log's files hold.
func findGaps(logs []streamState, streams []uint32) []Gap {
	var runs []event.Run
	for _, at := range streams {
		runs = append(runs, logs[at].runs...)
	}
	slices.SortFunc(runs, func(a, b event.Run) int {
		return cmp.Or(cmp.Compare(a.FirstID, b.FirstID), cmp.Compare(a.LastID, b.LastID))
	})
	var out []Gap
	for i, last := 0, runs[0]; i < len(runs); i++ {
		r := runs[i]
		if r.FirstID > last.LastID && r.FirstID-last.LastID > 1 {
			out = append(out, Gap{After: last.LastID, Before: r.FirstID, From: last.LastTime, To: r.FirstTime})
		}
		if r.LastID >= last.LastID {
			last = r
		}
	}
	return out
}
