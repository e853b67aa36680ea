package parser

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"spoor/model/event"
	"spoor/parser/evtxwrite"
)

// steadiness makes the fields of record n of a log.
var steadiness = []struct {
	name   string
	fields func(n int) []event.Field
}{
	{"values that never change", func(int) []event.Field {
		return []event.Field{textField("TargetUserName", "eva"), textField("TargetDomainName", "WERK"), numberField("LogonType", 3)}
	}},
	{"values that change each time", func(n int) []event.Field {
		return []event.Field{textField("TargetUserName", fmt.Sprint("user", n)), textField("TargetDomainName", "WERK"), numberField("LogonType", n)}
	}},
	{"values that change once, long after they were learnt", func(n int) []event.Field {
		return []event.Field{textField("TargetUserName", fmt.Sprint("user", n/300)), textField("TargetDomainName", "WERK"), numberField("LogonType", n/250)}
	}},
	{"values whose bytes together stay the same", func(n int) []event.Field {
		return []event.Field{textField("TargetUserName", "evalang"[:n%7]), textField("TargetDomainName", "evalang"[n%7:]), textField("WorkstationName", "-")}
	}},
	{"values that are there in one record only", func(n int) []event.Field {
		fields := []event.Field{textField("TargetUserName", "eva"), textField("TargetDomainName", "WERK"), numberField("LogonType", 3)}
		if n != 300 {
			fields[1].Value, fields[2].Value = event.Value{}, event.Value{}
		}
		return fields
	}},
	{"values that one record does not have", func(n int) []event.Field {
		fields := []event.Field{textField("TargetUserName", "eva"), textField("TargetDomainName", "WERK"), numberField("LogonType", 3)}
		if n == 300 {
			fields[0].Value, fields[2].Value = event.Value{}, event.Value{}
		}
		return fields
	}},
	{"values in an order that is not the columns'", func(n int) []event.Field {
		fields := []event.Field{textField("TargetUserName", "eva"), textField("Unknown", fmt.Sprint(n)), textField("TargetDomainName", "WERK"), numberField("LogonType", n/100)}
		slices.Reverse(fields)
		return fields
	}},
	{"more names than are remembered", func(n int) []event.Field {
		fields := []event.Field{textField(fmt.Sprint("Kind", n%60), "x")}
		for i := range 20 {
			fields = append(fields, textField(fmt.Sprint("Field", n/60, "of", i), fmt.Sprint(i)))
		}
		return append(fields, textField("TargetUserName", fmt.Sprint("user", n)), numberField("LogonType", n%9))
	}},
	{"one name twice", func(n int) []event.Field {
		return []event.Field{textField("TargetUserName", "eva"), textField("TargetUserName", fmt.Sprint(n)), numberField("LogonType", 3)}
	}},
}

func textField(name, s string) event.Field { return event.Field{Name: name, Value: event.TextValue(s)} }

func numberField(name string, n int) event.Field {
	return event.Field{Name: name, Value: event.NumberValue(event.UInt32, uint64(n))}
}

func logonRecord(n int, fields []event.Field) *event.Record {
	return event.NewRecord(event.System{Head: event.Head{
		Provider: "Microsoft-Windows-Security-Auditing", Channel: "Security", Computer: "srv01.werk.example",
		EventID: 4624, Version: 2, Time: event.FileTime(133_000_000_000_000_000 + n), RecordID: uint64(n + 1),
	}}, fields...)
}

func TestOneTemplateServesSeveralKinds(t *testing.T) {
	ids := []uint16{4624, 4768, 4625, 5140, 4647, 4769}
	for _, rendered := range []bool{false, true} {
		f := open(t, "log", written(t, rendered, 120, func(n int) *event.Record {
			system := event.System{Head: logonRecord(n, nil).Head()}
			system.EventID = ids[n/3%len(ids)]
			return event.NewRecord(system, textField("TargetUserName", "eva"), textField("IpAddress", "10.0.0.7"), numberField("Status", n))
		}))
		if rows := checkRows(t, f, scanAll(t, f, 1)); rows != 120 {
			t.Errorf("rendered %v: %d rows, wrote 120 records", rendered, rows)
		}
	}
}

