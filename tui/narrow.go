package tui

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"spoor/model/search"
	"spoor/tui/table"
)

// mostTyped is how long a query can be.
const mostTyped = 200

// narrow opens the input, with the query that holds.
func (r *root) narrow() tea.Cmd {
	l := r.top()
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = mostTyped
	input.SetVirtualCursor(false)
	input.SetValue(l.query)
	input.CursorEnd()
	input.Focus()
	l.input, l.moved, l.fresh = &input, false, true
	if l.rows == nil {
		return nil
	}
	// The index is made while the first letters are typed.
	index, rows, ctx, printer := l.index, l.rows, r.ctx, r.theme.printer
	return func() tea.Msg {
		index.get(ctx, ctx, rows, printer) //nolint:errcheck // whoever needs it asks again
		index.sieve(rows).Prepare(ctx)
		return nil
	}
}

// leaveInput goes from the input to the list; what was typed still holds, but
// for a filter that is none: the one before does.
func (r *root) leaveInput() tea.Cmd {
	l := r.top()
	if l.input != nil && r.wrongFilter(l) != "" {
		right := rightPart(l.query, r.view.now())
		r.message = strings.TrimPrefix(l.query, right) + " is no filter and is given up"
		l.query = right
	}
	l.input = nil
	return nil
}

// typed hands a key to the input and starts the search. The key is echoed at
// once; the rows follow when they are found.
func (r *root) typed(k tea.Msg) tea.Cmd {
	l := r.top()
	if key, ok := k.(tea.KeyPressMsg); ok && key.String() == "backspace" && l.input.Value() == "" {
		return r.leaveInput()
	}
	if l.fresh && startsOver(k) {
		l.input.SetValue("")
	}
	l.fresh = false
	input, _ := l.input.Update(k)
	l.input = &input
	if input.Value() == l.query {
		return nil
	}
	l.query, l.moved = input.Value(), false
	return r.refresh(l, true)
}

// rightPart returns the beginning of a query up to the first word that is wrong:
// what somebody typed before, while a value is not there yet.
func rightPart(query string, near time.Time) string {
	for {
		var at *search.SyntaxError
		if _, err := search.ParseFilter(query, near); !errors.As(err, &at) {
			return query
		}
		query = query[:strings.LastIndexByte(query[:at.Offset], ' ')+1]
	}
}

// startsOver reports whether what is typed first takes the place of what was
// there: a letter does, as over a selected text; an arrow goes on with it.
func startsOver(typed tea.Msg) bool {
	switch typed := typed.(type) {
	case tea.KeyPressMsg:
		return typed.Text != ""
	case tea.PasteMsg:
		return true
	}
	return false
}

// paste puts pasted text where something is typed; elsewhere it is no keys.
func (r *root) paste(p tea.PasteMsg) tea.Cmd {
	switch {
	case r.sized && r.tooSmall():
		return nil
	case r.sheet != nil:
		return r.sheet.paste(p)
	case r.prompt != nil:
		r.prompt.input, _ = r.prompt.input.Update(p)
		return nil
	case r.top().input != nil:
		return r.typed(p)
	}
	r.message = "pasted text is taken where something is typed: " + r.keys.of("narrow") + " narrows"
	return nil
}

// highlighter returns what finds the matched letters of a list's cells, or nil.
func (r *root) highlighter(l *list) func(string) []table.Span {
	filter, err := search.ParseFilter(l.ran, r.view.now())
	if err != nil || filter.Words.Empty() {
		return nil
	}
	query := filter.Words
	return func(clean string) []table.Span {
		var out []table.Span
		for _, s := range query.Highlight(clean) {
			out = append(out, table.Span(s))
		}
		return out
	}
}

// wrongFilter says what is wrong in what is typed, if something is.
func (r *root) wrongFilter(l *list) string {
	var at *search.SyntaxError
	if _, err := search.ParseFilter(l.input.Value(), r.view.now()); errors.As(err, &at) {
		return fmt.Sprintf("at %d: %s", at.Offset+1, at.Reason)
	}
	return ""
}
