package bulk

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"spoor/model/event"
)

const (
	domain    = "WERK"
	realm     = "WERK.EXAMPLE"
	domainSID = "S-1-5-21-2187411632-1417092251-3308154873"
	computer  = "srv01.werk.example"
)

// source makes events one after another.
type source struct {
	rng    *rand.Rand
	o      Options
	now    event.FileTime
	record uint64
	logon  uint64
	made   uint64
	marked uint64 // counts the GUIDs of a pool; 0 elsewhere
	// live are logons that have not ended yet, the oldest first.
	live []logon
}

type logon struct {
	user, sid, address string
	id                 uint64
}

func newSource(o Options) *source {
	o.Users, o.Computer = cmp.Or(o.Users, 200), cmp.Or(o.Computer, computer)
	return &source{
		rng:   rand.New(rand.NewPCG(o.Seed, 0x5eed)),
		o:     o,
		now:   event.FileTimeOf(time.Date(2026, 1, 5, 6, 0, 0, 0, time.UTC)),
		logon: 0x2f000,
	}
}

// LogonShare is how many of a hundred events are logons (4624).
const LogonShare = 22

// mix says how many of a hundred events are of each kind.
var mix = []struct {
	share int
	make  func(*source) *event.Record
}{
	{LogonShare, (*source).loggedOn},
	{20, (*source).loggedOff},
	{8, (*source).privileges},
	{12, (*source).process},
	{5, (*source).tgt},
	{12, (*source).ticket},
	{4, (*source).ntlm},
	{6, (*source).share},
	{11, (*source).shareFile},
}

func (s *source) next() *event.Record {
	s.now += event.FileTime(s.rng.Int64N(4_000_000))
	s.record++
	n := s.rng.IntN(100)
	for _, m := range mix {
		if n -= m.share; n < 0 {
			return m.make(s)
		}
	}
	return s.loggedOn()
}

// account is one of the users, few of them busy; or a new one each time.
func (s *source) account() (name, sid string) {
	n := uint64(s.rng.ExpFloat64()*0.15*float64(s.o.Users)) % uint64(s.o.Users)
	if s.o.Unique {
		s.made++
		n = s.made
	}
	return fmt.Sprintf("user%04d", n), fmt.Sprintf("%s-%d", domainSID, 1100+n)
}

func (s *source) address() string {
	n := uint64(s.rng.ExpFloat64()*40) % 250
	if s.o.Unique {
		n = s.made
	}
	return fmt.Sprintf("10.%d.%d.%d", 20+n>>16&0xff, n>>8&0xff, n&0xff)
}

// some is one of the live logons.
func (s *source) some() logon {
	if len(s.live) == 0 {
		name, sid := s.account()
		return logon{name, sid, s.address(), s.logon}
	}
	return s.live[s.rng.IntN(len(s.live))]
}

func (s *source) system(id uint16, version uint8, task uint16) event.System {
	return event.System{
		Head: event.Head{
			Provider: "Microsoft-Windows-Security-Auditing", EventID: id, Version: version,
			Time: s.now, RecordID: s.record, Channel: "Security", Computer: s.o.Computer,
		},
		ProviderGUID: auditing, Task: task, Keywords: event.AuditSuccess,
		ProcessID: 748, ThreadID: uint32(800 + 4*s.rng.IntN(40)),
	}
}

var auditing = event.GUID{0x25, 0x96, 0x84, 0x54, 0x78, 0x54, 0x94, 0x49, 0xa5, 0xba, 0x3e, 0x3b, 0x03, 0x28, 0xc3, 0x0d}

func (s *source) guid() event.Value {
	var g event.GUID
	binary.LittleEndian.PutUint64(g[:], s.rng.Uint64())
	binary.LittleEndian.PutUint64(g[8:], s.rng.Uint64())
	if s.marked > 0 {
		s.marked++
		binary.LittleEndian.PutUint64(g[:], s.marked)
	}
	return event.GUIDValue(g)
}

func (s *source) port() event.Value {
	return event.TextValue(fmt.Sprint(49152 + s.rng.IntN(16000)))
}
