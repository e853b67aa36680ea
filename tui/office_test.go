package tui

import (
	"context"
	"fmt"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// fields are the columns of one event that a test makes up without a file.
type fields map[event.Column]any

// feed turns events of one host into batches with a dictionary of their own.
type feed struct {
	host    string
	schemas *event.Schemas
	batch   event.Batch
	texts   map[string]event.StringID
	guids   map[event.GUID]event.GUIDID
	now     event.FileTime
	record  uint64
	sent    int
	send    func(*event.Batch)
}

func newFeed(file event.FileID, host string, send func(*event.Batch)) *feed {
	return &feed{
		host: host, schemas: event.NewSchemas(), send: send, now: storyStart,
		batch: event.Batch{File: file, Dictionary: uint64(file) + 1, FirstText: 1, FirstGUID: 1},
		texts: map[string]event.StringID{"": 0}, guids: map[event.GUID]event.GUIDID{{}: 0},
	}
}

func (f *feed) text(s string) uint64 {
	id, ok := f.texts[s]
	if !ok {
		id = event.StringID(len(f.texts))
		f.texts[s] = id
		f.batch.Texts = append(f.batch.Texts, s)
	}
	return uint64(id)
}

func (f *feed) value(v any) uint64 {
	switch v := v.(type) {
	case string:
		return f.text(v)
	case int:
		return uint64(v)
	case event.GUID:
		id, ok := f.guids[v]
		if !ok {
			id = event.GUIDID(len(f.guids))
			f.guids[v] = id
			f.batch.GUIDs = append(f.batch.GUIDs, v)
		}
		return uint64(id)
	}
	panic("no column holds such a value")
}

func (f *feed) log(k event.Kind, version uint8, columns fields) {
	s := f.schemas.Of(k)
	f.record++
	row := event.Row{
		Time: f.now, RecordID: f.record, Chunk: uint32(f.record / 100), Offset: uint32(f.record % 100), Provider: event.StringID(f.text(s.Provider)),
		Channel: event.StringID(f.text(s.Channel)), Computer: event.StringID(f.text(f.host)), Values: uint32(len(f.batch.Values)), Kind: k, EventID: s.EventID, Version: version,
	}
	for i, c := range s.Fields {
		v, ok := columns[c.Column]
		if !ok {
			f.batch.Values = append(f.batch.Values, 0)
			continue
		}
		row.Present |= 1 << i
		f.batch.Values = append(f.batch.Values, f.value(v))
	}
	f.batch.Rows = append(f.batch.Rows, row)
	if f.sent++; len(f.batch.Rows) == 4096 {
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
	f.batch = event.Batch{File: sent.File, Dictionary: sent.Dictionary, FirstText: event.StringID(len(f.texts)), FirstGUID: event.GUIDID(len(f.guids))}
}

// office is an options' loader of about n events on 50 hosts: mostly network
// logons with their ends, some desktops with processes, some failures.
func office(tb testing.TB, n int) Options {
	const hosts = 50
	o := options(tb, nil)
	o.Load = func(_ context.Context, publish func(Progress)) {
		b := model.NewBuilder(event.NewSchemas())
		for h := range hosts {
			id := event.FileID(h)
			b.AddFile(event.File{ID: id, Name: fmt.Sprintf("PC%02d.evtx", h), Size: int64(n)})
			f := newFeed(id, fmt.Sprintf("PC%02d.corp.local", h), b.Add)
			f.week(n/hosts, h)
			f.flush()
			b.FileDone(event.FileStats{File: id, Records: f.record})
		}
		publish(Progress{Snapshot: b.Finish(), Finished: true, Files: hosts, TotalFiles: hosts})
	}
	return o
}

func (f *feed) week(n, host int) {
	for i, id := 0, 0x10000; f.sent < n; i++ {
		f.now += 20_0000000
		id += 0x100
		u := (i*7 + host) % 500
		who := func(prefix [4]event.Column) fields {
			return fields{prefix[0]: fmt.Sprintf("S-1-5-21-1-2-3-%d", 1100+u), prefix[1]: fmt.Sprintf("user%d", u), prefix[2]: "CORP", prefix[3]: id}
		}
		target := who([4]event.Column{event.TargetSID, event.TargetName, event.TargetDomain, event.TargetLogon})
		from := fields{event.IPAddress: fmt.Sprintf("10.0.%d.%d", i%4, i%250), event.Port: i % 65536, event.Package: "Kerberos", event.LogonProcess: "Kerberos",
			event.LogonType: 3, event.LogonGUID: event.GUID{byte(i), byte(i >> 8), byte(i >> 16), byte(host), 1}}
		switch {
		case i%40 == 7:
			f.log(event.LogonFailed, 0, merged(target, fields{event.TargetLogon: 0, event.LogonType: 3, event.IPAddress: "10.0.9.9", event.Status: 0xc000006d, event.SubStatus: 0xc000006a}))
			continue
		case i%20 == 0:
			from = fields{event.IPAddress: "127.0.0.1", event.LogonType: 2, event.Package: "Negotiate", event.LogonProcess: "User32"}
		}
		f.log(event.Logon, 2, merged(target, from))
		subject := who([4]event.Column{event.SubjectSID, event.SubjectName, event.SubjectDomain, event.SubjectLogon})
		if i%20 == 0 {
			f.log(event.ProcessCreated, 0, merged(subject, fields{event.NewProcess: `C:\Windows\explorer.exe`}))
		}
		f.log(event.LogonTerminated, 0, merged(target, fields{event.LogonType: from[event.LogonType]}))
	}
}

func merged(all ...fields) fields {
	out := fields{}
	for _, f := range all {
		for c, v := range f {
			out[c] = v
		}
	}
	return out
}
