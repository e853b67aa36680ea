package tui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// alwaysQuits is a key that nothing else can be bound to: whoever has bound
// himself into a corner leaves with it.
const alwaysQuits = "ctrl+c"

// keyNames are the keys that have names instead of letters, as Bubble Tea
// calls them.
func keyNames() []string {
	return []string{"up", "down", "left", "right", "pgup", "pgdown", "home", "end", "enter", "esc", "tab", "backspace", "space", "insert", "delete",
		"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12"}
}

// isKey reports whether a key can be bound: alt+ cannot, because on many lines
// it is an escape before a key.
func isKey(key string) bool {
	if slices.Contains(keyNames(), key) {
		return true
	}
	letter, ctrl := strings.CutPrefix(key, "ctrl+")
	r, size := utf8.DecodeRuneInString(letter)
	if size != len(letter) || r == utf8.RuneError || r == ' ' {
		return false
	}
	if ctrl {
		return r >= 'a' && r <= 'z'
	}
	return unicode.IsPrint(r)
}

// rebound is the table of keys with some keys exchanged.
func rebound(keys map[string][]string) []binding {
	table := bindings()
	for i := range table {
		b := &table[i]
		wanted, ok := keys[b.name]
		if !ok {
			continue
		}
		b.keys = slices.Clone(wanted)
		if b.name == "quit" && !slices.Contains(b.keys, alwaysQuits) {
			b.keys = append(b.keys, alwaysQuits)
		}
		b.shown = strings.Join(b.keys, " ")
		if len(b.keys) == 0 {
			b.shown, b.hint = "no key", ""
		}
	}
	m := keymap{table: table}
	for i := range table {
		b := &table[i]
		for _, prose := range []*string{&b.what, &b.why, &b.instead} {
			*prose = m.named(*prose)
		}
	}
	return table
}

// named puts the keys of commands in the place of their names in brackets.
func (m *keymap) named(prose string) string {
	for {
		before, after, ok := strings.Cut(prose, "{")
		name, rest, closed := strings.Cut(after, "}")
		if !ok || !closed {
			return prose
		}
		prose = before + m.of(name) + rest
	}
}

// special are the scopes of lists that have keys of their own: there a key
// means what it does there, elsewhere something else.
const special = isTimeline | isChooser

// clash returns a key that two commands cannot both have.
func clash(a, b binding) (string, bool) {
	mine, others := a.where&special, b.where&special
	if a.where&^special == 0 && mine != others || b.where&^special == 0 && mine != others {
		return "", false
	}
	for _, key := range a.keys {
		if slices.Contains(b.keys, key) {
			return key, true
		}
	}
	return "", false
}

// does reports whether a key is one of a command's.
func (m *keymap) does(key, command string) bool {
	for _, b := range m.byKey[key] {
		if b.name == command {
			return true
		}
	}
	return false
}

// binding returns the command of a name that there is.
func (m *keymap) binding(command string) *binding {
	return &m.table[slices.IndexFunc(m.table, func(b binding) bool { return b.name == command })]
}

// of returns the first key of a command as it is shown, for prose that names
// it; its name where it has none, which the palette takes.
func (m *keymap) of(command string) string {
	if m == nil {
		return ""
	}
	for _, b := range m.table {
		if b.name == command && len(b.keys) > 0 {
			return b.keys[0]
		}
	}
	return ":" + command
}
