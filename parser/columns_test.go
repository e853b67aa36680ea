package parser

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

// texts and guids of all batches, by dictionary.
type library struct {
	texts map[uint64][]string
	guids map[uint64][]event.GUID
}

func read(t testing.TB, batches []*event.Batch) library {
	t.Helper()
	l := library{make(map[uint64][]string), make(map[uint64][]event.GUID)}
	for _, b := range batches {
		if l.texts[b.Dictionary] == nil {
			l.texts[b.Dictionary], l.guids[b.Dictionary] = []string{""}, []event.GUID{{}}
		}
		if n := len(l.texts[b.Dictionary]); int(b.FirstText) != n {
			t.Fatalf("dictionary %d has %d texts, the batch adds from %d", b.Dictionary, n, b.FirstText)
		}
		if n := len(l.guids[b.Dictionary]); int(b.FirstGUID) != n {
			t.Fatalf("dictionary %d has %d GUIDs, the batch adds from %d", b.Dictionary, n, b.FirstGUID)
		}
		l.texts[b.Dictionary] = append(l.texts[b.Dictionary], b.Texts...)
		l.guids[b.Dictionary] = append(l.guids[b.Dictionary], b.GUIDs...)
	}
	return l
}

// value renders a column as its type means it.
func (l library) value(b *event.Batch, row *event.Row, schema *event.Schema, i int) string {
	v := b.Values[int(row.Values)+i]
	switch schema.Fields[i].Column.Type() {
	case event.Text, event.Address:
		return strconv.Quote(l.texts[b.Dictionary][v])
	case event.GUIDRef:
		return l.guids[b.Dictionary][v].String()
	case event.Instant:
		return event.FileTime(v).String()
	}
	return strconv.FormatUint(v, 10)
}

// expected says what a field of a complete record means for a column, by
// another way than Scan's: from the rendered value.
func expected(v event.Value, t event.ColumnType) (string, bool) {
	if v.Type == event.Null {
		return "", false
	}
	s := v.String()
	switch t {
	case event.Text, event.Address:
		return strconv.Quote(s), true
	case event.GUIDRef:
		g, err := event.ParseGUID(s)
		return g.String(), err == nil
	case event.Instant:
		at, err := event.ParseFileTime(s)
		if v.Type != event.String {
			at, err = event.FileTime(v.Bits), nil
		}
		return at.String(), err == nil
	}
	if v.Type == event.Bool {
		return strconv.FormatUint(v.Bits, 10), true
	}
	n, err := strconv.ParseUint(strings.TrimSpace(s), 0, 64)
	if err != nil {
		n, err = strconv.ParseUint(strings.TrimSpace(s), 10, 64)
	}
	return strconv.FormatUint(n, 10), err == nil
}

// fieldOf finds the value that a schema's field names.
func fieldOf(r *event.Record, name string) event.Value {
	fields := r.Data()
	if len(fields) == 0 {
		fields = r.UserFields()
	}
	if at, ok := positional(name); ok {
		for _, f := range fields {
			if f.Name != "" {
				continue
			}
			if at == 0 {
				return f.Value
			}
			at--
		}
		return event.Value{}
	}
	for _, f := range fields {
		if _, local, ok := strings.Cut(f.Name, ":"); f.Name == name || ok && local == name {
			return f.Value
		}
	}
	return event.Value{}
}

// checkRows compares every row with its record, decoded completely.
func checkRows(t *testing.T, f *File, s scanned) (rows int) {
	t.Helper()
	return checkBatches(t, f, read(t, s.batches), s.batches)
}

func checkBatches(t *testing.T, f *File, l library, batches []*event.Batch) (rows int) {
	t.Helper()
	schemas := event.NewSchemas()
	for _, b := range batches {
		for i := range b.Rows {
			row := &b.Rows[i]
			rows++
			r, err := f.Record(event.Ref{File: f.ID(), Chunk: row.Chunk, Offset: uint32(row.Offset)})
			if err != nil {
				t.Fatalf("%s: record %d: %v", f.Name(), row.RecordID, err)
			}
			text := l.texts[b.Dictionary]
			got := event.Head{
				Provider: text[row.Provider], Channel: text[row.Channel], Computer: text[row.Computer],
				EventID: row.EventID, Version: row.Version, Time: row.Time, RecordID: row.RecordID,
			}
			if want := r.Head(); got != want {
				t.Errorf("%s: row %+v, record %+v", f.Name(), got, want)
			}
			if row.Recovered != r.Recovered {
				t.Errorf("%s: record %d: recovered %v and %v", f.Name(), row.RecordID, row.Recovered, r.Recovered)
			}
			kind, _ := schemas.Find(got.Provider, got.Channel, got.EventID)
			if kind != row.Kind {
				t.Errorf("%s: record %d is of kind %d, want %d", f.Name(), row.RecordID, row.Kind, kind)
			}
			schema := schemas.Of(row.Kind)
			for j, field := range schema.Fields {
				want, ok := expected(fieldOf(r, field.Name), field.Column.Type())
				present := row.Present>>j&1 == 1
				if present != ok {
					t.Errorf("%s: record %d, event %d: %s present is %v, want %v (%q)", f.Name(), row.RecordID, row.EventID, field.Name, present, ok, want)
				} else if present && l.value(b, row, schema, j) != want {
					t.Errorf("%s: record %d, event %d: %s is %s, want %s", f.Name(), row.RecordID, row.EventID, field.Name, l.value(b, row, schema, j), want)
				}
			}
		}
	}
	return rows
}

