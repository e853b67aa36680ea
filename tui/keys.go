package tui

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// scope is where a key works.
type scope uint32

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
	canMarks    // something is marked
	canWrite    // something can be exported
	isEvidence  // rows are files
	canUndo     // many marks were changed at once
	isFindings  // rows are findings
	isFinding   // the row is one
	hasFindings // that touch the row
	hasBeside   // the row is no session and can be exported
)

// binding is one line of the table of keys, which Update, help and the status
// line read. {name} in its prose stands for the key of the command of that name.
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
	// reads: acts on the marks as they will be and so waits for them.
	reads bool
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
	set(canUndo, r.marks.before != nil)
	if l.rows == nil {
		return s
	}
	info := l.rows.about()
	set(hasSessions, info.sessions && ok)
	set(hasColumns, info.kind != "")
	set(isChooser, l.choosing != nil)
	set(isEvidence, info.hashed)
	set(isEvent, info.record != "")
	set(isTimeline, l.timeline != nil)
	set(isFindings, info.findings)
	set(isFinding, info.findings && ok)
	set(hasFindings, ok && len(l.rows.touched(row)) > 0)
	for c := range l.rows.columns() {
		set(hasSort, l.rows.order(c).sorts())
	}
	if ok {
		_, session := l.rows.session(row)
		_, beside := l.rows.beside(row)
		set(hasBeside, beside)
		set(canWrite, session || beside || info.findings)
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
		if !r.keys.does(name, "close") || !r.keys.does(r.held[n-1].String(), "close") || !r.top().late && !r.marks.marking() {
			r.held = append(r.held, held{KeyPressMsg: k})
			return nil
		}
		r.held = nil // two escapes: whoever waits has had enough
		if r.marks.marking() {
			r.marks.halt()
			r.message = "given up: what was marked before stays"
			return nil
		}
	}
	r.message = ""
	l := r.top()
	b := r.keys.find(name, r.scope())
	if l.input != nil && (b == nil || !b.typing || k.Text != "" || name == "right" || name == "left") {
		return r.typed(k)
	}
	if b == nil {
		if k.Text != "" {
			r.message = k.Text + " does nothing here; " + r.keys.of("help") + " lists the keys"
		}
		return nil
	}
	return r.perform(b, k)
}

// perform does what a key is bound to, or what was chosen by name, once the rows
// and marks are there that it acts on.
func (r *root) perform(b *binding, k tea.KeyPressMsg) tea.Cmd {
	l := r.top()
	// Giving a filter up leaves the cursor on what it found.
	gives := b.name == "close" && l.input == nil && l.from == "" && l.query != "" && !l.late
	if (b.waits || gives) && l.busy() || b.reads && r.marks.marking() {
		r.held = append(r.held, held{k, b})
		return nil
	}
	if r.scope()&b.where == 0 {
		r.message = b.shown + ": " + b.why
		return nil
	}
	return b.do(r)
}

// held is a key that waits for what it acts on.
type held struct {
	tea.KeyPressMsg
	chosen *binding // of what was chosen by name, which is no key
}

// replay presses the keys that waited, as far as they can go.
func (r *root) replay() tea.Cmd {
	keys := r.held
	r.held = nil
	var cmds []tea.Cmd
	for i, k := range keys {
		if k.KeyPressMsg == (tea.KeyPressMsg{}) {
			cmds = append(cmds, r.perform(k.chosen, k.KeyPressMsg))
		} else {
			cmds = append(cmds, r.route(k.KeyPressMsg))
		}
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
	return newHelp(lines, keys)
}

func (l helpLine) what() string {
	if l.works {
		return l.binding.what
	}
	return l.binding.what + " (not here: " + l.binding.why + ")"
}

func (l helpLine) id() string { return strings.Join(l.binding.keys, " ") }
