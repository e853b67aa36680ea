package simulate

import (
	"testing"

	"spoor/model/event"
)

// shapes is a sink that notes how many fields the events have, by computer's
// version of Windows.
type shapes struct {
	builds map[string]uint32 // by computer
	seen   map[shape]int
}

type shape struct {
	build  uint32
	event  uint16
	number uint8
	fields int
}

func (s *shapes) Add(log string, r *event.Record) error {
	h := r.Head()
	if build := s.builds[h.Computer]; build != 0 && h.Channel == securityLog {
		s.seen[shape{build, h.EventID, h.Version, len(r.Data())}]++
	}
	return nil
}

func (s *shapes) Clear(string) {}

// The fields of each version are those of Microsoft's documents and of real
// logs; 4624's third version is known from text only.
func TestEventsHaveTheVersionsAndFieldsOfTheirWindows(t *testing.T) {
	s := &shapes{seen: make(map[shape]int)}
	for seed := range uint64(2) {
		w, err := New(Options{Seed: seed, Hosts: 100, Days: 1, Start: firstDay})
		if err != nil {
			t.Fatal(err)
		}
		s.builds = make(map[string]uint32)
		for _, h := range w.hosts {
			s.builds[h.FQDN()] = h.windows.build
		}
		if err := w.Run(s); err != nil {
			t.Fatal(err)
		}
	}
	want := map[uint16]map[uint32]shape{
		4624: {7601: {7601, 4624, 0, 20}, 9600: {9600, 4624, 1, 21}, 17763: {17763, 4624, 2, 27}, 20348: {20348, 4624, 2, 27}, 26100: {26100, 4624, 3, 28}},
		4688: {7601: {7601, 4688, 1, 9}, 9600: {9600, 4688, 1, 9}, 17763: {17763, 4688, 2, 15}, 26100: {26100, 4688, 2, 15}},
		4768: {20348: {20348, 4768, 0, 14}, 26100: {26100, 4768, 2, 24}},
		4769: {20348: {20348, 4769, 0, 11}, 26100: {26100, 4769, 2, 21}},
	}
	for id, builds := range want {
		for build, is := range builds {
			if s.seen[is] == 0 {
				t.Errorf("no %d of build %d with version %d and %d fields", id, build, is.number, is.fields)
			}
		}
	}
	for is, n := range s.seen {
		if one, ok := want[is.event][is.build]; ok && one != is {
			t.Errorf("%d of build %d: %d times version %d with %d fields", is.event, is.build, n, is.number, is.fields)
		}
	}
}

func TestWindows7KnowsNeitherBootTypeNorFontDriver(t *testing.T) {
	if !windows7.lacks(kernelBoot.name, 27) || windows7.lacks(kernelGeneral.name, 27) || windows10.lacks(kernelBoot.name, 27) {
		t.Error("Kernel-Boot 27 came with Windows 8")
	}
	if windows7.fontDriver || windows7.windowManager || !windows10.fontDriver {
		t.Error("the accounts of the desktop came later")
	}
}
