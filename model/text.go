package model

import (
	"net/netip"
	"strings"

	"spoor/model/event"
)

// textID is an index in the store's dictionary. 0 is the absent text.
type textID = uint32

// dictionary interns strings. Readers of a snapshot hold the slice as it was
// then; only the builder has the map.
type dictionary struct {
	all []string
	ids map[string]textID
}

func newDictionary() dictionary {
	return dictionary{all: []string{""}, ids: map[string]textID{"": 0}}
}

func (d *dictionary) intern(s string) textID {
	if id, ok := d.ids[s]; ok {
		return id
	}
	id := textID(len(d.all))
	d.all = append(d.all, s)
	d.ids[s] = id
	return id
}

// cleanText is how a text is understood: LogonProcessName is padded with
// blanks, and "-" is how Windows writes an absent value.
func cleanText(s string) string {
	s = strings.TrimSpace(s)
	if s == "-" {
		return ""
	}
	return s
}

// cleanAddress is how an address is understood: IPv4 without ::ffff:, IPv6
// without the scope that is valid on one machine only, no port; words such as
// LOCAL stay.
func cleanAddress(s string) string {
	s = cleanText(s)
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap().WithZone("").String()
	}
	if p, err := netip.ParseAddrPort(s); err == nil {
		return p.Addr().Unmap().WithZone("").String()
	}
	return s
}

// principal is the triple by which an event names an account.
type principal struct {
	sid, name, domain textID
	// machine is the folded name without its $ where sid is of a domain and
	// the name ends in $: it tells the domain of the host of that name.
	machine textID
	// base is the part of the SID that is its domain's or machine's.
	base textID
	// system is the same for SYSTEM, which acts under the machine's name.
	system textID
	// user is whether there is a name, and none of a computer.
	user bool
}

// lexicon turns what the batches' delta dictionaries say into the store's own
// identifiers, each distinct string once.
type lexicon struct {
	texts      dictionary
	guids      guidList
	principals []principal
	principal  map[[3]textID]uint32
	// recent are principals that were asked for lately, in front of the map.
	recent  [1 << 10]knownPrincipal
	readers map[uint64]*readerTexts

	fresh  []byte // the texts of a batch that are new
	pieces []piece
}

// piece is a text in lexicon.fresh, and which of its reader's it is.
type piece struct{ at, from int }

type knownPrincipal struct {
	key [3]textID
	id  uint32
}

// readerTexts maps one reader's identifiers to the lexicon's.
type readerTexts struct {
	lexicon   *lexicon
	raw       []string
	texts     []textID // of the trimmed text; notYet is not yet asked for
	addresses []textID // plus 1; 0 is not yet asked for
	guids     []uint32
	rawGUIDs  []event.GUID // of those that are notYet
}

// notYet stands for what is learnt only when somebody asks for it.
const notYet = ^uint32(0)

func newLexicon() lexicon {
	return lexicon{
		texts:      newDictionary(),
		principals: make([]principal, 1),
		principal:  map[[3]textID]uint32{{}: 0},
		readers:    map[uint64]*readerTexts{},
	}
}

// learn takes over a batch's additions to its reader's dictionaries; lazily,
// only what rows will be asked for.
func (l *lexicon) learn(b *event.Batch, lazily bool) *readerTexts {
	r := l.readers[b.Dictionary]
	if r == nil {
		r = &readerTexts{lexicon: l, raw: make([]string, 1), texts: make([]textID, 1), addresses: make([]textID, 1), guids: make([]uint32, 1)}
		l.readers[b.Dictionary] = r
	}
	if b.Final {
		delete(l.readers, b.Dictionary)
	}
	if lazily {
		r.learnLazily(b)
		return r
	}
	l.learnTexts(b, r)
	for _, g := range b.GUIDs {
		// GUIDs seldom come again in another reader's share, and a map of
		// them would take more than they do.
		r.guids = append(r.guids, l.guids.add(g))
	}
	return r
}

