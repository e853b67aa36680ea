package tui

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// scope is where a key works.
type scope uint16

// The scopes. anywhere is always set.
const (
	anywhere scope = 1 << iota
	hasRows
	hasSessions // rows are sessions
	hasSession  // the row is about a session
	isTimeline
	hasLevel // there is a level above
	hasSort
	isChooser
	hasColumns
	isEvent
	isLoading
	hasZones
	canMarks // something is marked
	canWrite // something can be exported
)

// binding is one line of the table of keys, which Update, help and the status
// line read.
type binding struct {
	name  string   // of the command, in settings
	keys  []string // as Bubble Tea names them
	shown string   // as people do
	what  string
	hint  string // the same in a word, for the status line; "" leaves it out
	where scope
	why   string // why it does not work elsewhere
	// typing keys work while something is typed, too; instead is then the
	// hint, or "".
	typing  bool
	instead string
	// waits: acts on the rows that the user asked for and so waits for them.
	waits bool
	do    func(*root) tea.Cmd
}

// keymap finds bindings by key.
type keymap struct {
	table []binding
	byKey map[string][]*binding
}

func newKeymap(table []binding) *keymap {
	m := &keymap{table: table, byKey: map[string][]*binding{}}
	for i := range m.table {
		for _, k := range m.table[i].keys {
			m.byKey[k] = append(m.byKey[k], &m.table[i])
		}
	}
	return m
}

