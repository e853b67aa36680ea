package parser

import (
	"bytes"
	"encoding/binary"

	"spoor/model/event"
)

// Bounds on what a decoder keeps of templates. A real log has some hundreds
// of them, of one to four kilobytes.
const (
	maxPrograms      = 1 << 12
	maxProgramBytes  = 16 << 20
	maxVariants      = 8       // definitions of one GUID
	maxCompiledBytes = 1 << 20 // of one chunk: definitions may overlap
)

// templates keeps the program of every template that was met. A chunk has its
// own copy of each template it uses; equal copies share one program.
type templates struct {
	words    *vocabulary
	programs map[templateKey][]*program
	count    int
	bytes    int

	// The templates of the chunk at hand, by the offset of their definitions.
	chunk    []byte
	turn     uint32
	here     [512]templateUse
	compiled int // bytes compiled in this chunk

	names    []nameAt
	scratch  []byte
	compiler compiler
}

type templateKey struct {
	guid  event.GUID
	size  uint32
	place place
}

type templateUse struct {
	turn       uint32
	definition uint32
	id         uint32 // the first bytes of its GUID
	place      place
	program    *program
	err        error
}

// nameRef is one use of a name in a definition.
type nameRef struct {
	at     int // from the start of the definition
	inline bool
	first  int // index of the first use of the same name
	name   []byte
}

func newTemplates(words *vocabulary) *templates {
	return &templates{words: words, programs: make(map[templateKey][]*program)}
}

// enter starts a chunk.
func (t *templates) enter(data []byte) {
	t.chunk = data
	t.turn++
	t.compiled = 0
}

// find returns the program of the template that in uses at a place.
func (t *templates) find(in *instance, at place) (*program, error) {
	use := t.use(uint32(in.definition), at)
	if use.turn == t.turn && use.definition == uint32(in.definition) && use.place == at {
		return use.program, use.err
	}
	p, err := t.intern(in, at)
	id := binary.LittleEndian.Uint32(t.chunk[in.definition+4:])
	*use = templateUse{t.turn, uint32(in.definition), id, at, p, err}
	return p, err
}

func (t *templates) use(definition uint32, at place) *templateUse {
	return &t.here[(definition*0x9e3779b1>>20+uint32(at))%uint32(len(t.here))]
}

// of returns the program of the instance at pos, of ten bytes or more, and
// where its values' descriptors are. Whatever is wrong with it, it is nil.
func (t *templates) of(pos, end int, at place) (p *program, values int) {
	head := t.chunk[pos : pos+10]
	id, definition := binary.LittleEndian.Uint32(head[2:]), binary.LittleEndian.Uint32(head[6:])
	use := t.use(definition, at)
	if use.turn == t.turn && use.definition == definition && use.place == at && use.id == id && int(definition) != pos+10 {
		return use.program, pos + 10
	}
	in, values, err := readUse(t.chunk, pos, end)
	if err != nil {
		return nil, 0
	}
	p, _ = t.find(&in, at)
	return p, values
}

func (t *templates) intern(in *instance, at place) (*program, error) {
	definition := t.chunk[in.definition:in.end]
	key := templateKey{size: uint32(len(definition)), place: at}
	copy(key.guid[:], definition[4:20])
	for _, p := range t.programs[key] {
		if t.equal(p, definition, in.definition) {
			return p, nil
		}
	}
	if t.compiled += len(definition); t.compiled > maxCompiledBytes {
		return nil, errTooMuch
	}
	p, err := t.compile(in, at)
	if err != nil {
		return nil, err
	}
	t.keep(key, p, definition, in.definition)
	return p, nil
}

func (t *templates) compile(in *instance, at place) (*program, error) {
	p := &program{}
	t.names = t.names[:0]
	tz := tokenizer{chunk: t.chunk, pos: in.body, end: in.end, dependencies: true, names: &t.names}
	t.compiler.program, t.compiler.words = p, t.words
	for {
		done, kind, err := t.compiler.compile(&tz, at)
		if err != nil {
			return nil, err
		}
		if kind == tokenTemplate {
			return nil, errGrammar
		}
		if done {
			break
		}
	}
	t.compiler.finish()
	return p, nil
}

// keep makes p independent of the chunk and remembers it.
func (t *templates) keep(key templateKey, p *program, definition []byte, offset int) {
	first := make(map[string]int)
	for i, n := range t.names {
		if _, again := first[string(n.name)]; !again {
			first[string(n.name)] = i
		}
		p.names = append(p.names, nameRef{n.pos - offset, n.inline, first[string(n.name)], clone(n.name)})
	}
	p.definition = p.blank(nil, definition)
	p.own()
	if t.count >= maxPrograms || t.bytes >= maxProgramBytes {
		clear(t.programs)
		t.count, t.bytes = 0, 0
	}
	if len(t.programs[key]) < maxVariants {
		t.programs[key] = append(t.programs[key], p)
		t.count++
		t.bytes += 4 * len(definition)
	}
}

// blank appends to b a template's definition without what is a chunk's own: the
// link to the next template, the offsets of names and the links between them.
func (p *program) blank(b, definition []byte) []byte {
	start := len(b)
	b = append(b, definition...)
	out := b[start:]
	clear(out[:4])
	for i := range p.names {
		n := &p.names[i]
		clear(out[n.at : n.at+4])
		if n.inline {
			clear(out[n.at+4 : n.at+8])
		}
	}
	return b
}

// equal reports whether the definition at offset of the chunk is p's: byte for
// byte, except that the offsets of names differ from chunk to chunk while the
// names are the same.
func (t *templates) equal(p *program, definition []byte, offset int) bool {
	if len(definition) != len(p.definition) {
		return false
	}
	t.scratch = p.blank(t.scratch[:0], definition)
	if !bytes.Equal(t.scratch, p.definition) {
		return false
	}
	for i := range p.names {
		n := &p.names[i]
		at := int64(binary.LittleEndian.Uint32(definition[n.at:]))
		if inline := at == int64(offset+n.at+4); inline != n.inline {
			return false
		}
		if n.inline {
			continue
		}
		if first := &p.names[n.first]; n.first < i && at == int64(binary.LittleEndian.Uint32(definition[first.at:])) {
			continue
		}
		if at < chunkHeaderSize || at+8+int64(len(n.name)) > int64(len(t.chunk)) {
			return false
		}
		if 2*int(binary.LittleEndian.Uint16(t.chunk[at+6:])) != len(n.name) || !bytes.Equal(t.chunk[at+8:int(at)+8+len(n.name)], n.name) {
			return false
		}
	}
	return true
}
