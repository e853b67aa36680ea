package model_test

import (
	"fmt"
	"maps"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// estate writes the logs of two domain controllers, three clients and two
// servers, with every kind of join between them.
func estate() []*machine {
	dcs := []*machine{corpDomain.machine("DC08"), corpDomain.machine("DC09")}
	servers := []*machine{corpDomain.machine("FS03"), corpDomain.machine("FS04")}
	var pcs []*machine
	r := rand.New(rand.NewSource(4))
	start := clock("08:00:00")
	for i := range 3 {
		pcs = append(pcs, corpDomain.machine(fmt.Sprintf("PC%02d", 10+i)))
	}
	address := func(i int) string { return fmt.Sprintf("10.0.0.%d", 10+i) }
	sits := map[int]event.LogonID{}
	for step := range 90 {
		now := start.Add(time.Duration(step) * 7 * time.Minute)
		i := (step + step/6) % len(pcs)
		pc, fs, dc := pcs[i], servers[r.Intn(2)], dcs[r.Intn(2)]
		short := strings.ToUpper(strings.SplitN(pc.name, ".", 2)[0])
		w := corpDomain.user(fmt.Sprint("user", i), 1200+i)
		for n, m := range []*machine{dc, pc, fs} {
			m.now = max(m.now, now.Add(time.Duration(n)*time.Second))
		}
		id := event.LogonID(0x10000 + 0x100*step)
		own, host := byte(step+1), strings.ToUpper(strings.SplitN(fs.name, ".", 2)[0])
		switch step % 6 {
		case 0:
			dc.grants(corpDomain.computer(short), address(i)).grants(w, address(i)).asks(ask{who: w, service: short + "$", address: address(i), guid: own})
			pc.pair(w, id, id+1, 2)
			sits[i] = id + 1
			pc.recs[len(pc.recs)-1].fields[event.LogonGUID] = guidOf(own)
		case 1, 2:
			dc.asks(ask{who: w, service: host + "$", address: address(i)})
			if step%6 == 2 {
				dc.asks(ask{who: w, service: host + "$", address: address(i)})
			}
			fs.logon(w, id, 3, kerberos(address(i), own+100)).ends(w, id, 3)
		case 3:
			dc.checksPassword(w.name, short)
			fs.now = max(fs.now, dc.now)
			fs.logon(w, id, 3, ntlmFrom(address(i), short))
		case 4:
			pc.uses(w, sits[i], corpDomain.user("admin", 1300), host, 0)
			fs.now = pc.now.Add(time.Second)
			fs.logon(corpDomain.user("admin", 1300), id, 3, kerberos(address(i), own+100))
		case 5:
			pc.logon(w, id, 9, fields{event.OutboundName: "ops", event.OutboundDomain: "CORP"})
			fs.now = pc.now.Add(time.Second)
			fs.logon(corpDomain.user("ops", 1301), id+1, 3, kerberos(address(i), own+100))
		}
	}
	return slices.Concat(dcs, pcs, servers)
}

// joinNames names every join of a snapshot by the records that it is between,
// with how sure it is.
func joinNames(s *model.Snapshot) map[string]model.Certainty {
	name := func(e model.EventRow) string {
		x := s.Event(e)
		return fmt.Sprint(x.Computer, "/", x.Channel, "/", x.RecordID)
	}
	out := map[string]model.Certainty{}
	for row := range s.SessionCount() {
		x := s.Session(model.SessionRow(row))
		for _, l := range x.Chain {
			out[fmt.Sprint(name(x.Anchor), " ", l.Role, " ", name(l.Event))] = l.Certainty
		}
		if x.Parent.Session != model.None {
			out[name(x.Anchor)+" parent "+name(s.Session(x.Parent.Session).Anchor)] = x.Parent.Certainty
		}
		for _, c := range x.Children {
			out[name(s.Session(c.Session).Anchor)+" child of "+name(x.Anchor)] = c.Certainty
		}
	}
	return out
}

func filesOf(machines []*machine, size int) []logFile {
	var out []logFile
	for i, m := range machines {
		out = append(out, asFile(event.FileID(i), m.name+".evtx", m.recs, size))
	}
	return out
}

func TestJoinsAreTheSameForAnyOrderOfFilesAndForCopies(t *testing.T) {
	machines := estate()
	want := joinNames(build(t, filesOf(machines, 1000)))
	counts := map[string]int{}
	for name, sure := range want {
		counts[strings.Fields(name)[1]+" "+sure.String()]++
	}
	for _, least := range []string{"service-ticket exact", "service-ticket strong", "service-ticket medium", "tgt strong", "ntlm-validation strong", "explicit-credentials medium", "parent medium"} {
		if counts[least] == 0 {
			t.Errorf("the estate has no %s: %v", least, counts)
		}
	}
	r := rand.New(rand.NewSource(2))
	for range 20 {
		files := filesOf(machines, 1+r.Intn(40))
		for range r.Intn(4) { // copies, whole and in part
			m := machines[r.Intn(len(machines))]
			from := r.Intn(len(m.recs))
			files = append(files, asFile(event.FileID(len(files)), fmt.Sprint("copy", len(files), ".evtx"), m.recs[from:from+r.Intn(len(m.recs)-from)], 1+r.Intn(9)))
		}
		if got := joinNames(shuffled(r, files)); !maps.Equal(got, want) {
			t.Fatalf("%v\nwant\n%v", got, want)
		}
	}
}

// With less evidence there are fewer joins, or less sure ones; what is exact or
// strong does not contradict what all of it says: another record is never it.
func TestJoinsOfTruncatedLogsContradictNoneOfWholeOnes(t *testing.T) {
	machines := estate()
	whole := joinNames(build(t, filesOf(machines, 1000)))
	holder := func(name string) string { return name[:strings.LastIndexByte(name, ' ')] }
	really := map[string][]string{}
	for name := range whole {
		really[holder(name)] = append(really[holder(name)], name)
	}
	r := rand.New(rand.NewSource(3))
	fewer, said := 0, 0
	for range 60 {
		cut := make([]*machine, len(machines))
		for i, m := range machines {
			x := *m
			if r.Intn(2) == 0 {
				x.recs = m.recs[:len(m.recs)-r.Intn(len(m.recs)-2)]
			}
			cut[i] = &x
		}
		s := build(t, filesOf(cut, 1000))
		got := joinNames(s)
		for name, sure := range got {
			if sure < model.Strong {
				continue
			}
			if _, ok := whole[name]; !ok && len(really[holder(name)]) > 0 {
				t.Errorf("%s %s; really %q", sure, name, really[holder(name)])
			}
		}
		if len(got) < len(whole) {
			fewer++
		}
		for row := range s.SessionCount() {
			if s.Session(model.SessionRow(row)).ChainMissing != "" {
				said++
				break
			}
		}
	}
	if fewer == 0 || said == 0 {
		t.Error("nothing was lost, or no session says so")
	}
}

// One finished snapshot is read by many at once while what it joins is made.
func TestManyReadJoinsAtOnce(t *testing.T) {
	files := filesOf(estate(), 1000)
	alone := build(t, files)
	want := joinNames(alone)
	trails := make([][]model.Step, len(alone.Accounts()))
	for i := range trails {
		trails[i] = alone.Trail(model.AccountID(i))
	}
	s := build(t, files)
	var group sync.WaitGroup
	ready := make(chan bool)
	for n := range 16 {
		group.Go(func() {
			<-ready
			switch n % 4 {
			case 0:
				if got := joinNames(s); !maps.Equal(got, want) {
					t.Error("joins differ")
				}
			case 1:
				for i := range trails {
					if !reflect.DeepEqual(s.Trail(model.AccountID(i)), trails[i]) {
						t.Error("trails differ")
					}
				}
			case 2:
				for row := s.SessionCount() - 1; row >= 0; row-- {
					for _, l := range s.Session(model.SessionRow(row)).Logons {
						s.LogonChain(l)
					}
				}
			case 3:
				s.Failures()
				for _, h := range s.Hosts() {
					s.HostAt("10.0.0.10", h.Last)
				}
			}
		})
	}
	close(ready)
	group.Wait()
}
