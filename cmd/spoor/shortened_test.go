package main

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"testing"
	"time"

	"spoor/model"
	"spoor/model/simulate"
)

// sessionsByID are a host's sessions by all their ids.
func sessionsByID(s *model.Snapshot) map[string]model.Session {
	out := map[string]model.Session{}
	for i := range s.SessionCount() {
		x := s.Session(model.SessionRow(i))
		for _, id := range append(slices.Clone(x.Aliases), x.ID) {
			out[id] = x
		}
	}
	return out
}

// shortenings are what a log's end may become: cut off, or without content.
var shortenings = map[string]func(log []byte, at int) []byte{
	"cut":   func(log []byte, at int) []byte { return log[:at] },
	"zeros": func(log []byte, at int) []byte { clear(log[at:]); return log },
	"noise": func(log []byte, at int) []byte {
		for i := range log[at:] {
			log[at+i] = byte(i*31 + i>>9)
		}
		return log
	},
}

// What a log would have told behind the place where it was cut, nobody knows: a
// session that it ends is open to nobody who reads the rest, and has no other end.
func TestOfASessionThatAWholeLogEndsAShortenedOneTellsTheSameOrNothing(t *testing.T) {
	compared, unknown := 0, 0
	for _, seed := range []uint64{7, 8} {
		r := rand.New(rand.NewPCG(4, seed))
		_, all := logsOf(t, simulate.Options{Seed: seed, Hosts: 6, Days: 2, Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Intruders: simulate.Intruders()})
		hosts := map[string]map[string][]byte{}
		for name, log := range all {
			host := path.Dir(name)
			if hosts[host] == nil {
				hosts[host] = map[string][]byte{}
			}
			hosts[host][name] = log
		}
		for _, host := range slices.Sorted(maps.Keys(hosts)) {
			logs := hosts[host]
			whole := sessionsByID(readLogs(t, logs))
			for _, name := range slices.Sorted(maps.Keys(logs)) {
				for _, how := range slices.Sorted(maps.Keys(shortenings)) {
					at := 4096 + r.IntN(len(logs[name])-4096)
					shortened := maps.Clone(logs)
					shortened[name] = shortenings[how](bytes.Clone(logs[name]), at)
					s := readLogs(t, shortened)
					for id, x := range sessionsByID(s) {
						want, ok := whole[id]
						if !ok || want.End.Reason == model.EndReasonOpen {
							continue
						}
						compared++
						if x.End.Reason == model.EndReasonUnknown {
							unknown++
						}
						if !tellsNoMore(x.End, want.End) {
							t.Errorf("%s, %s at %d: session %s, %s, ends %+v; by the whole log %+v", name, how, at, id, x.Kind, x.End, want.End)
						}
					}
				}
			}
		}
	}
	t.Logf("%d sessions compared, of %d the end is not known", compared, unknown)
	if unknown == 0 || unknown == compared {
		t.Error("nothing was lost, or all")
	}
}

// tellsNoMore reports whether one end is what another is, or leaves it open. The
// same end is told by several records within a second. That it was a shutdown's
// may be told by System alone: without, there is what Security has of it.
func tellsNoMore(got, want model.End) bool {
	reason := want.Reason
	if got.Certainty == model.EndExact && got.Reason == model.EndReasonLogoff && reason == model.EndReasonShutdown {
		reason = got.Reason
	}
	if got.Reason == reason && got.Certainty == want.Certainty && got.Time.Sub(want.Time).Abs() < time.Second {
		return true
	}
	return got.Reason == model.EndReasonUnknown && got.Certainty != model.EndExact &&
		(want.Certainty != model.EndExact || got.NotBefore <= want.Time && (got.NotAfter == 0 || got.NotAfter >= want.Time))
}
