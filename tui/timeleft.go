package tui

import (
	"fmt"
	"time"
)

// byteUnits are what amounts of data are written in.
var byteUnits = [...]string{"B", "kB", "MB", "GB", "TB", "PB"}

// doneOf writes how much is done of how much, in one unit: 1.2 of 3.4 GB.
func doneOf(done, total int64) string {
	unit, divisor := 0, int64(1)
	for unit < len(byteUnits)-1 && total/divisor >= 1000 {
		unit, divisor = unit+1, divisor*1000
	}
	if unit == 0 {
		return fmt.Sprintf("%d of %d B", done, total)
	}
	return fmt.Sprintf("%.1f of %.1f %s", float64(done)/float64(divisor), float64(total)/float64(divisor), byteUnits[unit])
}

// surely is how long loading must have run before its speed tells something.
const surely = 2 * time.Second

// timeLeft says how long loading takes at the speed that it had so far,
// nothing where that cannot be told yet.
func (r *root) timeLeft() string {
	p, taken := r.progress, r.options.Now().Sub(r.began)
	if p.Done <= 0 || p.Done > p.Total || taken < surely {
		return ""
	}
	left := time.Duration(float64(taken) * float64(p.Total-p.Done) / float64(p.Done))
	switch {
	case left < 10*time.Second:
		return "a few s left"
	case left < 90*time.Second:
		return fmt.Sprintf("about %d s left", (left+5*time.Second-1).Truncate(5*time.Second)/time.Second)
	case left < 90*time.Minute:
		return fmt.Sprintf("about %d min left", (left+30*time.Second)/time.Minute)
	}
	return fmt.Sprintf("about %d h left", (left+30*time.Minute)/time.Hour)
}
