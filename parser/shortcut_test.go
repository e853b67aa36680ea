package parser

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"spoor/model/event"
)

// What a decoder learns from records only makes it faster: it must read each
// record, whatever is in it, as one does that has seen none before.
func TestRecordsAreReadAsIfEachWereTheFirst(t *testing.T) {
	sound := seeds(t)
	r := rand.New(rand.NewPCG(17, 19))
	chunk := make([]byte, chunkSize)
	f := open(t, "mutated", asLog(chunk))
	schemas := event.NewSchemas()
	words := newVocabulary(schemas)
	warm := newDecoder(f, words, schemas)
	warm.newDictionary(1)
	read, rows := 0, 0
	for n := range 120 {
		clear(chunk)
		copy(chunk, sound[n%len(sound)])
		if n >= len(sound) {
			mutate(r, chunk)
		}
		warm.begin()
		warm.templates.enter(chunk)
		var w walker
		for w.reset(readChunk(chunk)); ; {
			s, ok := w.next()
			if !ok {
				break
			}
			fresh := newDecoder(f, words, schemas)
			fresh.newDictionary(1)
			fresh.begin()
			fresh.templates.enter(chunk)
			got, want := readOne(warm, chunk, s), readOne(fresh, chunk, s)
			if got != want {
				t.Fatalf("chunk %d, record at %d is read as\n%s\nand by a decoder of its own as\n%s", n, s.offset, got, want)
			}
			read++
			rows += strings.Count(got, "row")
		}
	}
	if read < 3000 || rows < 2000 {
		t.Errorf("only %d records and %d rows were compared", read, rows)
	}
}

// readOne reads a record and says what came of it.
func readOne(d *decoder, chunk []byte, s span) string {
	d.data = chunk
	before := d.mark()
	if err := d.record(s); err != nil {
		d.rollback(before)
		return err.Error()
	}
	run := d.runs.list[d.runs.last]
	out := fmt.Sprintf("record %d of %q %q at %v", run.LastID, d.dictionary.string(run.Computer), d.dictionary.string(run.Channel), run.LastTime)
	for _, row := range d.batch.Rows[before.rows:] {
		out += fmt.Sprintf("\nrow of kind %d, %q %q %q: %d, %d, %d at %v, %b:", row.Kind, d.dictionary.string(row.Provider), d.dictionary.string(row.Channel),
			d.dictionary.string(row.Computer), row.EventID, row.Version, row.RecordID, row.Time, row.Present)
		for i, f := range d.schemas.Of(row.Kind).Fields {
			v := d.batch.Values[int(row.Values)+i]
			switch f.Column.Type() {
			case event.Text, event.Address:
				out += fmt.Sprintf(" %q", d.dictionary.string(event.StringID(v)))
			case event.GUIDRef:
				var g event.GUID
				if v > 0 {
					g = d.dictionary.guids[event.GUIDID(v)-d.dictionary.firstGUID]
				}
				out += " " + g.String()
			default:
				out += fmt.Sprint(" ", v)
			}
		}
	}
	return out
}

// A template is known again by its definition without what is each chunk's own,
// compared at once; it must be the same in every byte and in every name.
func TestTemplatesThatDifferInOneByteAreNotTheSame(t *testing.T) {
	compared, differ := 0, 0
	for _, sound := range seeds(t) {
		chunk := append([]byte(nil), sound...)
		f := open(t, "log", asLog(chunk))
		schemas := event.NewSchemas()
		d := newDecoder(f, newVocabulary(schemas), schemas)
		d.newDictionary(1)
		d.begin()
		d.chunk(chunk, 0)
		for _, use := range d.templates.here {
			p := use.program
			if use.turn != d.templates.turn || p == nil {
				continue
			}
			from := int(use.definition)
			to := from + len(p.definition)
			check := func(pos int) {
				chunk[pos] ^= 1
				same := d.templates.equal(p, chunk[from:to], from)
				if want := equalByParts(p, sound, chunk, from); same != want {
					t.Errorf("template at %d with another byte at %d: the same is %v, want %v", from, pos, same, want)
				} else if compared++; !same {
					differ++
				}
				chunk[pos] ^= 1
			}
			for pos := from; pos < to; pos++ {
				check(pos)
			}
			for i := range p.names {
				at := int(binary.LittleEndian.Uint32(chunk[from+p.names[i].at:]))
				for pos := at + 6; pos < at+8+len(p.names[i].name); pos++ {
					check(pos)
				}
			}
		}
	}
	if compared < 10000 || differ < compared/2 {
		t.Errorf("%d were compared, of which %d differ", compared, differ)
	}
}

