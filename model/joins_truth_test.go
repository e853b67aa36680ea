package model_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/simulate"
	"spoor/parser"
	"spoor/parser/evtxwrite"
)

// lived lets a world run, and loads its logs.
func lived(t testing.TB, w *simulate.World) *model.Snapshot {
	t.Helper()
	var out bytes.Buffer
	c := evtxwrite.NewCollection(&out, w.End().Time())
	if err := w.Run(c); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	b := model.NewBuilder(event.NewSchemas())
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		log, err := parser.Open(bytes.NewReader(data), int64(len(data)), event.FileID(i), f.Name)
		if err != nil {
			continue // cut off within its header
		}
		b.AddFile(event.File{ID: event.FileID(i), Name: f.Name, Size: int64(len(data))})
		stats, err := log.Scan(context.Background(), parser.Options{}, func(x *event.Batch) error { b.Add(x); return nil })
		if err != nil {
			t.Fatal(err)
		}
		b.FileDone(stats)
	}
	return b.Finish()
}

func recordName(computer, channel string, id uint64) string {
	short, _, _ := strings.Cut(strings.ToLower(computer), ".")
	return fmt.Sprint(short, "/", strings.ToLower(channel), "/", id)
}

// linkTruth is which records really led to a session, by role.
type linkTruth map[string]map[string]bool

// score counts the links of one class that were right.
type score struct{ right, wrong int }

func TestChainsAreTrue(t *testing.T) {
	start := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	t.Run("practice domain", func(t *testing.T) {
		w := simulate.Demo()
		judgeChains(t, lived(t, w), w.Truth())
	})
	worlds := []simulate.Options{{Seed: 1, Hosts: 10, Days: 1, Start: start}}
	for i, f := range simulate.Faults {
		worlds = append(worlds, simulate.Options{Seed: uint64(i + 2), Hosts: 10, Days: 1, Start: start, Faults: []simulate.Fault{f}})
	}
	for _, o := range worlds {
		t.Run(fmt.Sprint(o.Hosts, " hosts ", o.Faults), func(t *testing.T) {
			w, err := simulate.New(o)
			if err != nil {
				t.Fatal(err)
			}
			judgeChains(t, lived(t, w), w.Truth())
		})
	}
}

func judgeChains(t *testing.T, s *model.Snapshot, truth *simulate.Truth) {
	t.Helper()
	index := map[string]model.SessionRow{}
	for _, row := range s.Sessions(model.None, model.None) {
		for _, l := range s.Session(row).Logons {
			a := s.Event(s.Logon(l).Anchor)
			index[recordName(a.Computer, a.Channel, a.RecordID)] = row
		}
	}
	want := map[model.SessionRow]linkTruth{}
	// Explicit credentials at a Remote Desktop client led to the network
	// authentication, of which the truth tells, and through it to the session.
	clients := map[string]bool{}
	for _, x := range truth.Sessions {
		for _, r := range x.Chain {
			if r.Role == "explicit-credentials" && r.Host != x.Host {
				clients[x.Account+" "+x.Host+" "+recordName(r.Host, r.Channel, r.ID)] = true
			}
		}
	}
	judged := map[string]bool{}
	for r := model.RoleTGT; r < model.RoleNetworkAuthentication; r++ {
		judged[r.String()] = true
	}
	for _, x := range truth.Sessions {
		roles, row, known := linkTruth{}, model.SessionRow(0), false
		for _, r := range append(slices.Clone(x.Records), x.Chain...) {
			name := recordName(r.Host, r.Channel, r.ID)
			if r.Role == "logon" && r.Kept {
				if at, ok := index[name]; ok {
					row, known = at, true
				}
			}
			if r.Kept && judged[r.Role] {
				if roles[r.Role] == nil {
					roles[r.Role] = map[string]bool{}
				}
				roles[r.Role][name] = true
			}
		}
		if !known {
			continue
		}
		if want[row] == nil {
			want[row] = linkTruth{}
		}
		for role, names := range roles { // its network authentications are sessions of their own there
			if want[row][role] == nil {
				want[row][role] = map[string]bool{}
			}
			maps.Copy(want[row][role], names)
		}
	}
	scores := map[string]*score{}
	found := map[string]*score{}
	at := func(m map[string]*score, k string) *score {
		if m[k] == nil {
			m[k] = &score{}
		}
		return m[k]
	}
	for row, roles := range want {
		x := s.Session(row)
		got := map[string]bool{}
		for _, l := range x.Chain {
			e := s.Event(l.Event)
			name := recordName(e.Computer, e.Channel, e.RecordID)
			role := l.Role.String()
			if !judged[role] {
				continue
			}
			c := at(scores, l.Certainty.String()+" "+role)
			switch {
			case roles[role][name] || x.LogonType == 10 && clients[s.Account(x.Account).Display()+" "+strings.ToUpper(s.Host(x.Host).Short())+" "+name]:
				c.right++
				got[role+name] = true
			default:
				c.wrong++
				if l.Certainty >= model.Strong {
					t.Errorf("%s %s of %s at %s: %s %s %s, want %v", l.Certainty, role, s.Account(x.Account).Display(), s.Host(x.Host).Short(), x.Start, name, l.Why, slices.Sorted(maps.Keys(roles[role])))
				}
			}
		}
		for role, names := range roles {
			for name := range names {
				if got[role+name] {
					at(found, role).right++
				} else {
					at(found, role).wrong++
				}
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(scores)) {
		c := scores[k]
		t.Logf("%-32s precision %.3f (%d of %d)", k, float64(c.right)/float64(c.right+c.wrong), c.right, c.right+c.wrong)
	}
	for _, k := range slices.Sorted(maps.Keys(found)) {
		c := found[k]
		t.Logf("%-32s recall    %.3f (%d of %d)", k, float64(c.right)/float64(c.right+c.wrong), c.right, c.right+c.wrong)
	}
}
