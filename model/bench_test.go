package model_test

import (
	"fmt"
	"runtime"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// BenchmarkCorrelate adds and correlates a synthetic office: mostly network
// logons with privileges and ends, some desktops with processes, a boot a day.
// It reports nanoseconds and bytes kept for each event; both should not grow.
func BenchmarkCorrelate(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			files := synthetic(n)
			b.ResetTimer()
			for range b.N {
				before := heap()
				builder := model.NewBuilder(event.NewSchemas())
				for _, f := range files {
					builder.AddFile(f.file)
					for _, batch := range f.batches {
						builder.Add(batch)
					}
				}
				s := builder.Finish()
				b.StopTimer()
				b.ReportMetric(float64(heap()-before)/float64(s.EventCount()), "bytes/event")
				runtime.KeepAlive(builder)
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// synthetic writes about n events on 50 hosts.
func synthetic(n int) []logFile {
	const hosts = 50
	var files []logFile
	for h := range hosts {
		pc := newMachine(fmt.Sprintf("PC%02d.corp.local", h)).at("00:00:00")
		id := event.LogonID(0x10000)
		for i := 0; len(pc.recs) < n/hosts; i++ {
			pc.now += 1_0000000 * 20
			id += 0x100
			if i%2000 == 0 {
				pc.starts().logon(system, 0x3e7, 0)
				id = 0x10000
			}
			w := who{fmt.Sprintf("S-1-5-21-1-2-3-%d", 1100+i%500), fmt.Sprintf("user%d", i%500), "CORP"}
			if i%20 == 0 {
				pc.pair(w, id, id+1, 2).runs(w, id+1, `C:\Windows\explorer.exe`).runs(w, id+1, `C:\Program Files\app.exe`).logsOff(w, id+1)
				continue
			}
			pc.logon(w, id, 3, fields{event.IPAddress: fmt.Sprintf("10.0.%d.%d", i%4, i%250), event.Port: uint32(i % 65536), event.Package: "Kerberos", event.LogonProcess: "Kerberos", event.LogonGUID: event.GUID{byte(i), byte(i >> 8), byte(i >> 16), byte(h), 1}})
			pc.log(event.SpecialPrivileges, merge(subject(w, id), fields{event.Privileges: "SeDebugPrivilege\r\n\t\t\tSeTcbPrivilege"}))
			pc.ends(w, id, 3)
		}
		files = append(files, asFile(event.FileID(h), pc.name, pc.recs, 4096))
	}
	return files
}
