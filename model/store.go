package model

import (
	"encoding/binary"
	"slices"

	"spoor/model/event"
)

const (
	blockBits = 16
	blockSize = 1 << blockBits
	blockMask = blockSize - 1
)

// row is the narrow core of an event: 32 bytes, no pointers.
type row struct {
	time    event.FileTime
	record  uint64
	values  uint32 // first of its words
	chunk   uint32
	offset  uint16
	origin  uint16 // of its block's origins
	id      uint16
	kind    event.Kind
	version uint8
}

// origin is where rows come from, and what else two bytes of a row tell: a
// block has at most as many origins as rows.
type origin struct {
	stream    uint32 // file, computer, channel
	recovered bool
	ofUser    bool // the Target is named, and not as a computer is
}

// streamKey is one log of one computer in one file.
type streamKey struct {
	file              event.FileID
	computer, channel textID
}

// table is what readers of a snapshot see of the store. Blocks are never
// moved and words once written never change, so a copy of the slices' headers
// is a view that the builder's appends do not touch.
type table struct {
	schemas    *event.Schemas
	layouts    []layout
	rows       []*[blockSize]row
	count      int
	origins    []origin // of all blocks
	originsOf  []uint32 // the first of each block
	words      []*[blockSize]uint32
	texts      []string
	guids      guidList
	principals []principal
	shapeWords []uint32
	shapeFirst []uint32
	streams    []streamKey
}

func (t *table) row(i uint32) *row { return &t.rows[i>>blockBits][i&blockMask] }

func (t *table) cameFrom(i uint32) origin {
	return t.origins[t.originsOf[i>>blockBits]+uint32(t.row(i).origin)]
}

// at returns the words of an event from its first on.
func (t *table) at(r *row) []uint32 {
	return t.words[r.values>>blockBits][r.values&blockMask:]
}

// shape returns the words of an event's shape, given its own.
func (t *table) shape(l *layout, w []uint32) []uint32 {
	return t.shapeWords[t.shapeFirst[w[l.shapeAt]]:]
}

// word returns where a slot's value lies, given an event's words.
func (t *table) word(l *layout, s *slot, w []uint32) []uint32 {
	if s.inShape {
		w = t.shape(l, w)
	}
	return w[s.word:]
}

// digits returns where a numeric slot's value lies; false if it is absent.
func (t *table) digits(l *layout, s *slot, w []uint32) ([]uint32, bool) {
	presence := 0
	if l.shape > 0 {
		shape := t.shape(l, w)
		if !s.inShape {
			return w[s.word:], shape[fixedPresence]>>s.bit&1 == 1
		}
		w, presence = shape, shapePresence
	}
	return w[s.word:], w[presence]>>s.bit&1 == 1
}

// number returns a numeric column: number, logon ID, time.
func (t *table) number(i uint32, c event.Column) (uint64, bool) {
	r := t.row(i)
	return t.numberIn(&t.layouts[r.kind], c, t.at(r))
}

func (t *table) numberIn(l *layout, c event.Column, w []uint32) (uint64, bool) {
	at := l.index[c]
	if at < 0 {
		return 0, false
	}
	s := &l.slots[at]
	if !s.numeric() {
		return 0, false
	}
	w, ok := t.digits(l, s, w)
	if !ok {
		return 0, false
	}
	if s.width() == 2 {
		return uint64(w[0]) | uint64(w[1])<<32, true
	}
	return uint64(w[0]), true
}

// textID returns the text of a Text or Address column, 0 if absent.
func (t *table) textID(i uint32, c event.Column) textID {
	r := t.row(i)
	l := &t.layouts[r.kind]
	return t.textIn(l, l.textSlot(c), t.at(r))
}

// textIn returns the text of a slot, 0 where that is nil.
func (t *table) textIn(l *layout, s *slot, w []uint32) textID {
	if s == nil {
		return 0
	}
	w = t.word(l, s, w)
	if s.part == 0 {
		return w[0]
	}
	p := t.principals[w[0]]
	return [4]textID{0, p.sid, p.name, p.domain}[s.part]
}

func (t *table) text(i uint32, c event.Column) string { return t.texts[t.textID(i, c)] }

func (t *table) guid(i uint32, c event.Column) event.GUID {
	r := t.row(i)
	l := &t.layouts[r.kind]
	at := l.index[c]
	if at < 0 || l.slots[at].typ != event.GUIDRef {
		return event.GUID{}
	}
	w := t.word(l, &l.slots[at], t.at(r))
	return t.guids.at(w[0])
}

// subject and target return the triples that an event names, 0 if none.
func (t *table) subject(i uint32) uint32 {
	r := t.row(i)
	l := &t.layouts[r.kind]
	return t.triple(l, l.subject, t.at(r))
}

func (t *table) target(i uint32) uint32 {
	r := t.row(i)
	l := &t.layouts[r.kind]
	return t.triple(l, l.target, t.at(r))
}

func (t *table) triple(l *layout, at triple, w []uint32) uint32 {
	switch {
	case at.word < 0:
		return 0
	case at.inShape:
		return t.shape(l, w)[at.word]
	}
	return w[at.word]
}

func (t *table) sid(principal uint32) string    { return t.texts[t.principals[principal].sid] }
func (t *table) name(principal uint32) string   { return t.texts[t.principals[principal].name] }
func (t *table) domain(principal uint32) string { return t.texts[t.principals[principal].domain] }

