package model

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"

	"spoor/model/event"
)

// failureClass is what kind of record tells of an attempt, the one that says
// most first.
type failureClass uint8

const (
	classLogon     failureClass = iota // 4625, where the logon was tried
	classNTLM                          // 4776
	classKerberos                      // 4768, 4769, 4771
	classProtected                     // 4822, 4824
	classRDP                           // RdpCoreTS 140
)

var failureClasses = map[event.Kind]failureClass{
	event.LogonFailed: classLogon, event.CredentialValidation: classNTLM, event.PreAuthFailed: classKerberos,
	event.TicketGranting: classKerberos, event.ServiceTicket: classKerberos,
	event.NTLMRefused: classProtected, event.KerberosRefused: classProtected, event.RDPAuthFailed: classRDP,
}

// kerberosSteps are results that are steps of a normal exchange: the request
// for pre-authentication, a ticket to be renewed, an answer too long for UDP.
var kerberosSteps = map[uint32]bool{0x19: true, 0x20: true, 0x34: true}

// isFailure reports whether an event tells of a failed attempt.
func isFailure(t *table, row uint32) bool {
	k := t.row(row).kind
	if !mayFail(k) {
		return false
	}
	status, ok := t.number(row, event.Status)
	return failed(k, status, ok)
}

// mayFail reports whether failureClasses has a kind, which is asked of every
// event.
func mayFail(k event.Kind) bool {
	switch k {
	case event.LogonFailed, event.CredentialValidation, event.PreAuthFailed, event.TicketGranting, event.ServiceTicket,
		event.NTLMRefused, event.KerberosRefused, event.RDPAuthFailed:
		return true
	}
	return false
}

// failed reports whether an event of a kind and status, if it has one, tells
// of a failed attempt.
func failed(k event.Kind, status uint64, ok bool) bool {
	switch k {
	case event.LogonFailed, event.NTLMRefused, event.KerberosRefused, event.RDPAuthFailed:
		return true
	}
	if !mayFail(k) {
		return false
	}
	switch {
	case k == event.PreAuthFailed:
		return !kerberosSteps[uint32(status)]
	case k == event.CredentialValidation:
		return ok && status != 0
	}
	return ok && status != 0 && !kerberosSteps[uint32(status)]
}

// isGranted reports whether an authentication succeeded. A step of a normal
// exchange has neither succeeded nor failed.
func isGranted(t *table, row uint32) bool {
	status, ok := t.number(row, event.Status)
	return !ok || status == 0
}

// foldSpan is how far apart the records of one attempt may lie: the clocks of
// the computers that write them differ. closeSpan is how near they lie in
// real logs of one clock.
const (
	foldSpan  = 2 * time.Second
	closeSpan = 100 * time.Millisecond
)

// failedRecord is one record of a failed attempt, as records are compared.
type failedRecord struct {
	time    event.FileTime
	host    uint32
	at      uint32 // the event, within its host
	account AccountID
	group   uint32 // of records that may be about one account
	code    uint32
	family  codeFamily
	class   failureClass
	typ     uint32 // of the logon
	address textID // 0: none is named
	here    bool   // the address is the computer's own
	name    string // of the workstation, folded and short
	who     *triedName
	timed   bool // it is known how wrong the host's clock was
}

// triedName is the name that a principal was tried by.
type triedName struct{ name, domain string }

func (r *failedRecord) row(s *Snapshot) EventRow { return EventRow(s.events[r.host] + r.at) }

// attempt is a failed attempt: its records, and the earliest of their times.
type attempt struct {
	records []*failedRecord
	time    event.FileTime
	refused bool // by Remote Desktop too (140)
}

// folder folds the records of each attempt.
type folder struct {
	*Snapshot
	names map[uint32]*triedName
	out   []*attempt
}

// foldFailures makes one attempt of the records that tell of it, oldest first.
// Their number is that of the kind of record that there is most of, so none
// is lost and none made up.
func (s *Snapshot) foldFailures() []*attempt {
	f := &folder{Snapshot: s, names: map[uint32]*triedName{}}
	n := 0
	for _, v := range s.views {
		n += len(v.failures)
	}
	all := make([]failedRecord, 0, n)
	for h, v := range s.views {
		for _, at := range v.failures {
			all = append(all, f.read(h, at))
		}
	}
	f.group(all)
	slices.SortFunc(all, func(a, b failedRecord) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.time, b.time), cmp.Compare(a.host, b.host), cmp.Compare(a.at, b.at))
	})
	var rdp []*failedRecord
	group := 0 // where the attempts of the group begin
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].group == all[from].group && all[to].time.Sub(all[to-1].time) <= foldSpan {
			to++
		}
		if all[from].group == noGroup {
			to = from + 1
		}
		if r := &all[from]; r.class == classRDP {
			rdp = append(rdp, r)
		} else {
			f.foldCluster(all[from:to])
		}
		if to == len(all) || all[to].group != all[from].group || all[from].group == noGroup {
			f.out = append(f.out[:group], unfold(f, f.out[group:])...)
			group = len(f.out)
		}
		from = to
	}
	f.foldRDP(rdp)
	for _, a := range f.out {
		slices.SortFunc(a.records, func(x, y *failedRecord) int {
			return cmp.Or(cmp.Compare(x.time, y.time), cmp.Compare(x.row(s), y.row(s)))
		})
	}
	slices.SortFunc(f.out, func(a, b *attempt) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.records[0].row(s), b.records[0].row(s)))
	})
	return f.out
}

