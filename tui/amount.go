package tui

import (
	"context"
	"math/bits"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
)

// amount is how many events the sessions of a sheet have, each counted once: a
// record that two sessions share is written once.
type amount struct {
	events int
	known  bool
	stop   context.CancelFunc // counting
}

// amountMsg says how many events a sheet's sessions have.
type amountMsg struct {
	sheet  *sheet
	events int
}

// countEvents counts beside the UI what a sheet would write.
func (r *root) countEvents(s *sheet) tea.Cmd {
	ctx, cancel := context.WithCancel(r.ctx)
	s.amount.stop = cancel
	set := r.foundIn(s.snap)
	return func() tea.Msg {
		defer cancel()
		beside := besideOf(ctx, s.snap, set, s.beside)
		n, ok := distinctEvents(ctx, s.snap, s.sessions, beside.Events(s.snap))
		if !ok {
			return nil
		}
		return amountMsg{s, n}
	}
}

// distinctEvents counts the events of sessions, each once, until ctx ends.
func distinctEvents(ctx context.Context, snap *model.Snapshot, sessions []model.SessionRow, beside []model.EventRow) (n int, ok bool) {
	seen := make([]uint64, (snap.EventCount()+63)/64)
	for _, row := range sessions {
		if ctx.Err() != nil {
			return 0, false
		}
		for _, e := range snap.SessionEvents(row) {
			seen[e/64] |= 1 << (e % 64)
		}
	}
	for _, e := range beside {
		seen[e/64] |= 1 << (e % 64)
	}
	for _, word := range seen {
		n += bits.OnesCount64(word)
	}
	return n, true
}

// amountWords says how much will be written.
func (s *sheet) amountWords() string {
	events, told := count(s.amount.events, "event", "events"), count(len(s.sessions), "session", "sessions")
	if len(s.beside) > 0 {
		told = join(told, besideWords(s.beside))
	}
	switch f := s.formats[s.format]; {
	case !f.HasEvents():
		return told + ", which " + string(f) + " shows without their events; a manifest is written beside it"
	case s.noEvents:
		events = count(0, "event", "events")
	case !s.amount.known:
		events = "their events are being counted"
	}
	return told + ", " + events + "; a manifest is written beside it"
}
