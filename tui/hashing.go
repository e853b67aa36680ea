package tui

import (
	"context"
	"slices"
	"sync"

	tea "charm.land/bubbletea/v2"

	"spoor/model/event"
	"spoor/model/text"
)

// hashing owns the goroutine that reads the evidence once more for its sums:
// one file after the other, once loading has finished, so that it is in the
// way of nothing.
type hashing struct {
	hash   func(context.Context, event.FileID) (string, error)
	sums   *sums
	ctx    context.Context
	cancel context.CancelFunc
	done   chan struct{} // closed when the last file is hashed
	once   sync.Once
	// arrived holds a token while a sum has come that the UI does not know
	// of: many small files make one message.
	arrived chan struct{}
}

// hashedMsg says that sums have come.
type hashedMsg struct{ last bool }

func newHashing(ui context.Context, hash func(context.Context, event.FileID) (string, error)) *hashing {
	h := &hashing{hash: hash, sums: &sums{byFile: map[event.FileID]sum{}}, done: make(chan struct{}), arrived: make(chan struct{}, 1)}
	h.ctx, h.cancel = context.WithCancel(ui)
	return h
}

// start hashes files, once, and returns the command that waits for them.
func (h *hashing) start(files []event.FileID) tea.Cmd {
	if h.hash == nil {
		return nil
	}
	var wait tea.Cmd
	h.once.Do(func() {
		wait = h.wait
		h.sums.expect(files)
		go func() {
			defer close(h.done)
			for _, id := range files {
				text, err := h.hash(h.ctx, id)
				if h.ctx.Err() != nil {
					return
				}
				h.sums.put(id, sum{text, err})
				select {
				case h.arrived <- struct{}{}:
				default:
				}
			}
		}()
	})
	return wait
}

// wait is a command: it returns when sums have come.
func (h *hashing) wait() tea.Msg {
	select {
	case <-h.ctx.Done():
		return nil
	case <-h.done:
		return hashedMsg{last: true}
	case <-h.arrived:
		return hashedMsg{}
	}
}

// join ends hashing and waits until it did.
func (h *hashing) join() {
	h.cancel()
	h.once.Do(func() { close(h.done) })
	<-h.done
}

// sum is the SHA-256 of a file, or why there is none. The zero sum is still to
// come.
type sum struct {
	text string
	err  error
}

// sums are what is hashed so far. They are the one thing about a view that
// changes: if each made a new view, every list would be built again for it.
type sums struct {
	mu       sync.Mutex
	byFile   map[event.FileID]sum
	expected []event.FileID // nil before hashing began
}

func (s *sums) expect(files []event.FileID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expected = files
}

// leavesOut reports whether a file will not be hashed.
func (s *sums) leavesOut(id event.FileID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.expected != nil && !slices.Contains(s.expected, id)
}

func (s *sums) put(id event.FileID, of sum) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byFile[id] = of
}

func (s *sums) of(id event.FileID) sum {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byFile[id]
}

// progress says which file is being hashed, of how many; none when all are.
func (s *sums) progress() (at, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byFile) >= len(s.expected) {
		return 0, len(s.expected)
	}
	return len(s.byFile) + 1, len(s.expected)
}

// unhashed are the files that loading left without a sum. Where the user
// stopped it, files that were not read to their end stay unread.
func (r *root) unhashed() []event.FileID {
	out := []event.FileID{}
	for _, f := range r.view.snap.Files() {
		_, read := r.view.snap.Stats(f.ID)
		if f.SHA256 == "" && (read || f.Size > 0 && !r.progress.Stopped) {
			out = append(out, f.ID)
		}
	}
	return out
}

// hashed shows the sums that came: nothing is drawn for those that are not on
// screen.
func (r *root) hashed(m hashedMsg) tea.Cmd {
	if m.last {
		return r.retell()
	}
	return tea.Batch(r.retell(), r.hashing.wait)
}

// retell shows what became known of the files meanwhile.
func (r *root) retell() tea.Cmd {
	if l := r.roots[evidenceTitle]; l != nil && l.rows != nil {
		l.index = newIndexing() // it can be searched for
		for _, row := range l.shown[:min(len(l.shown), sampled)] {
			for c := range l.rows.columns() {
				l.layout.Note(c, text.Width(r.theme.printer.Clean(l.rows.cell(int(row), c).Text)))
			}
		}
	}
	if l := r.top(); l.rows != nil && l.rows.about().hashed {
		if key, ok := l.selected(); ok && key == l.pageKey {
			return r.describe(l)
		}
	}
	return nil
}
