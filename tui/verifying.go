package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"

	"spoor/model/event"
	"spoor/model/export"
	"spoor/tui/table"
)

// verifying owns the goroutine that has a second reader read the evidence, one
// file after the other, when the user asks for it: it takes a hundred times as
// long as loading did.
type verifying struct {
	verify     func(context.Context, event.FileID) (export.Verification, error)
	ui         context.Context
	agreements *agreements
	ctx        context.Context    // of the last run
	cancel     context.CancelFunc // of the run, or nil
	done       chan struct{}      // closed when the run has ended
	// arrived holds a token while the UI does not know of the newest.
	arrived chan struct{}
}

// verifiedMsg says that a file was compared, or that the last one was.
type verifiedMsg struct{ last bool }

func newVerifying(ui context.Context, verify func(context.Context, event.FileID) (export.Verification, error)) *verifying {
	return &verifying{verify: verify, ui: ui, agreements: &agreements{byFile: map[event.FileID]agreement{}}, arrived: make(chan struct{}, 1)}
}

// finished reports whether a run that has ended came to its end.
func (v *verifying) finished() bool { return v.ctx.Err() == nil }

// running reports whether files are being compared.
func (v *verifying) running() bool { return v.cancel != nil }

// start compares files and returns the command that waits for results. The run
// before must have ended.
func (v *verifying) start(files []event.FileID) tea.Cmd {
	ctx, cancel := context.WithCancel(v.ui)
	done := make(chan struct{})
	v.ctx, v.cancel, v.done = ctx, cancel, done
	v.agreements.at(progressOf{files[0], 1, len(files)})
	go func() {
		defer close(done)
		defer v.agreements.at(progressOf{})
		for i, id := range files {
			result, err := v.verify(ctx, id)
			if ctx.Err() != nil {
				return
			}
			v.agreements.put(id, agreement{result, err})
			if next := i + 1; next < len(files) {
				v.agreements.at(progressOf{files[next], next + 1, len(files)})
			}
			select {
			case v.arrived <- struct{}{}:
			default:
			}
		}
	}()
	return v.wait
}

// wait is a command: it returns when a file was compared, or the run ended.
func (v *verifying) wait() tea.Msg {
	select {
	case <-v.done:
		return verifiedMsg{last: true}
	case <-v.arrived:
		return verifiedMsg{}
	}
}

// stop ends a run; what was compared stays.
func (v *verifying) stop() {
	if v.cancel != nil {
		v.cancel()
	}
}

// join ends a run and waits until it did.
func (v *verifying) join() {
	if v.stop(); v.done != nil {
		<-v.done
	}
}

// agreement is what the second reader said of a file, or why it was not asked.
// The zero agreement is not there.
type agreement struct {
	export.Verification
	err error
}

func (a agreement) known() bool { return a.err != nil || a.Outcome != "" }

// progressOf is the file that is being compared, of how many.
type progressOf struct {
	file      event.FileID
	at, total int
}

// agreements are what the second reader said so far.
type agreements struct {
	mu     sync.Mutex
	byFile map[event.FileID]agreement
	now    progressOf
}

func (a *agreements) at(p progressOf) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = p
}

func (a *agreements) progress() progressOf {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

func (a *agreements) put(id event.FileID, of agreement) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byFile[id] = of
}

func (a *agreements) of(id event.FileID) agreement {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.byFile[id]
}

// summary counts files by what was said of them.
func (a *agreements) summary() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	agree := 0
	for _, of := range a.byFile {
		if of.Outcome == export.OutcomeAgrees {
			agree++
		}
	}
	if agree == len(a.byFile) {
		return "it agrees on " + count(agree, "file", "files")
	}
	return fmt.Sprintf("it agrees on %d of %s", agree, count(len(a.byFile), "file", "files"))
}

