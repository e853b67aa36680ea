package bulk_test

import (
	"bytes"
	"io"
	"testing"

	"spoor/model/event"
	"spoor/parser"
	"spoor/parser/evtxwrite/bulk"
)

// A log of a pool is one log: no record is damaged, and numbers, times, logon
// IDs and GUIDs go on from turn to turn.
func TestALogOfAPoolGoesOn(t *testing.T) {
	const records, turns = 3000, 3
	pool, err := bulk.NewPool(bulk.Options{Seed: 5}, records)
	if err != nil {
		t.Fatal(err)
	}
	log, err := pool.Log(42, records*(turns-1)+1)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.Open(log, log.Size(), 0, "made")
	if err != nil {
		t.Fatal(err)
	}
	schemas := event.NewSchemas()
	logons, guids := map[uint64]bool{}, map[event.GUID]bool{}
	last, now := uint64(0), event.FileTime(0)
	texts := []string{""}
	var dictionary []event.GUID
	dictionary = append(dictionary, event.GUID{})
	_, err = file.Scan(t.Context(), parser.Options{Workers: 1, Schemas: schemas, Ordered: true}, func(b *event.Batch) error {
		for _, d := range b.Damage {
			t.Errorf("%+v", d)
		}
		texts, dictionary = append(texts, b.Texts...), append(dictionary, b.GUIDs...)
		for _, row := range b.Rows {
			if row.RecordID != last+1 || row.Time < now || texts[row.Computer] != "srv042.werk.example" {
				t.Fatalf("record %d at %d of %s after %d at %d", row.RecordID, row.Time, texts[row.Computer], last, now)
			}
			last, now = row.RecordID, row.Time
			s := schemas.Of(row.Kind)
			if row.Kind != event.Logon {
				continue
			}
			id := b.Values[row.Values+uint32(s.Index(event.TargetLogon))]
			guid := dictionary[b.Values[row.Values+uint32(s.Index(event.LogonGUID))]]
			if logons[id] || id > 1<<40 || guids[guid] {
				t.Fatalf("record %d: logon %#x or GUID %v was there before", row.RecordID, id, guid)
			}
			logons[id], guids[guid] = true, true
		}
		return nil
	})
	if err != nil || last != turns*records || len(logons) < turns*records/10 {
		t.Errorf("%d records with %d logons: %v", last, len(logons), err)
	}
}

// Whatever part of a log is asked for, it is that part.
func TestALogOfAPoolIsReadInAnyParts(t *testing.T) {
	pool, err := bulk.NewPool(bulk.Options{}, 500)
	if err != nil {
		t.Fatal(err)
	}
	log, err := pool.Log(7, 1000)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(io.NewSectionReader(log, 0, log.Size()))
	if err != nil || int64(len(whole)) != log.Size() {
		t.Fatal(len(whole), err)
	}
	for _, part := range [][2]int64{{0, 10}, {4000, 200}, {4096, 64 << 10}, {4096 + 10, 70 << 10}, {4095, 128<<10 + 2}, {log.Size() - 5, 5}} {
		got := make([]byte, part[1])
		if _, err := log.ReadAt(got, part[0]); err != nil || !bytes.Equal(got, whole[part[0]:part[0]+part[1]]) {
			t.Errorf("%d bytes at %d differ (%v)", part[1], part[0], err)
		}
	}
	if n, err := log.ReadAt(make([]byte, 10), log.Size()-4); n != 4 || err != io.EOF {
		t.Errorf("at the end %d bytes, %v", n, err)
	}
	if _, err := pool.Log(1000, 1); err == nil {
		t.Error("there is a host 1000")
	}
}