func (t *table) provider(i uint32) string {
	r := t.row(i)
	if at := t.layouts[r.kind].provider; at >= 0 {
		return t.texts[t.at(r)[at]]
	}
	return t.schemas.Of(r.kind).Provider
}

// store is the table with what only the builder needs to add to it.
type store struct {
	table
	lexicon lexicon
	next    uint32 // the first free word
	shapes  map[string]uint32
	// recent are shapes that were asked for lately, in front of the map.
	recent [1 << 8]knownShape
	// packings are known ways to pack rows, by kind, the latest used first.
	packings [][]*packing
	scratch  []uint32
	key      []byte
	stream   map[streamKey]uint32
	logs     []streamState
}

type knownShape struct {
	kind event.Kind
	size uint16 // 0: none
	id   uint32
}

func newStore(schemas *event.Schemas) *store {
	s := &store{lexicon: newLexicon(), shapes: map[string]uint32{}, stream: map[streamKey]uint32{}}
	s.schemas = schemas
	for k := 0; k < schemas.Len(); k++ {
		l := newLayout(schemas.Of(event.Kind(k)))
		s.layouts = append(s.layouts, l)
		s.scratch = slices.Grow(s.scratch, l.words+l.shape)
	}
	s.packings = make([][]*packing, schemas.Len())
	return s
}

// sync lets the store's own table see what the lexicon has learnt.
func (s *store) sync() {
	s.texts, s.guids, s.principals = s.lexicon.texts.all, s.lexicon.guids, s.lexicon.principals
}

// empty drops all rows, and keeps what was learnt of names and logs.
func (s *store) empty() {
	s.rows, s.words, s.count, s.next = nil, nil, 0, 0
	s.origins, s.originsOf = nil, nil
	s.lexicon.guids = guidList{}
	clear(s.lexicon.readers)
	for i := range s.logs {
		s.logs[i].rows, s.logs[i].kept, s.logs[i].origins = nil, 0, [4]blockOrigin{}
	}
}

// view returns the table as readers may keep it.
func (s *store) view() table {
	t := s.table
	t.texts, t.guids, t.principals = s.lexicon.texts.all, s.lexicon.guids, s.lexicon.principals
	return t
}

// maxRows and maxWords keep row numbers and word numbers within 32 bits; None
// stands for no row.
const (
	maxRows  = 1<<32 - 2
	maxWords = 1<<32 - blockSize
)

// add takes over one row of a batch and returns its number; false if the
// store is full or the row's kind is unknown.
func (s *store) add(b *event.Batch, in *event.Row, r *readerTexts, stream uint32) (uint32, bool) {
	if int(in.Kind) >= len(s.layouts) || s.count >= maxRows || s.next >= maxWords {
		return 0, false
	}
	l := &s.layouts[in.Kind]
	if s.count&blockMask == 0 {
		s.rows = append(s.rows, new([blockSize]row))
		s.originsOf = append(s.originsOf, uint32(len(s.origins)))
	}
	i := uint32(s.count)
	s.count++
	out := s.row(i)
	words, target := s.pack(l, in, s.valuesOf(b, in), r)
	*out = row{time: in.Time, record: in.RecordID, chunk: in.Chunk, offset: in.Offset, kind: in.Kind, id: in.EventID, version: in.Version}
	out.origin = s.originOf(origin{stream, in.Recovered, s.lexicon.principals[target].user})
	out.values = s.place(l, words)
	return i, true
}

// originOf returns which of the newest block's origins one is.
func (s *store) originOf(o origin) uint16 {
	sort := 0
	if o.recovered {
		sort |= 1
	}
	if o.ofUser {
		sort |= 2
	}
	known := &s.logs[o.stream].origins[sort]
	if blocks := uint32(len(s.rows)); known.blocks != blocks {
		*known = blockOrigin{blocks, uint16(uint32(len(s.origins)) - s.originsOf[blocks-1])}
		s.origins = append(s.origins, o)
	}
	return known.at
}

// place copies the words of an event to where none of them straddles a block.
func (s *store) place(l *layout, words []uint32) uint32 {
	if blockSize-int(s.next&blockMask) < l.words {
		s.next = (s.next | blockMask) + 1
	}
	if int(s.next>>blockBits) >= len(s.words) {
		s.words = append(s.words, new([blockSize]uint32))
	}
	at := s.next
	copy(s.words[at>>blockBits][at&blockMask:], words)
	s.next += uint32(l.words)
	return at
}

func (s *store) internShape(k event.Kind, words []uint32) uint32 {
	mixed := uint32(k) * 0x9e3779b1
	for i, w := range words {
		mixed += w * (0x9e3779b1 + uint32(i)*2*0x85ebca6b)
	}
	recent := &s.recent[mixed>>24]
	if recent.kind == k && int(recent.size) == len(words) && slices.Equal(s.shapeWords[s.shapeFirst[recent.id]:][:len(words)], words) {
		return recent.id
	}
	id := s.findShape(k, words)
	*recent = knownShape{k, uint16(len(words)), id}
	return id
}

func (s *store) findShape(k event.Kind, words []uint32) uint32 {
	s.key = binary.LittleEndian.AppendUint16(s.key[:0], uint16(k))
	for _, w := range words {
		s.key = binary.LittleEndian.AppendUint32(s.key, w)
	}
	if id, ok := s.shapes[string(s.key)]; ok {
		return id
	}
	id := uint32(len(s.shapeFirst))
	s.shapeFirst = append(s.shapeFirst, uint32(len(s.shapeWords)))
	s.shapeWords = append(s.shapeWords, words...)
	s.shapes[string(s.key)] = id
	return id
}