// find returns what a key does where some scopes hold: of several lines of the
// table the last that works there, else the first, which says why it does not;
// nil for a key that does nothing anywhere.
func (m *keymap) find(key string, now scope) *binding {
	lines := m.byKey[key]
	for _, b := range slices.Backward(lines) {
		if now&b.where != 0 {
			return b
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return lines[0]
}

const (
	onlySessions = "only sessions are marked and exported"
	noRows       = "the list is empty"
	onlyChooser  = "only where columns are chosen; C chooses them"
	onlyTimeline = "only on a timeline; 5 shows one"
)

// bindings is the table of keys.
func bindings() []binding {
	move := func(f func(*list)) func(*root) tea.Cmd {
		return func(r *root) tea.Cmd { return r.move(f) }
	}
	open := func(f func() *list) func(*root) tea.Cmd {
		return func(r *root) tea.Cmd { return r.rootList(f) }
	}
	return []binding{
		{name: "down", keys: []string{"down", "j", "ctrl+n"}, shown: "down j", what: "next row", where: hasRows, why: noRows, typing: true, instead: "up down move", waits: true, do: move(func(l *list) { l.window.Move(1) })},
		{name: "up", keys: []string{"up", "k", "ctrl+p"}, shown: "up k", what: "row before", where: hasRows, why: noRows, typing: true, waits: true, do: move(func(l *list) { l.window.Move(-1) })},
		{name: "page-down", keys: []string{"pgdown"}, shown: "pgdn", what: "a screen down", where: hasRows, why: noRows, typing: true, waits: true, do: move(func(l *list) { l.window.Page(10) })},
		{name: "page-up", keys: []string{"pgup"}, shown: "pgup", what: "a screen up", where: hasRows, why: noRows, typing: true, waits: true, do: move(func(l *list) { l.window.Page(-10) })},
		{name: "half-down", keys: []string{"ctrl+d"}, shown: "ctrl+d", what: "half a screen down", where: hasRows, why: noRows, waits: true, do: move(func(l *list) { l.window.Page(5) })},
		{name: "half-up", keys: []string{"ctrl+u"}, shown: "ctrl+u", what: "half a screen up", where: hasRows, why: noRows, waits: true, do: move(func(l *list) { l.window.Page(-5) })},
		{name: "first", keys: []string{"g", "home"}, shown: "g home", what: "first row", where: hasRows, why: noRows, waits: true, do: move(func(l *list) { l.window.MoveTo(0) })},
		{name: "last", keys: []string{"G", "end"}, shown: "G end", what: "last row", where: hasRows, why: noRows, waits: true, do: move(func(l *list) { l.window.MoveTo(len(l.shown)) })},

		{name: "enter", keys: []string{"enter", "l", "right"}, shown: "enter l", what: "go in", where: hasRows, why: noRows, typing: true, instead: "enter go in", waits: true, do: (*root).enter},
		{name: "close", keys: []string{"esc"}, shown: "esc", what: "close what is open, then the input, the range, the filter, the level", where: anywhere, typing: true, instead: "esc to the list", do: (*root).escape},
		{name: "out", keys: []string{"h", "left", "backspace"}, shown: "h left", what: "go out", where: hasLevel, why: "this is the top level; q quits", do: (*root).out},
		{name: "back", keys: []string{"-"}, shown: "-", what: "jump back to the place before", where: anywhere, do: (*root).back},
		{name: "leave", keys: []string{"q"}, shown: "q", what: "go out; at the top level quit", where: anywhere, do: (*root).quitOrOut},
		{name: "quit", keys: []string{"ctrl+c"}, shown: "ctrl+c", what: "quit", where: anywhere, typing: true, do: (*root).quit},

		{name: "users", keys: []string{"1"}, shown: "1", what: "users", where: anywhere, do: open(usersList)},
		{name: "hosts", keys: []string{"2"}, shown: "2", what: "hosts", where: anywhere, do: open(hostsList)},
		{name: "sessions", keys: []string{"3"}, shown: "3", what: "all sessions", where: anywhere, do: open(sessionsList)},
		{name: "failures", keys: []string{"4"}, shown: "4", what: "failures", where: anywhere, do: open(failuresList)},
		{name: "timeline", keys: []string{"5"}, shown: "5", what: "timeline of the selected row's account or host", where: anywhere, waits: true, do: (*root).openTimeline},
		{name: "trail", keys: []string{"6"}, shown: "6", what: "trail of the selected row's account, step by step", where: anywhere, waits: true, do: (*root).openTrail},
		{name: "evidence", keys: []string{"8"}, shown: "8", what: "evidence: files, gaps, damage", where: anywhere, do: open(evidenceList)},

		{name: "narrow", keys: []string{"/"}, shown: "/", hint: "narrow", what: "narrow the list as you type; spaces separate words", where: anywhere, do: (*root).narrow},
		{name: "everywhere", keys: []string{"ctrl+f"}, shown: "ctrl+f", what: "find accounts, hosts, addresses, logon IDs and sessions everywhere", where: anywhere, do: (*root).openEverywhere},
		{name: "palette", keys: []string{":"}, shown: ":", what: "commands by name", where: anywhere, do: (*root).openPalette},
		{name: "to-list", keys: []string{"tab"}, shown: "tab", what: "from the input to the list", where: anywhere, typing: true, do: (*root).leaveInput},
		{name: "sort", keys: []string{"s"}, shown: "s", what: "sort by the next column", where: hasSort, why: "nothing here can be sorted", do: func(r *root) tea.Cmd { return r.sortBy(false) }},
		{name: "turn-sort", keys: []string{"S"}, shown: "S", what: "turn the sort", where: hasSort, why: "nothing here can be sorted", do: func(r *root) tea.Cmd { return r.sortBy(true) }},
		{name: "columns", keys: []string{"C"}, shown: "C", what: "choose the columns of the list", where: hasColumns | isChooser, why: "the columns of this list are fixed", waits: true, do: (*root).openColumns},
		{name: "all", keys: []string{"a"}, shown: "a", what: "show or hide machine and built-in accounts", where: anywhere, do: (*root).toggleAll},
		{name: "fold", keys: []string{"f"}, shown: "f", what: "fold network logons into runs, or unfold them", where: anywhere, do: (*root).toggleFolds},
		{name: "zone", keys: []string{"z"}, shown: "z", what: "next time zone", where: hasZones, why: "no zone but UTC was given (--tz)", do: (*root).nextZone},
		{name: "kin", keys: []string{"p"}, shown: "p", what: "what led to the session, and what came out of it", where: hasSession, why: "only a session has a chain and kin", waits: true, do: (*root).openKin},
		{name: "presence", keys: []string{"w"}, shown: "w", what: "who was on the row's host, or where its account was, at a time", where: hasRows, why: noRows, waits: true, do: (*root).openPresence},
		{name: "details", keys: []string{"d"}, shown: "d", hint: "details", what: "details on a screen of their own", where: hasRows, why: noRows, waits: true, do: (*root).openDetails},

		{name: "mark", keys: []string{"space"}, shown: "space", hint: "mark", what: "mark a session", where: hasSessions, why: onlySessions, waits: true, do: (*root).mark},
		{name: "mark-range", keys: []string{"V"}, shown: "V", what: "mark a range: here and again at its other end; esc gives it up", where: hasSessions, why: onlySessions, waits: true, do: (*root).markRange},
		{name: "invert-marks", keys: []string{"*"}, shown: "*", what: "invert the marks of the list", where: hasSessions, why: onlySessions, waits: true, do: (*root).invertMarks},
		{name: "marked", keys: []string{`"`}, shown: `"`, what: "the marked sessions alone", where: canMarks, why: "nothing is marked", do: (*root).openMarked},
		{name: "clear-marks", keys: []string{"u"}, shown: "u", what: "clear all marks", where: canMarks, why: "nothing is marked", waits: true, do: (*root).clearMarks},
		{name: "export", keys: []string{"e"}, shown: "e", hint: "export", what: "export the marked sessions, else the selected one", where: canWrite, why: "no session is marked or selected", waits: true, do: (*root).openSheet},
		{name: "copy", keys: []string{"y"}, shown: "y", what: "copy what the row is about (OSC 52)", where: hasRows, why: noRows, waits: true, do: (*root).copyValue},
		{name: "copy-row", keys: []string{"Y"}, shown: "Y", what: "copy the row (OSC 52)", where: hasRows, why: noRows, waits: true, do: (*root).copyRow},
		{name: "xml", keys: []string{"x"}, shown: "x", hint: "xml", what: "the event's XML", where: isEvent, why: "only in one event", waits: true, do: (*root).openXML},

		{name: "stop", keys: []string{"X"}, shown: "X", hint: "stop", what: "stop loading, keep what is there", where: isLoading, why: "nothing is loading", do: (*root).stopLoading},
		{name: "mouse", keys: []string{"M"}, shown: "M", what: "take the mouse, or give it back to the terminal", where: anywhere, do: (*root).toggleMouse},
		{name: "help", keys: []string{"?"}, shown: "?", hint: "help", what: "these keys", where: anywhere, do: (*root).openHelp},
		{name: "redraw", keys: []string{"ctrl+l"}, shown: "ctrl+l", what: "draw the screen anew", where: anywhere, typing: true, do: func(*root) tea.Cmd { return tea.ClearScreen }},
		{name: "suspend", keys: []string{"ctrl+z"}, shown: "ctrl+z", what: "suspend; fg comes back", where: anywhere, typing: true, do: func(*root) tea.Cmd { return tea.Suspend }},

		{name: "next-bar", keys: []string{"right"}, shown: "right", what: "next bar of the lane", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(func(l *list, t *timeline) bool { return t.step(l, 1, false) })},
		{name: "bar-before", keys: []string{"left"}, shown: "left", what: "bar before", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(func(l *list, t *timeline) bool { return t.step(l, -1, false) })},
		{name: "next-bar-here", keys: []string{"."}, shown: ".", what: "next bar, in the same cell too", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(func(l *list, t *timeline) bool { return t.step(l, 1, true) })},
		{name: "bar-before-here", keys: []string{","}, shown: ",", what: "bar before, in the same cell too", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(func(l *list, t *timeline) bool { return t.step(l, -1, true) })},
		{name: "zoom-in", keys: []string{"]", "+"}, shown: "]", hint: "zoom", what: "zoom in", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(zoom(0.5))},
		{name: "zoom-out", keys: []string{"["}, shown: "[", what: "zoom out", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(zoom(2))},
		{name: "later", keys: []string{">"}, shown: ">", what: "pan to later", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(pan(later))},
		{name: "earlier", keys: []string{"<"}, shown: "<", what: "pan to earlier", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(pan(earlier))},
		{name: "whole-time", keys: []string{"0"}, shown: "0", what: "all of the time", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(whole)},

		{name: "toggle-column", keys: []string{"space"}, shown: "space", hint: "show or hide", what: "show a column, or take it away", where: isChooser, why: onlyChooser, do: (*root).toggleColumn},
		{name: "column-right", keys: []string{">"}, shown: ">", what: "move a column to the right", where: isChooser, why: onlyChooser, do: moveColumn(1)},
		{name: "column-left", keys: []string{"<"}, shown: "<", hint: "move", what: "move a column to the left", where: isChooser, why: onlyChooser, do: moveColumn(-1)},
	}
}

// scope returns what holds now.
func (r *root) scope() scope {
	l := r.top()
	s := anywhere
	set := func(flag scope, on bool) {
		if on {
			s |= flag
		}
	}
	row, ok := l.row()
	set(hasRows, ok)
	set(hasLevel, len(r.stack) > 1)
	set(isLoading, r.started && !r.progress.Finished)
	set(hasZones, len(r.zones) > 1)
	set(canMarks, r.marks.count() > 0)
	set(canWrite, r.marks.count() > 0)
	if l.rows == nil {
		return s
	}
	info := l.rows.about()
	set(hasSessions, info.sessions && ok)
	set(hasColumns, info.kind != "")
	set(isChooser, l.choosing != nil)
	set(isEvent, info.record != "")
	set(isTimeline, l.timeline != nil)
	for c := range l.rows.columns() {
		number, words := l.rows.order(c)
		set(hasSort, number != nil || words != nil)
	}
	if ok {
		_, session := l.rows.session(row)
		set(canWrite, session)
		set(hasSession, session)
	}
	return s
}

// press presses a key. A terminal sends alt with a key as escape before it, and
// on a line that gathers bytes escape and the next key look the same. No key
// here has alt, so it always was escape.
func (r *root) press(k tea.KeyPressMsg) tea.Cmd {
	if k.Mod&tea.ModAlt == 0 {
		return r.route(k)
	}
	k.Mod &^= tea.ModAlt
	if k.Mod&^tea.ModShift == 0 && k.Text == "" && unicode.IsPrint(k.Code) {
		if k.Mod&tea.ModShift != 0 {
			k.Code = unicode.ToUpper(k.Code)
		}
		k.Text = string(k.Code)
	}
	return tea.Batch(r.route(tea.KeyPressMsg{Code: tea.KeyEscape}), r.route(k))
}

// route gives a key to the sheet, to the input, or to its binding. Where
// nothing can be shown no key may act unseen, but for those that leave.
func (r *root) route(k tea.KeyPressMsg) tea.Cmd {
	name := k.String()
	if r.sized && r.tooSmall() {
		if r.keys.does(name, "leave") || r.keys.does(name, "quit") {
			return r.quit()
		}
		return nil
	}
	goes := r.keys.does(name, "quit") || r.keys.does(name, "redraw") || r.keys.does(name, "suspend")
	if r.sheet != nil && (!goes || k.Text != "") {
		return r.pressSheet(k)
	}
	if r.prompt != nil && (!goes || k.Text != "") {
		return r.pressPrompt(k)
	}
	if n := len(r.held); n > 0 && !r.keys.does(name, "quit") {
		if !r.keys.does(name, "close") || !r.keys.does(r.held[n-1].String(), "close") || !r.top().late {
			r.held = append(r.held, k)
			return nil
		}
		r.held = nil // two escapes: whoever waits has had enough
	}
	r.message = ""
	l := r.top()
	b := r.keys.find(name, r.scope())
	if l.input != nil && (b == nil || !b.typing || k.Text != "" || name == "right" || name == "left") {
		return r.typed(k)
	}
	if b == nil {
		if k.Text != "" {
			r.message = k.Text + " does nothing here; ? lists the keys"
		}
		return nil
	}
	// Giving a filter up leaves the cursor on what it found.
	gives := r.keys.does(name, "close") && l.input == nil && l.from == "" && l.query != "" && !l.late
	if (b.waits || gives) && l.busy() {
		r.held = append(r.held, k)
		return nil
	}
	if r.scope()&b.where == 0 {
		r.message = b.shown + ": " + b.why
		return nil
	}
	return b.do(r)
}

// replay presses the keys that waited, as far as they can go.
func (r *root) replay() tea.Cmd {
	keys := r.held
	r.held = nil
	var cmds []tea.Cmd
	for i, k := range keys {
		cmds = append(cmds, r.route(k))
		if len(r.held) > 0 {
			r.held = append(r.held, keys[i+1:]...)
			break
		}
	}
	return tea.Batch(cmds...)
}

// helpList lists every key: those that work here first, then the others with
// the reason.
func helpList(keys *keymap, now scope) *list {
	var lines []helpLine
	for _, works := range [...]bool{true, false} {
		for _, b := range keys.table {
			if now&b.where != 0 == works {
				lines = append(lines, helpLine{b, works})
			}
		}
	}
	return newHelp(lines)
}

func (l helpLine) what() string {
	if l.works {
		return l.binding.what
	}
	return l.binding.what + " (not here: " + l.binding.why + ")"
}

func (l helpLine) id() string { return strings.Join(l.binding.keys, " ") }
