package tui

import "spoor/model/event"

// cell is a column of one event that a test makes up without a file: a
// string, a number or a GUID.
type cell struct {
	column event.Column
	value  any
}

// feed turns events of one host into batches with a dictionary of their own.
type feed struct {
	host    string
	schemas *event.Schemas
	batch   event.Batch
	texts   map[string]event.StringID
	guids   event.GUIDID
	record  uint64
	send    func(*event.Batch)
}

// mostRows is how many events a batch holds.
const mostRows = 1024

func newFeed(file event.FileID, host string, schemas *event.Schemas, send func(*event.Batch)) *feed {
	return &feed{
		host: host, schemas: schemas, send: send,
		batch: event.Batch{File: file, Dictionary: uint64(file) + 1, FirstText: 1, FirstGUID: 1},
		texts: map[string]event.StringID{"": 0},
	}
}

func (f *feed) text(s string) event.StringID {
	id, ok := f.texts[s]
	if !ok {
		id = event.StringID(len(f.texts))
		f.texts[s] = id
		f.batch.Texts = append(f.batch.Texts, s)
	}
	return id
}

func (f *feed) value(v any) uint64 {
	switch v := v.(type) {
	case string:
		return uint64(f.text(v))
	case int:
		return uint64(v)
	case event.LogonID:
		return uint64(v)
	case event.GUID:
		// Each is in one event of a log.
		f.guids++
		f.batch.GUIDs = append(f.batch.GUIDs, v)
		return uint64(f.guids)
	}
	panic("no column holds such a value")
}

// log writes an event; version 2 is that of 4624 since Windows 10.
func (f *feed) log(now event.FileTime, k event.Kind, sets ...[]cell) {
	s := f.schemas.Of(k)
	f.record++
	row := event.Row{
		Time: now, RecordID: f.record, Chunk: uint32(f.record / 100), Offset: uint16(f.record % 100), Provider: f.text(s.Provider),
		Channel: f.text(s.Channel), Computer: f.text(f.host), Values: uint32(len(f.batch.Values)), Kind: k, EventID: s.EventID, Version: 2,
	}
	for range s.Fields {
		f.batch.Values = append(f.batch.Values, 0)
	}
	values := f.batch.Values[row.Values:]
	for _, set := range sets {
		for _, c := range set {
			if i := s.Index(c.column); i >= 0 {
				row.Present |= 1 << i
				values[i] = f.value(c.value)
			}
		}
	}
	f.batch.Rows = append(f.batch.Rows, row)
	if len(f.batch.Rows) == mostRows {
		f.flush()
	}
}

func (f *feed) flush() {
	rows := f.batch.Rows
	if len(rows) == 0 {
		return
	}
	first, last := rows[0], rows[len(rows)-1]
	f.batch.Runs = []event.Run{{Computer: first.Computer, Channel: first.Channel, FirstID: first.RecordID, LastID: last.RecordID,
		FirstTime: first.Time, LastTime: last.Time, MinTime: first.Time, MaxTime: last.Time, Count: uint64(len(rows))}}
	sent := f.batch
	f.send(&sent)
	f.batch = event.Batch{File: sent.File, Dictionary: sent.Dictionary, FirstText: event.StringID(len(f.texts)), FirstGUID: f.guids + 1}
}