// equalByParts says whether p, which was compiled from the template at from in
// was, is the one at from in chunk.
func equalByParts(p *program, was, chunk []byte, from int) bool {
	own := map[int]bool{0: true, 1: true, 2: true, 3: true} // the link
	for i := range p.names {
		n := &p.names[i]
		at := int(binary.LittleEndian.Uint32(chunk[from+n.at:]))
		if (at == from+n.at+4) != n.inline || at < chunkHeaderSize || at+8+len(n.name) > len(chunk) ||
			2*int(binary.LittleEndian.Uint16(chunk[at+6:])) != len(n.name) || string(chunk[at+8:at+8+len(n.name)]) != string(n.name) {
			return false
		}
		for j := range 4 {
			own[n.at+j] = true
			own[n.at+4+j] = own[n.at+4+j] || n.inline
		}
	}
	for i := range p.definition {
		if !own[i] && was[from+i] != chunk[from+i] {
			return false
		}
	}
	return true
}

// Two descriptors read at once say what each says alone.
func TestSlotsAreThoseOfTheirDescriptors(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 29))
	for range 2000 {
		count := r.IntN(40)
		descriptors := make([]byte, 4*count)
		want, fragment, at := make([]slot, count), count, uint32(r.IntN(chunkSize))
		start := at
		for i := range count {
			size, kind := uint32(r.IntN(1<<16)), uint8(r.IntN(256))
			if r.IntN(20) == 0 {
				kind = typeFragment
			}
			binary.LittleEndian.PutUint32(descriptors[4*i:], size|uint32(kind)<<16|r.Uint32()<<24)
			want[i] = newSlot(at, size, kind)
			if kind == typeFragment {
				fragment = min(fragment, i)
			}
			at += size
		}
		got, end := make([]slot, count), start
		if first := fillSlots(got, descriptors, &end); first != fragment || end != at {
			t.Fatalf("%x: fragment %d, end %d; want %d, %d", descriptors, first, end, fragment, at)
		}
		for i := range got {
			if got[i].offset() != want[i].offset() || got[i].size() != want[i].size() || got[i].kind() != want[i].kind() {
				t.Fatalf("%x: value %d is %x, want %x", descriptors, i, got[i], want[i])
			}
		}
	}
}

// Four characters at once are those one by one.
func TestTextIsReadFourCharactersAtATime(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 37))
	for range 5000 {
		units := make([]uint16, r.IntN(24))
		for i := range units {
			if units[i] = uint16(r.IntN(0x80)); r.IntN(16) == 0 {
				units[i] = []uint16{0x80, 0xff, 0x100, 0x7f00, 0x4100, 0xd83d, 0xde00, 0xffff}[r.IntN(8)]
			}
		}
		raw, plain := make([]byte, 0, 2*len(units)), true
		for _, u := range units {
			raw = binary.LittleEndian.AppendUint16(raw, u)
			plain = plain && u < 0x80
		}
		var want []byte
		for i := 0; i < len(units); i++ {
			piece := raw[2*i : 2*i+2] // alone it is too short to be read otherwise
			if i+1 < len(units) && utf16.IsSurrogate(rune(units[i])) && units[i] < 0xdc00 && units[i+1]&0xfc00 == 0xdc00 {
				piece = raw[2*i : 2*i+4]
				i++
			}
			want = appendUTF16(want, piece)
		}
		if got := appendUTF16(nil, raw); string(got) != string(want) {
			t.Fatalf("%x is read as %q, want %q", raw, got, want)
		}
		got, ok := ascii(make([]byte, 24), raw)
		if ok != plain || ok && string(got) != string(want) {
			t.Fatalf("%x is read as %q %v, want %q %v", raw, got, ok, want, plain)
		}
	}
}

// The numbers of strings mean others in the next dictionary.
func TestAKindIsNotThatOfTheSameNumbersInAnotherDictionary(t *testing.T) {
	schemas := event.NewSchemas()
	d := newDecoder(nil, newVocabulary(schemas), schemas)
	var p program
	kind := func(dictionary uint64, provider, channel string) event.Kind {
		d.newDictionary(dictionary)
		return d.kindOf(&p, &head{provider: d.dictionary.utf8(provider), channel: d.dictionary.utf8(channel), id: 4624})
	}
	if kind(1, "Microsoft-Windows-Security-Auditing", "Security") == event.Other {
		t.Error("a logon is of no kind")
	}
	if k := kind(2, "Another", "Application"); k != event.Other {
		t.Errorf("an event of another provider is of kind %d", k)
	}
}
