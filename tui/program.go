package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
	"spoor/model/findings"
)

// Progress is how far loading has come.
type Progress struct {
	Snapshot    *model.Snapshot // nil: the one before still holds
	Done, Total int64           // bytes of evidence
	Files       int             // read to their end
	TotalFiles  int
	// Evidence names what is read, the same for the same files; "" while it
	// is not known.
	Evidence string
	Finished bool  // nothing more will come
	Stopped  bool  // finished because the user stopped it
	Err      error // why nothing could be read, as a whole clause
	// Reached says of a limit that ended reading what to do about it, as a
	// whole clause; "" where none did.
	Reached string
}

// Loader reads the evidence and publishes progress until it is finished or
// ctx is cancelled; then it publishes what is there as finished and returns.
// publish may be called from one goroutine at a time and does not block long.
type Loader func(ctx context.Context, publish func(Progress))

// Options is everything that the UI takes from outside.
type Options struct {
	Load Loader
	Read func(event.Ref) (*event.Record, error)
	// Provenance goes into exports. Its Hash is called for one file after the
	// other once loading has finished, too, beside Read.
	Provenance export.Provenance
	// Verify has a second reader read a file that was loaded, and compares. An
	// error says why it could not be asked. May be nil; it is called for one
	// file after the other, beside Read.
	Verify func(context.Context, event.FileID) (export.Verification, error)
	NewLog func(io.Writer) export.LogWriter // writes exports of original records; without it they are not offered
	Title  string                           // what is investigated: "demo", or the paths
	Local  *time.Location                   // the analyst's own zone, which z turns to as well; may be nil
	All    bool                             // show boring accounts from the start
	Now    func() time.Time
	// Find looks for findings in the last snapshot until its context ends; nil
	// applies the rules by the thresholds of the settings.
	Find func(context.Context, *model.Snapshot) *findings.Set
	Settings
	Keep Keeper // of marks between runs; nil keeps none
	// Copy puts text where the program's terminal would lose it, and says
	// where that is, as "in the tmux buffer"; "" where there is no such place.
	// May be nil.
	Copy    func(ctx context.Context, text string) (where string, err error)
	Folder  string   // where exports go unless a path is given
	Environ []string // TERM, NO_COLOR, LANG and the like
	In      io.Reader
	Out     io.Writer
	// Width and Height are only set by tests; else the terminal says.
	Width, Height int
}

// ErrUnkept says that marks and dismissals could not be written for the next run.
var ErrUnkept = errors.New("marks and dismissals are not kept for the next run")

// ErrKeptInPart is what a [Keeper] returns that wrote as many as it keeps.
var ErrKeptInPart = errors.New("not all marks and dismissals are kept for the next run")

// unkept says of an error of a Keeper what it means.
func unkept(err error) error {
	if errors.Is(err, ErrKeptInPart) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnkept, err)
}

// Run shows the UI until the user quits. It returns [ErrDumb] where nothing
// can be drawn, the cause that ended ctx if that ended it, and [ErrUnkept] or
// [ErrKeptInPart]. The loader, the hash and the second reader have returned when Run
// does.
func Run(ctx context.Context, o Options) error {
	if term := lookup(o.Environ, "TERM"); term == "dumb" {
		return ErrDumb
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := newRoot(ctx, o)
	defer r.join()
	defer cancel()
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithEnvironment(o.Environ), tea.WithoutSignalHandler()}
	if o.In != nil {
		options = append(options, tea.WithInput(o.In))
	}
	if o.Out != nil {
		options = append(options, tea.WithOutput(o.Out))
	}
	if o.Width > 0 && o.Height > 0 {
		options = append(options, tea.WithWindowSize(o.Width, o.Height))
	}
	_, err := tea.NewProgram(r, options...).Run()
	lost := r.flush()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if lost != nil {
		err = errors.Join(err, unkept(lost))
	}
	return err
}
