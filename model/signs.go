package model

import (
	"cmp"
	"slices"
	"sort"

	"spoor/model/event"
)

// sign is an event that speaks of the machine's start or stop.
type sign struct {
	time event.FileTime
	at   uint32 // the event
	kind event.Kind
}

// collectSigns gathers the signs of starts and stops by the time that they
// tell of, which System's order and even their own times do not follow.
func (c *correlator) collectSigns() {
	c.signs = map[event.Kind][]sign{}
	for i := range c.events {
		at := uint32(i)
		s := sign{c.time(at), at, c.kind(at)}
		switch s.kind {
		case event.KernelStarted:
			s.time = c.own(at, event.StartTime, s.time)
		case event.KernelStopped:
			s.time = c.own(at, event.StopTime, s.time)
		case event.KernelBootType, event.EventLogStarted, event.OSVersionAtStart, event.DirtyRestart, event.UnexpectedShutdown,
			event.ShutdownTransition, event.Sleeping, event.Resumed, event.EventLogShutdown, event.ShutdownRequested, event.ShutdownAborted,
			event.EventLogStopped, event.LSASSStarted:
		default:
			continue
		}
		c.signs[s.kind] = append(c.signs[s.kind], s)
	}
	for _, signs := range c.signs {
		slices.SortStableFunc(signs, func(a, b sign) int { return cmp.Compare(a.time, b.time) })
	}
}

func (c *correlator) own(i uint32, col event.Column, otherwise event.FileTime) event.FileTime {
	if t := event.FileTime(c.num(i, col)); t != 0 {
		return t
	}
	return otherwise
}

// lastSign returns the newest sign of a kind up to t.
func (v *hostView) lastSign(k event.Kind, t event.FileTime) *sign {
	signs := v.signs[k]
	i := sort.Search(len(signs), func(i int) bool { return signs[i].time > t })
	if i == 0 {
		return nil
	}
	return &signs[i-1]
}

func (v *hostView) inSecurity(i uint32) bool { return i >= v.security.from && i < v.security.to }

// aborted reports whether a request to shut down was taken back (1075).
func (v *hostView) aborted(request sign) bool {
	return v.signBetween(request.time, request.time.Add(requestSpan), event.ShutdownAborted) != nil
}

// signBetween returns the first sign of the kinds in [from, to].
func (v *hostView) signBetween(from, to event.FileTime, kinds ...event.Kind) *sign {
	var first *sign
	for _, k := range kinds {
		signs := v.signs[k]
		i := sort.Search(len(signs), func(i int) bool { return signs[i].time >= from })
		if i < len(signs) && signs[i].time <= to && (first == nil || signs[i].time < first.time) {
			first = &signs[i]
		}
	}
	return first
}
