package tui

import (
	"cmp"
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/event"
)

const (
	// settleTime is how long the cursor rests before the details follow.
	settleTime = 120 * time.Millisecond
	// smallest is the terminal that everything fits in.
	leastWidth, leastHeight = 40, 10
)

// root is the one Bubble Tea model: it routes messages, holds the stack of
// lists, and nothing of what they show.
type root struct {
	ctx       context.Context
	options   Options
	theme     *theme
	keys      *keymap
	loading   *loading
	hashing   *hashing
	verifying *verifying
	judging   *judging
	// after delivers a message later.
	after func(time.Duration, tea.Msg) tea.Cmd

	width, height int
	sized         bool // the terminal said how large it is
	repaint       bool
	asksTheme     bool // the terminal for its background
	mouse         mouse

	view     *view
	zones    []*time.Location
	progress Progress
	started  bool // loading
	began    time.Time

	stack    []*list
	previous []*list // where - jumps to
	roots    map[string]*list
	marks    marks
	aside    dismissals
	columns  map[string]columnChoice // by the kind of list
	keeping  keeping
	folds    bool    // network logons into runs
	sheet    *sheet  // the export sheet while open
	prompt   *prompt // what is asked for, or nil
	leaving  bool    // asked whether to quit while exporting

	message string // what the last key did, until the next
	resting int
	telling telling
	held    []held // keys that wait for what they act on
}

func newRoot(ctx context.Context, o Options) *root {
	r := &root{ctx: ctx, options: o, theme: newTheme(!utf8Locale(o.Environ)), keys: newKeymap(rebound(o.Keys)),
		loading: newLoading(ctx, o.Load), hashing: newHashing(ctx, o.Provenance.Hash), verifying: newVerifying(ctx, o.Verify), judging: newJudging(ctx, o.find()), folds: true, repaint: repaints(o.Repaint, o.Environ)}
	r.after = func(d time.Duration, m tea.Msg) tea.Cmd {
		return tea.Tick(d, func(time.Time) tea.Msg { return m })
	}
	r.zones = zones(o.Zone, o.Local)
	r.view = r.newView(model.NewBuilder(event.NewSchemas()).Snapshot(), r.zones[0], o.All)
	r.asksTheme, r.mouse.on = r.theme.wear(o.Theme), o.Mouse
	r.keeping.keeper, r.columns = o.Keep, map[string]columnChoice{}
	for kind, wanted := range o.Columns {
		r.columns[kind] = chosenColumns(kind, wanted)
	}
	r.width, r.height = o.Width, o.Height
	users := usersList()
	r.stack, r.roots = []*list{users}, map[string]*list{users.title: users}
	return r
}

// join ends what runs beside the UI and waits until it did.
func (r *root) join() {
	r.loading.join()
	r.hashing.join()
	r.verifying.join()
	r.judging.join()
}

// startMsg starts loading, after the first frame.
type startMsg struct{}

// Init implements tea.Model.
func (r *root) Init() tea.Cmd {
	var background tea.Cmd
	if r.asksTheme {
		background = tea.RequestBackgroundColor
	}
	return tea.Batch(r.refresh(r.top(), false), r.after(time.Millisecond, startMsg{}), background)
}

// Update implements tea.Model. Each case is one call.
func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	list, from := r.top(), r.topRow()
	cmd := r.handle(msg)
	if save := r.keep(); save != nil {
		cmd = tea.Batch(cmd, save)
	}
	if r.repaint && r.top() == list && r.topRow() != from {
		return r, tea.Batch(cmd, tea.ClearScreen)
	}
	return r, cmd
}

func (r *root) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.width, r.height, r.sized = msg.Width, msg.Height, true
		r.fit()
	case startMsg:
		return r.start()
	case progressMsg:
		return r.advance(Progress(msg))
	case outcome:
		return r.settle(msg.list, msg)
	case restMsg:
		if msg.generation == r.resting {
			return r.describe(r.top())
		}
	case movedMsg:
		r.moved(msg)
	case markedMsg:
		return r.marked(msg)
	case toldMsg:
		return r.told(msg)
	case lateMsg:
		r.wait(msg)
	case tea.BackgroundColorMsg:
		if r.asksTheme {
			r.theme.behold(msg.IsDark())
		}
	case tea.MouseWheelMsg:
		return r.wheel(msg)
	case tea.MouseClickMsg:
		return r.click(msg)
	case restoredMsg:
		return r.takeBack(msg)
	case saveMsg:
		return r.save()
	case unkeptMsg:
		r.message = unkept(msg.err).Error()
	case hashedMsg:
		return r.hashed(msg)
	case copiedMsg:
		r.copied(msg)
	case verifiedMsg:
		return r.verified(msg)
	case amountMsg:
		msg.sheet.amount.events, msg.sheet.amount.known = msg.events, true
	case judgedMsg:
		return r.judged(msg)
	case writtenMsg:
		return r.written(msg)
	case tea.KeyPressMsg:
		return r.press(msg)
	case tea.PasteMsg:
		return r.paste(msg)
	}
	return nil
}

func (r *root) topRow() int {
	from, _ := r.top().window.Visible()
	return from
}

// start begins to load.
func (r *root) start() tea.Cmd {
	if r.started {
		return nil
	}
	r.started, r.began = true, r.options.Now()
	r.loading.start()
	return r.loading.wait
}

// advance takes new progress over.
func (r *root) advance(p Progress) tea.Cmd {
	snap := p.Snapshot
	if snap == nil {
		snap = r.view.snap
		p.Snapshot = snap
	}
	changed := snap != r.view.snap || p.Finished != r.progress.Finished
	r.progress = p
	cmds := []tea.Cmd{r.restore(p.Evidence)}
	if p.Finished {
		cmds = append(cmds, r.judging.start(snap))
		r.message = cmp.Or(p.Reached, r.message)
	}
	if changed {
		cmds = append(cmds, r.look(snap, r.view.zone, r.view.all))
	}
	if p.Finished {
		cmds = append(cmds, r.hashing.start(r.unhashed()))
	} else {
		cmds = append(cmds, r.loading.wait)
	}
	return tea.Batch(cmds...)
}

// look changes what the lists are built from.
func (r *root) look(snap *model.Snapshot, zone *time.Location, all bool) tea.Cmd {
	asked := zone != r.view.zone || all != r.view.all
	var follow tea.Cmd
	if snap != r.view.snap {
		follow = r.follow(snap)
	}
	r.view = r.newView(snap, zone, all)
	return tea.Batch(follow, r.refresh(r.top(), asked))
}

// newView returns the view of a snapshot as the user wants it now.
func (r *root) newView(snap *model.Snapshot, zone *time.Location, all bool) *view {
	v := newView(snap, zone, all, !r.progress.Finished, r.options.Read)
	v.agreements = r.verifying.agreements
	v.sums, v.ascii, v.folds, v.keys = r.hashing.sums, r.theme.printer.ASCII, r.folds, r.keys
	v.judged = r.judgement(snap)
	return v
}

func zones(first, local *time.Location) []*time.Location {
	var out []*time.Location
	for _, z := range []*time.Location{first, time.UTC, local} {
		if z == nil {
			continue
		}
		known := false
		for _, o := range out {
			known = known || o.String() == z.String()
		}
		if !known {
			out = append(out, z)
		}
	}
	return out
}