// learnTexts copies the texts that are new: a batch's texts are one piece of
// memory, which one of them would keep.
func (l *lexicon) learnTexts(b *event.Batch, r *readerTexts) {
	first := len(r.texts)
	l.fresh, l.pieces = l.fresh[:0], l.pieces[:0]
	for i, s := range b.Texts {
		clean := cleanText(s)
		id, known := l.texts.ids[clean]
		if !known {
			l.pieces = append(l.pieces, piece{first + i, len(l.fresh)})
			l.fresh = append(l.fresh, clean...)
		}
		r.raw = append(r.raw, s)
		r.texts = append(r.texts, id)
		r.addresses = append(r.addresses, 0)
	}
	all := string(l.fresh)
	for i, p := range l.pieces {
		end := len(all)
		if i+1 < len(l.pieces) {
			end = l.pieces[i+1].from
		}
		r.texts[p.at] = l.texts.intern(all[p.from:end])
	}
}

func (r *readerTexts) learnLazily(b *event.Batch) {
	for _, s := range b.Texts {
		r.raw = append(r.raw, s)
		r.texts = append(r.texts, notYet)
		r.addresses = append(r.addresses, 0)
	}
	r.rawGUIDs = append(r.rawGUIDs, make([]event.GUID, len(r.guids)-len(r.rawGUIDs))...)
	r.rawGUIDs = append(r.rawGUIDs, b.GUIDs...)
	for range b.GUIDs {
		r.guids = append(r.guids, notYet)
	}
}

func (r *readerTexts) text(id uint64) textID {
	if id >= uint64(len(r.texts)) {
		return 0
	}
	if r.texts[id] == notYet {
		r.texts[id] = r.lexicon.texts.intern(strings.Clone(cleanText(r.raw[id])))
	}
	return r.texts[id]
}

func (r *readerTexts) guid(id uint64) uint32 {
	if id >= uint64(len(r.guids)) {
		return 0
	}
	if r.guids[id] == notYet {
		r.guids[id] = r.lexicon.guids.add(r.rawGUIDs[id])
	}
	return r.guids[id]
}

// plainGUID is the GUID itself.
func (r *readerTexts) plainGUID(id uint64) event.GUID {
	if id < uint64(len(r.rawGUIDs)) {
		return r.rawGUIDs[id]
	}
	return event.GUID{}
}

func (l *lexicon) address(r *readerTexts, id uint64) textID {
	if id >= uint64(len(r.raw)) {
		return 0
	}
	if r.addresses[id] == 0 {
		s := cleanAddress(r.raw[id])
		at, known := l.texts.ids[s]
		if !known {
			at = l.texts.intern(strings.Clone(s))
		}
		r.addresses[id] = at + 1
	}
	return r.addresses[id] - 1
}

const domainSIDPrefix = "S-1-5-21-"

func (l *lexicon) internPrincipal(sid, name, domain textID) uint32 {
	key := [3]textID{sid, name, domain}
	recent := &l.recent[(sid*0x9e3779b1^name*0x85ebca6b^domain*0xc2b2ae35)>>22]
	if recent.key == key {
		return recent.id
	}
	id, ok := l.principal[key]
	if !ok {
		id = l.addPrincipal(key)
	}
	*recent = knownPrincipal{key, id}
	return id
}

func (l *lexicon) addPrincipal(key [3]textID) uint32 {
	sid, name, domain := key[0], key[1], key[2]
	p := principal{sid: sid, name: name, domain: domain, user: namesUser(l.texts.all[name])}
	if base, ok := sidBase(l.texts.all[sid]); ok {
		p.base = l.texts.intern(base)
	}
	if n, ok := strings.CutSuffix(l.texts.all[name], "$"); ok {
		switch s := l.texts.all[sid]; {
		case strings.HasPrefix(s, domainSIDPrefix):
			p.machine = l.texts.intern(strings.ToLower(n))
		case s == sidSystem:
			p.system = l.texts.intern(strings.ToLower(n))
		}
	}
	id := uint32(len(l.principals))
	l.principals = append(l.principals, p)
	l.principal[key] = id
	return id
}

// namesUser reports whether a name, with or without a realm, is there and no
// computer's.
func namesUser(name string) bool {
	name, _, _ = strings.Cut(name, "@")
	return name != "" && !strings.HasSuffix(name, "$")
}

// shortName is a computer's name up to the first dot.
func shortName(computer string) string {
	short, _, _ := strings.Cut(computer, ".")
	return short
}

// sidBase is a domain's or machine's part of an account's SID; false for SIDs
// that Windows knows everywhere.
func sidBase(sid string) (string, bool) {
	if !strings.HasPrefix(sid, domainSIDPrefix) {
		return "", false
	}
	i := strings.LastIndexByte(sid, '-')
	if strings.Count(sid, "-") != 7 {
		return "", false
	}
	return sid[:i], true
}
