package parser

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

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
