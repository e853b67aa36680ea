package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// Marks of certainty: sure, bounded, unknown, and a lower bound. They read
// the same without colour.
const (
	markSure    = "="
	markBounded = "~"
	markUnsure  = "?"
	markAtLeast = ">="
)

func certaintyMark(c model.Certainty) string {
	switch c {
	case model.Exact:
		return markSure
	case model.Strong:
		return markBounded
	}
	return markUnsure
}

func endMark(c model.EndCertainty) string {
	return [...]string{markUnsure, markBounded, markSure}[c]
}

// shortKinds are the kinds of sessions as lists name them.
var shortKinds = [...]string{
	model.KindUnknown: "?", model.KindInteractive: "interactive", model.KindRemoteDesktop: "RDP",
	model.KindNetwork: "network", model.KindNetworkCleartext: "cleartext", model.KindBatch: "batch",
	model.KindService: "service", model.KindNewCredentials: "new creds", model.KindSystem: "system",
	model.KindUnlock: "unlock",
}

// kindWord names what a session is: an interactive one is only at the console
// where its fields say so; a UAC prompt or runas makes others.
func kindWord(s model.Session) string {
	if s.Kind == model.KindInteractive && s.Activity.Name != "" {
		return s.Activity.Name
	}
	return shortKind(s.Kind)
}

// atConsole reports whether a session was begun at the machine itself.
func atConsole(s model.Session) bool {
	return s.Kind == model.KindInteractive && s.Activity.Name == "console"
}

func shortKind(k model.SessionKind) string {
	if int(k) < len(shortKinds) {
		return shortKinds[k]
	}
	return k.String()
}

// endWords says in one word how something ended.
func endWord(e model.End) string {
	switch {
	case e.Reason == model.EndReasonOpen:
		return "no end seen"
	case e.Reason == model.EndReasonUnknown:
		return "unknown"
	}
	return e.Reason.String()
}

// lengthWords writes a duration with two units: 16s, 2m 05s, 3h 20m, 4d 6h.
func lengthWords(d time.Duration) string {
	switch s := int64(d / time.Second); {
	case d < 0:
		return "-"
	case d == 0:
		return "0s"
	case d < time.Second:
		return "<1s"
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm %02ds", s/60, s%60)
	case s < 86400:
		return fmt.Sprintf("%dh %02dm", s/3600, s/60%60)
	default:
		return fmt.Sprintf("%dd %dh", s/86400, s/3600%24)
	}
}

// count writes a number with its noun: 1 event, 1,204 events.
func count[N ~int | ~int64 | ~uint64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

func thousands[N ~int | ~int64 | ~uint64](n N) string {
	s := strconv.FormatUint(uint64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func bytesWords(n int64) string {
	switch {
	case n < 10_000:
		return thousands(n) + " B"
	case n < 10_000_000:
		return thousands(n/1000) + " kB"
	case n < 10_000_000_000:
		return thousands(n/1_000_000) + " MB"
	}
	return thousands(n/1_000_000_000) + " GB"
}

func triWord(t model.Tri, yes, no string) string {
	return [...]string{"", no, yes}[t]
}

// zoneName writes a zone with its offset at a moment: UTC+00:00.
func zoneName(zone *time.Location, at time.Time) string {
	offset := at.In(zone).Format("-07:00")
	if zone == time.UTC || zone.String() == "UTC" {
		return "UTC+00:00"
	}
	return zone.String() + " " + offset
}

// minutes adds what a time is found by: its day and its minute, of which there
// are few, instead of itself, of which there is one an event.
func (v *view) minutes(t event.FileTime, add func(string)) {
	if t == 0 {
		return
	}
	at := t.Time().In(v.zone)
	add(at.Format("2006-01-02"))
	add(at.Format("15:04"))
}

func join(parts ...string) string {
	out := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "  ")
}

// quoted puts s between quotes as it is: backslashes are no escapes here.
func quoted(s string) string { return `"` + s + `"` }
