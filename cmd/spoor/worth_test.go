package main

import (
	"strings"
	"testing"
	"time"

	"spoor/model"
	"spoor/tui"
)

// With room for no more than one file, that is a Security log; with enough, all
// are read.
func TestSecurityLogsComeFirstWhereMemoryIsScarce(t *testing.T) {
	for _, c := range []struct {
		most int64
		all  bool
	}{{2, false}, {8 << 30, true}} {
		v := newInvestigation((&options{}).finder([]string{"../../testdata/demo.zip"}), 1, time.Now)
		v.room = room{most: c.most, why: "the test"}
		var last tui.Progress
		v.Load(t.Context(), func(p tui.Progress) { last = p })
		read := map[string]bool{}
		for _, x := range last.Snapshot.Coverage() {
			if x.Records > 0 {
				read[strings.ToLower(x.Channel)] = true
			}
		}
		if c.all != (len(read) > 2) || !read["security"] {
			t.Errorf("with room for %d bytes: %v", c.most, read)
		}
		v.Close()
	}
}

// Security logs are followed by those of the system, each the smallest first.
func TestLogsAreReadByWhatTheyTell(t *testing.T) {
	v := newInvestigation((&options{}).finder([]string{"../../testdata/demo.zip"}), 1, time.Now)
	defer v.Close()
	v.room = room{most: 2, why: "the test"}
	l := &loading{v: v, builder: model.NewBuilder(v.schemas), gauge: v.room.gauge()}
	set := v.find(t.Context())
	defer set.Close()
	want := []string{"Security", "System", ""}
	for i, ids := range l.byWorth(t.Context(), l.announce(set)) {
		size := int64(0)
		for _, id := range ids {
			log := v.logs[id].source
			base := log.Name[strings.LastIndexByte(log.Name, '/')+1:]
			if tells := strings.Contains(base, want[i]); !tells || i == 2 && !strings.HasPrefix(base, "Microsoft-") {
				t.Errorf("%s is in place %d", log.Name, i)
			}
			if log.Size < size {
				t.Errorf("%s is after one of %d bytes", log.Name, size)
			}
			size = log.Size
		}
	}
}
