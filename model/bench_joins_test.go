package model_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

var benchEvents = flag.Int("joins", 1_000_000, "the most events that BenchmarkJoins joins; 10000000 takes gigabytes and minutes")

// BenchmarkJoins makes the chain and the relations of every session, of a
// domain that grows by hosts and by days. It reports nanoseconds for each
// event, and how many times those of the size before, ten times smaller, they
// are: at most 1.3 is linear enough.
func BenchmarkJoins(b *testing.B) {
	before := 0.0
	for n := 100_000; n <= *benchEvents; n *= 10 {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			files := domainOf(n)
			var took time.Duration
			events, linked, parents := 0, 0, 0
			for range b.N {
				s := buildFor(files)
				began := time.Now()
				linked, parents = 0, 0
				for row := range s.SessionCount() {
					x := s.Session(model.SessionRow(row))
					linked += len(x.Chain)
					if x.Parent.Session != model.None {
						parents++
					}
				}
				took += time.Since(began)
				events = s.EventCount()
			}
			per := float64(took.Nanoseconds()) / float64(b.N) / float64(events)
			b.ReportMetric(per, "join-ns/event")
			b.ReportMetric(float64(linked)/float64(events), "links/event")
			b.ReportMetric(float64(parents)/float64(events), "parents/event")
			if before > 0 {
				b.ReportMetric(per/before, "x-smaller")
			}
			before = per
		})
	}
}

func buildFor(files []logFile) *model.Snapshot {
	b := model.NewBuilder(event.NewSchemas())
	for _, f := range files {
		b.AddFile(f.file)
		for _, batch := range f.batches {
			b.Add(batch)
		}
	}
	return b.Finish()
}

// domainOf writes about n events of a domain: 500 accounts at 50 clients ask
// two domain controllers for tickets and reach 20 servers, day by day.
func domainOf(n int) []logFile {
	const clients, servers, accounts = 50, 20, 500
	var all []*machine
	add := func(name string) *machine {
		m := newMachine(name + ".corp.local").at("2020-01-01 00:00:00")
		rid := 2000 + len(all)
		m.log(event.SpecialPrivileges, subject(who{fmt.Sprint(corp, "-", rid), name + "$", "CORP"}, 0x3e5))
		m.log(event.SpecialPrivileges, subject(who{"S-1-5-18", name + "$", "CORP"}, 0x3e7))
		all = append(all, m)
		return m
	}
	dcs := []*machine{add("DC1"), add("DC2")}
	var pcs, fss []*machine
	for i := range clients {
		pcs = append(pcs, add(fmt.Sprint("PC", i)))
	}
	for i := range servers {
		fss = append(fss, add(fmt.Sprint("FS", i)))
	}
	now := clock("2020-01-01 08:00:00")
	sits := make([]event.LogonID, accounts)
	for i, events := 0, 0; events < n; i++ {
		now = now.Add(4 * time.Second)
		u, p, f := i%accounts, (i%accounts)%clients, (i*7)%servers
		w := who{fmt.Sprint(corp, "-", 5000+u), fmt.Sprint("user", u), "CORP"}
		address := fmt.Sprintf("10.0.1.%d", p)
		dc, pc, fs := dcs[i%2], pcs[p], fss[f]
		dc.now, pc.now, fs.now = now, now.Add(time.Second), now.Add(time.Second)
		id := event.LogonID(0x10000 + 0x100*i)
		guid := event.GUID{byte(i), byte(i >> 8), byte(i >> 16), byte(i >> 24), 9}
		switch (i + i/accounts) % 10 { // each account does everything in turn
		case 0:
			dc.grants(who{fmt.Sprint(corp, "-", 2002+p), fmt.Sprint("PC", p, "$"), "CORP"}, address).grants(w, address).ticket(w, fmt.Sprint("PC", p), address, guid)
			if sits[u] != 0 {
				pc.logsOff(w, sits[u])
			}
			pc.logon(w, id, 2, fields{event.LogonGUID: guid}).runs(w, id, `C:\Windows\explorer.exe`)
			sits[u] = id
			events += 6
		case 1, 2, 3:
			dc.ticket(w, fmt.Sprint("FS", f), address, event.GUID{})
			fallthrough
		case 4, 5, 6:
			fs.logon(w, id, 3, fields{event.Package: "Kerberos", event.IPAddress: address, event.LogonGUID: guid}).ends(w, id, 3)
			events += 3
		case 7, 8:
			dc.checksPassword(w.name, fmt.Sprint("PC", p))
			fs.logon(w, id, 3, ntlmFrom(address, fmt.Sprint("PC", p))).ends(w, id, 3)
			events += 3
		case 9:
			admin := who{corp + "-4999", "admin", "CORP"}
			pc.uses(w, sits[u], admin, fmt.Sprint("FS", f), 0)
			fs.now = fs.now.Add(time.Second)
			fs.logon(admin, id, 3, fields{event.Package: "Kerberos", event.IPAddress: address, event.LogonGUID: guid}).ends(admin, id, 3)
			events += 3
		}
	}
	var files []logFile
	for i, m := range all {
		files = append(files, asFile(event.FileID(i), m.name, m.recs, 4096))
		m.recs = nil
	}
	return files
}
