package tui

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// BenchmarkKeys measures keys on 10^6 simulated events (SPOOR_BENCH_EVENTS says
// how many): echo is from the key to the frame that answers it, rows until the
// rows that it asked for are drawn too; without the renderer, which sends 60
// frames a second, and without the 120 ms that the details wait. Each is the
// median and the 99th percentile in milliseconds.
//
//	go test ./tui -run ^$ -bench Keys -benchtime 200x
func BenchmarkKeys(b *testing.B) {
	n := 1_000_000
	if s, err := strconv.Atoi(os.Getenv("SPOOR_BENCH_EVENTS")); err == nil {
		n = s
	}
	d := drive(b, office(b, n), 200, 50)
	d.root.after = nothingLater
	b.Logf("%d events, %d sessions", d.root.view.snap.EventCount(), d.root.view.snap.SessionCount())
	for _, c := range []struct {
		name  string
		first []string // once
		keys  []string // in turn, measured
	}{
		{"users/step", []string{"1"}, []string{"down"}},
		{"users/drill", []string{"1"}, []string{"enter", "esc"}},
		{"users/search", []string{"1", "/", "u", "backspace"}, []string{"u", "s", "e", "r", "4", "2", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace"}},
		{"sessions/step", []string{"3"}, []string{"down"}},
		{"sessions/page", []string{"3"}, []string{"pgdown"}},
		{"sessions/drill", []string{"3", "g"}, []string{"enter", "enter", "esc", "esc"}},
		{"sessions/kin", []string{"3", "g"}, []string{"p", "esc"}},
		{"sessions/mark", []string{"3", "g"}, []string{"space"}},
		{"sessions/search", []string{"3", "/", "u", "backspace"}, []string{"u", "s", "e", "r", "4", "2", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace"}},
		{"sessions/filter", []string{"esc", "3", "/", "user:x", "esc", "esc", "/", "user:"}, []string{"u", "s", "e", "r", "4", "2", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace"}},
		{"sessions/sort", []string{"esc", "esc", "3"}, []string{"s"}},
		{"everywhere/search", []string{"esc", "esc", "esc", "ctrl+f", "u", "backspace"}, []string{"1", "0", ".", "0", ".", "2", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace"}},
		{"timeline/step", []string{"esc", "esc", "1", "g", "5"}, []string{"right", "down", "left", "up"}},
		{"timeline/zoom", nil, []string{"]", "]", "[", "["}},
		{"trail/step", []string{"6"}, []string{"down"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			d.press(c.first...)
			var echo, rows []time.Duration
			for i := range b.N {
				at := time.Now()
				_, cmd := d.root.Update(key(c.keys[i%len(c.keys)]))
				d.root.View()
				echo = append(echo, time.Since(at))
				d.run(cmd)
				d.root.View()
				rows = append(rows, time.Since(at))
				d.send(restMsg{d.root.resting})
			}
			b.ReportMetric(0, "ns/op")
			for name, all := range map[string][]time.Duration{"echo": echo, "rows": rows} {
				slices.Sort(all)
				for _, p := range []int{50, 99} {
					b.ReportMetric(float64(all[(len(all)-1)*p/100].Microseconds())/1000, fmt.Sprintf("%s-p%d-ms", name, p))
				}
			}
		})
	}
}