func TestRowsOfRealLogsSayWhatTheirRecordsSay(t *testing.T) {
	logs := corpus(t)
	total := 0
	for _, name := range names(logs) {
		f := open(t, name, logs[name])
		total += checkRows(t, f, scanAll(t, f, 2))
	}
	if total < 10_000 {
		t.Errorf("only %d rows in the corpus", total)
	}
}

func TestRowsOfMadeLogsSayWhatTheirRecordsSay(t *testing.T) {
	for _, o := range []bulk.Options{{Seed: 1}, {Seed: 2, Unique: true}, {Seed: 3, Rendered: true}} {
		var log bytes.Buffer
		records, err := bulk.Write(&log, 2<<20, o)
		if err != nil {
			t.Fatal(err)
		}
		f := open(t, fmt.Sprintf("%+v", o), log.Bytes())
		s := scanAll(t, f, 2)
		if s.stats.Records != records {
			t.Errorf("%+v: %d records, wrote %d", o, s.stats.Records, records)
		}
		if n := checkRows(t, f, s); uint64(n) != records {
			t.Errorf("%+v: %d rows of %d records", o, n, records)
		}
	}
}

// The outcome is the same whoever reads which part of a file.
func TestScanIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	var log bytes.Buffer
	if _, err := bulk.Write(&log, 5<<20, bulk.Options{Unique: true}); err != nil {
		t.Fatal(err)
	}
	f := open(t, "log", log.Bytes())
	var want map[string]bool
	for _, workers := range []int{1, 2, 7, 100} {
		got := make(map[string]bool)
		s := scanAll(t, f, workers)
		l := read(t, s.batches)
		schemas := event.NewSchemas()
		for _, b := range s.batches {
			for i := range b.Rows {
				row := &b.Rows[i]
				line := fmt.Sprint(row.Chunk, row.Offset, row.Kind, row.Present)
				for j := range schemas.Of(row.Kind).Fields {
					if row.Present>>j&1 == 1 {
						line += " " + l.value(b, row, schemas.Of(row.Kind), j)
					}
				}
				got[line] = true
			}
		}
		if want == nil {
			want = got
		}
		if len(got) != len(want) {
			t.Errorf("%d workers give %d rows, one %d", workers, len(got), len(want))
		}
		for line := range got {
			if !want[line] {
				t.Fatalf("%d workers give %s, one does not", workers, line)
			}
		}
	}
}

// With Reuse a batch is good until emit returns, and says the same.
func TestReusedBatchesSayTheSame(t *testing.T) {
	var log bytes.Buffer
	if _, err := bulk.Write(&log, 5<<20, bulk.Options{}); err != nil {
		t.Fatal(err)
	}
	f := open(t, "log", log.Bytes())
	own := scanAll(t, f, 1)
	i := 0
	_, err := f.Scan(context.Background(), Options{Workers: 1, Reuse: true}, func(b *event.Batch) error {
		if want := own.batches[i]; !slices.Equal(b.Rows, want.Rows) || !slices.Equal(b.Values, want.Values) || !slices.Equal(b.Texts, want.Texts) {
			t.Errorf("batch %d differs", i)
		}
		i++
		return nil
	})
	if err != nil || i != len(own.batches) || i < 5 {
		t.Errorf("%d batches of %d, %v", i, len(own.batches), err)
	}
}

// A dictionary that is full is ended, and the next starts at 1.
func TestDictionaryIsBounded(t *testing.T) {
	d := newDictionary()
	d.reset(1)
	r := rand.New(rand.NewPCG(1, 2))
	for n := 0; !d.full(); n++ {
		if n > 2*maxTexts {
			t.Fatal("never full")
		}
		d.utf8(strconv.FormatUint(r.Uint64(), 36))
	}
	var b event.Batch
	d.hand(&b)
	if len(b.Texts) < maxTexts-1 {
		t.Errorf("full with %d texts", len(b.Texts))
	}
	d.reset(2)
	if d.full() {
		t.Error("still full")
	}
	if id := d.utf8("a"); id != 1 {
		t.Errorf("starts at %d", id)
	}
	if id, again := d.utf8("b"), d.utf8("a"); id != 2 || again != 1 {
		t.Errorf("goes on with %d, finds %d", id, again)
	}
}

func TestCancelledScanEnds(t *testing.T) {
	var log bytes.Buffer
	if _, err := bulk.Write(&log, 4<<20, bulk.Options{}); err != nil {
		t.Fatal(err)
	}
	f := open(t, "log", log.Bytes())
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	_, err := f.Scan(ctx, Options{Workers: 2}, func(*event.Batch) error {
		n++
		cancel()
		return nil
	})
	if err != context.Canceled || n != 1 {
		t.Errorf("%d batches, %v", n, err)
	}
	stop := fmt.Errorf("enough")
	if _, err := f.Scan(context.Background(), Options{Workers: 2}, func(*event.Batch) error { return stop }); err != stop {
		t.Errorf("emit's error comes back as %v", err)
	}
}