// toggleVerifying has the second reader read what it has not read yet, the
// selected file first, or stops it.
func (r *root) toggleVerifying() tea.Cmd {
	v := r.verifying
	switch {
	case v.verify == nil:
		r.message = "there is no second reader here; spoor verify has one"
		return nil
	case v.running():
		v.stop()
		r.message = "stopping the second reader; what it has read stays"
		return nil
	case !r.progress.Finished:
		r.message = "the second reader waits until the evidence was read"
		return nil
	}
	files := r.unverified()
	if len(files) == 0 {
		r.message = "the second reader has read all that spoor has"
		return nil
	}
	r.message = fmt.Sprintf("golang-evtx reads %s, many times as slowly; %s stops it", count(len(files), "file", "files"), r.keys.of("verify"))
	return tea.Batch(v.start(files), r.retell())
}

// unverified are the files that were read and not compared yet: the selected
// one, then the others as they are listed.
func (r *root) unverified() []event.FileID {
	var out []event.FileID
	l, ok := r.top().rows.(*listing[*exhibit])
	if !ok {
		return nil
	}
	row, selected := r.top().row()
	for i := range l.len() {
		x := l.item(i)
		switch {
		case !x.opened || !x.read || r.verifying.agreements.of(x.file.ID).known():
		case selected && i == row:
			out = slices.Insert(out, 0, x.file.ID)
		default:
			out = append(out, x.file.ID)
		}
	}
	return out
}

// verified shows the results that came.
func (r *root) verified(m verifiedMsg) tea.Cmd {
	if m.last {
		if r.verifying.finished() {
			r.message = "the second reader is done: " + r.verifying.agreements.summary()
		}
		r.verifying.cancel()
		r.verifying.cancel = nil
		return r.retell()
	}
	return tea.Batch(r.retell(), r.verifying.wait)
}

// word is an agreement in a word, for a list.
func (a agreement) word() (string, table.Style) {
	switch a.Outcome {
	case "":
		return "", table.Plain
	case export.OutcomeAgrees:
		return "2nd agrees", table.Plain
	case export.OutcomeFewer, export.OutcomeFailed:
		return "2nd read less", table.Warn
	case export.OutcomeDiffers:
		return "2nd differs", table.Bad
	case export.OutcomeLost:
		return "2nd read more", table.Bad
	}
	return "2nd not asked", table.Warn
}

// mostDiffering is how many differences details name.
const mostDiffering = 20

// sayAgreement tells what the second reader said of a file.
func (v *view) sayAgreement(x *exhibit, p *page) {
	a := v.agreements.of(x.file.ID)
	_, style := a.word()
	switch now := v.agreements.progress(); {
	case a.err != nil:
		p.styled("2nd reader", table.Bad, "was not asked: "+a.err.Error())
		return
	case a.Refused != nil:
		p.styled("2nd reader", table.Warn, "was not asked: "+*a.Refused)
		return
	case !a.known() && now.total > 0 && now.file == x.file.ID:
		p.styled("2nd reader", table.Accent, "golang-evtx is reading it")
		return
	case !a.known() && x.read && now.total > 0:
		p.label("2nd reader", "has not come to it yet")
		return
	case !a.known():
		return
	}
	p.styled("2nd reader", style, a.Outcome, count(a.BothRecords, "record", "records")+" in common, "+count(a.Agreed, "field", "fields")+" alike",
		some(a.Fields-a.Agreed-a.Differing, "otherwise by a fault of its own", "otherwise by faults of its own"), some(a.Differing, "field differs", "fields differ"),
		some(a.OnlySpoor, "record it lacks", "records it lacks"), some(a.OnlyGolang, "record spoor lacks", "records spoor lacks"),
		some(a.RecoveredRecords, "recovered record it does not look for", "recovered records it does not look for"))
	var faults []string
	for cause, n := range a.KnownFaults {
		faults = append(faults, cause+" ("+thousands(n)+")")
	}
	slices.Sort(faults)
	p.label("its faults", strings.Join(faults, "; "))
	findings := a.Findings()
	for _, f := range findings[:min(len(findings), mostDiffering)] {
		p.styled("differs", style, f)
	}
	if n := len(findings) - mostDiffering; n > 0 {
		p.styled("differs", style, "and "+thousands(n)+" more: spoor verify lists them")
	}
}