// read takes from a record what folding compares.
func (f *folder) read(h int, at uint32) failedRecord {
	v := f.views[h]
	n := v.events[at]
	r := f.row(n)
	number := func(c event.Column) uint32 { x, _ := f.number(n, c); return uint32(x) }
	out := failedRecord{
		time: f.correctedEvent(h, at), host: uint32(h), at: at, account: f.account(h, f.target(n)), class: failureClasses[r.kind], typ: number(event.LogonType),
		address: f.textID(n, event.IPAddress), code: number(event.Status), who: f.tried(f.target(n)),
	}
	out.timed = f.controller(h) || f.skewAt(h, at).samples > 0
	if sub := number(event.SubStatus); sub != 0 {
		out.code = sub
	}
	if out.kerberos(r.kind) {
		out.family = kerberosFamilies[out.code]
	} else {
		out.family = ntFamilies[out.code]
	}
	if r.kind == event.NTLMRefused || r.kind == event.KerberosRefused {
		out.family |= logonRestricted
	}
	if a := f.texts[out.address]; a == "0.0.0.0" || a == "::" {
		out.address = 0
	} else {
		out.here = a == "::1" || a == "127.0.0.1"
	}
	if name := strings.TrimLeft(f.text(n, event.Workstation), `\`); name != "" {
		out.name = netBIOSName(name)
	}
	return out
}

func (r *failedRecord) kerberos(k event.Kind) bool {
	return r.class == classKerberos || k == event.KerberosRefused
}

// netBIOSName is a computer's name as NetBIOS cuts it, folded.
func netBIOSName(name string) string {
	short := strings.ToLower(shortName(name))
	if len(short) > 15 {
		short = short[:15]
	}
	return short
}

func (f *folder) tried(principal uint32) *triedName {
	if w, ok := f.names[principal]; ok {
		return w
	}
	w := &triedName{}
	w.name, w.domain = splitName(f.name(principal), f.domain(principal))
	f.names[principal] = w
	return w
}

// noGroup is of the records that name nobody.
const noGroup = 0

// group numbers the records such that those which may be about one account
// have one number: they name it alike, or are known to be about it.
func (f *folder) group(all []failedRecord) {
	parent := []uint32{noGroup}
	node := func() uint32 {
		parent = append(parent, uint32(len(parent)))
		return uint32(len(parent) - 1)
	}
	root := func(n uint32) uint32 {
		for parent[n] != n {
			parent[n] = parent[parent[n]]
			n = parent[n]
		}
		return n
	}
	byName, byAccount := map[string]uint32{}, map[AccountID]uint32{}
	for i := range all {
		r := &all[i]
		if r.who.name == "" {
			continue
		}
		n, ok := byName[r.who.name]
		if !ok {
			n = node()
			byName[r.who.name] = n
		}
		if r.account != None {
			if a, ok := byAccount[r.account]; ok {
				a, b := root(a), root(n)
				parent[max(a, b)] = min(a, b)
			} else {
				byAccount[r.account] = n
			}
		}
		r.group = n
	}
	for i := range all {
		all[i].group = root(all[i].group)
	}
}

// foldCluster folds records of one name, none of them far from the next: the
// logons first, then what each domain controller says, one for each attempt.
func (f *folder) foldCluster(records []failedRecord) {
	byPlace := make([]*failedRecord, len(records))
	for i := range records {
		byPlace[i] = &records[i]
	}
	place := func(r *failedRecord) (failureClass, uint32) {
		if r.class == classLogon {
			return r.class, 0
		}
		return r.class, r.host
	}
	slices.SortStableFunc(byPlace, func(a, b *failedRecord) int {
		ac, ah := place(a)
		bc, bh := place(b)
		return cmp.Or(cmp.Compare(ac, bc), cmp.Compare(ah, bh))
	})
	var attempts []*attempt
	for from := 0; from < len(byPlace); {
		c, h := place(byPlace[from])
		to := from + 1
		for to < len(byPlace) {
			if cc, hh := place(byPlace[to]); cc != c || hh != h {
				break
			}
			to++
		}
		attempts = f.foldPlace(attempts, byPlace[from:to])
		from = to
	}
	f.out = append(f.out, attempts...)
}

// foldPlace gives each attempt at most one of the records that one log holds
// of one kind. Those that agree on where the attempt came from are paired
// first, the near ones before the far, each in order of time; what is left
// are attempts of their own.
func (f *folder) foldPlace(attempts []*attempt, records []*failedRecord) []*attempt {
	free := untaken{attempts: attempts, next: make([]int32, len(attempts)+1)}
	for i := range free.next {
		free.next[i] = int32(i)
	}
	left := records
	for _, pass := range []struct {
		least agreement
		span  time.Duration
	}{{agrees, closeSpan}, {agrees, foldSpan}, {open, closeSpan}, {open, foldSpan}} {
		if len(attempts) == 0 {
			break
		}
		kept := left[:0:0]
		for _, r := range left {
			if !f.take(&free, r, pass.least, pass.span) {
				kept = append(kept, r)
			}
		}
		left = kept
	}
	for _, a := range attempts {
		for _, r := range a.records {
			a.time = min(a.time, r.time)
		}
	}
	for _, r := range left {
		attempts = append(attempts, &attempt{records: []*failedRecord{r}, time: r.time})
	}
	slices.SortStableFunc(attempts, func(a, b *attempt) int { return cmp.Compare(a.time, b.time) })
	return attempts
}

// untaken is attempts in order of time, and which is the next of them from
// each on that no record was given to.
type untaken struct {
	attempts []*attempt
	next     []int32
}

func (u *untaken) from(i int32) int32 {
	for u.next[i] != i {
		u.next[i] = u.next[u.next[i]]
		i = u.next[i]
	}
	return i
}

// mostCompared is how many attempts of one account and moment a record is
// compared with; real logs have a few.
const mostCompared = 64

// take gives a record to the earliest attempt that it may be of; false if
// there is none.
func (f *folder) take(free *untaken, r *failedRecord, least agreement, span time.Duration) bool {
	i, _ := slices.BinarySearchFunc(free.attempts, r.time.Add(-span), func(a *attempt, t event.FileTime) int { return cmp.Compare(a.time, t) })
	end := int32(len(free.attempts))
	for at, n := free.from(int32(i)), 0; at < end && n < mostCompared; at, n = free.from(at+1), n+1 {
		a := free.attempts[at]
		if a.time.Sub(r.time) > span {
			break
		}
		if f.agree(a, r) >= least {
			a.records = append(a.records, r)
			free.next[at] = at + 1
			return true
		}
	}
	return false
}

// foldRDP gives each refusal of Remote Desktop, which names an address alone,
// to the failed logon of that moment on the same host. Where logons of several
// accounts could be meant, it is an attempt of its own.
func (f *folder) foldRDP(records []*failedRecord) {
	byHost := map[uint32][]*attempt{}
	if len(records) > 0 {
		for _, a := range f.out {
			if r := a.records[0]; r.class <= classNTLM {
				byHost[r.host] = append(byHost[r.host], a)
			}
		}
	}
	for _, on := range byHost {
		slices.SortFunc(on, func(a, b *attempt) int {
			return cmp.Or(cmp.Compare(a.records[0].time, b.records[0].time), cmp.Compare(a.records[0].at, b.records[0].at))
		})
	}
	slices.SortStableFunc(records, func(a, b *failedRecord) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.host, b.host), cmp.Compare(a.at, b.at))
	})
	for _, r := range records {
		if a := refused(byHost[r.host], r); a != nil {
			a.records, a.refused = append(a.records, r), true
			a.time = min(a.time, r.time)
			continue
		}
		f.out = append(f.out, &attempt{records: []*failedRecord{r}, time: r.time})
	}
}

// refused returns the attempt on its host that a refusal is of, or nil.
func refused(on []*attempt, r *failedRecord) *attempt {
	from := r.time.Add(-foldSpan)
	i := sort.Search(len(on), func(i int) bool { return on[i].records[0].time >= from })
	var found *attempt
	for n := 0; i < len(on) && n < mostCompared && on[i].records[0].time.Sub(r.time) <= foldSpan; i, n = i+1, n+1 {
		a, o := on[i], on[i].records[0]
		if a.refused || o.address != 0 && r.address != 0 && o.address != r.address {
			continue
		}
		if found != nil && found.records[0].account != o.account {
			return nil
		}
		if found == nil {
			found = a
		}
	}
	return found
}