func TestRowsDoNotDependOnTheRecordsBefore(t *testing.T) {
	for _, tt := range steadiness {
		for _, rendered := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, rendered %v", tt.name, rendered), func(t *testing.T) {
				f := open(t, "log", written(t, rendered, 600, func(n int) *event.Record { return logonRecord(n, tt.fields(n)) }))
				if rows := checkRows(t, f, scanAll(t, f, 1)); rows != 600 {
					t.Errorf("%d rows, wrote 600 records", rows)
				}
			})
		}
	}
}

func written(t *testing.T, rendered bool, records int, record func(n int) *event.Record) []byte {
	t.Helper()
	var log bytes.Buffer
	w := evtxwrite.NewWriter(&log)
	write := w.Write
	if rendered {
		write = w.WriteRendered
	}
	for n := range records {
		if err := write(record(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return log.Bytes()
}

// Windows ends some values in a zero, which does not count; text that is
// written out in full it does not.
func TestTextsThatEndInZerosKeepThem(t *testing.T) {
	f := open(t, "log", written(t, true, 100, func(n int) *event.Record {
		return logonRecord(n, []event.Field{textField("TargetUserName", "eva\x00"[:3+n%2]), textField("TargetDomainName", "WERK\x00\x00")})
	}))
	if rows := checkRows(t, f, scanAll(t, f, 1)); rows != 100 {
		t.Errorf("%d rows, wrote 100 records", rows)
	}
}

// A new dictionary starts at 1 again: what was learnt from records before it
// must not bring numbers of the old one into rows.
func TestRowsOfANewDictionaryHaveItsNumbers(t *testing.T) {
	for _, rendered := range []bool{false, true} {
		data := written(t, rendered, 600, func(n int) *event.Record {
			return logonRecord(n, []event.Field{textField("TargetUserName", "eva"), textField("TargetDomainName", "WERK"), numberField("LogonType", 3)})
		})
		f := open(t, "log", data)
		schemas := event.NewSchemas()
		d := newDecoder(f, newVocabulary(schemas), schemas)
		var s scanned
		for i := range int(f.chunkCount()) {
			d.newDictionary(uint64(i + 1))
			for n := range i {
				d.dictionary.utf8(fmt.Sprint("another text before, ", n))
			}
			d.begin()
			at := fileHeaderSize + i*chunkSize
			d.chunk(data[at:at+chunkSize], uint32(i))
			s.batches = append(s.batches, d.end())
		}
		if len(s.batches) < 3 || checkRows(t, f, s) != 600 {
			t.Errorf("rendered %v: %d chunks, want 600 rows", rendered, len(s.batches))
		}
	}
}

// Each chunk has its own names: at the same place another may have another.
func TestNamesOfOneChunkAreNotThoseOfAnother(t *testing.T) {
	const records = 300
	data := written(t, true, records, func(n int) *event.Record {
		r := logonRecord(n, []event.Field{textField("TargetUserName", "eva")})
		system := r.Root.Child("System")
		id := slices.IndexFunc(system.Children, func(c event.Node) bool { return c.Element != nil && c.Element.Name == "EventID" })
		version := slices.IndexFunc(system.Children, func(c event.Node) bool { return c.Element != nil && c.Element.Name == "Version" })
		set := func(at int, s string) {
			system.Children[at].Element.Children = []event.Node{{Value: event.TextValue(s)}}
		}
		set(id, "4624")
		set(version, "0002")
		if n >= records/2 {
			system.Children[id], system.Children[version] = system.Children[version], system.Children[id]
		}
		return r
	})
	f := open(t, "log", data)
	if rows := checkRows(t, f, scanAll(t, f, 1)); rows != records {
		t.Errorf("%d rows, wrote %d", rows, records)
	}
}
