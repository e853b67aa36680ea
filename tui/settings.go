package tui

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Settings are what the user wants of every run. The zero value is what the UI
// does by itself.
type Settings struct {
	Zone    *time.Location      // nil: UTC
	Theme   string              // one of [Themes], or ""
	Repaint string              // auto, on, off, or ""
	Mouse   bool                // taken from the start
	Keys    map[string][]string // of commands by name, in place of their own
	Columns map[string][]string // titles in order, by the kind of list
	// Thresholds are those of findings that were set, as [findings.Parse] reads
	// them.
	Thresholds []string
}

// SettingsError says what is wrong in a file of settings, and where.
type SettingsError struct {
	File   string
	Line   int // from 1
	Reason string
}

func (e *SettingsError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason) }

// setting is a line of the table of settings.
type setting struct {
	name    string // of a key, or of a table
	means   string
	initial string // as it would be written
	// names are the keys of a table; nil for a single setting.
	names func() []settingName
	set   func(s *Settings, name string, v settingValue, read settingReader) (wrong string)
}

// settingName is a key of a table of settings.
type settingName struct{ name, means, initial string }

// settingValue is a value as it was written: one of these is not nil.
type settingValue struct {
	text   *string
	yes    *bool
	number *int64
	list   []string
}

// settingReader is what reading settings needs from outside.
type settingReader struct {
	zone func(name string) (*time.Location, error)
}

// ReadSettings reads a file of settings. zone finds a time zone by its name.
// Errors are of type [*SettingsError].
func ReadSettings(file string, data []byte, zone func(string) (*time.Location, error)) (Settings, error) {
	s := Settings{Keys: map[string][]string{}, Columns: map[string][]string{}}
	var whole map[string]any
	if err := toml.Unmarshal(data, &whole); err != nil {
		line := 1
		var at *toml.DecodeError
		if errors.As(err, &at) {
			line, _ = at.Position()
		}
		return s, &SettingsError{file, line, strings.TrimPrefix(err.Error(), "toml: ")}
	}
	w := settingsWalk{file: file, settings: &s, read: settingReader{zone}, lines: map[string]int{}}
	w.parser.Reset(data)
	for w.parser.NextExpression() {
		if err := w.expression(w.parser.Expression()); err != nil {
			return s, err
		}
	}
	if err := w.parser.Error(); err != nil {
		return s, &SettingsError{file, 1, err.Error()}
	}
	return s, w.conflicts()
}

// settingsWalk goes through a file that is known to be TOML.
type settingsWalk struct {
	file     string
	parser   unstable.Parser
	settings *Settings
	read     settingReader
	table    []string       // the table that keys are in
	lines    map[string]int // of rebound commands
}

func (w *settingsWalk) wrong(line int, format string, args ...any) error {
	return &SettingsError{w.file, line, fmt.Sprintf(format, args...)}
}

func (w *settingsWalk) expression(n *unstable.Node) error {
	path, line := w.path(n)
	switch n.Kind {
	case unstable.Table:
		w.table = path
		_, err := w.find(path[:1], line, true)
		if err == nil && len(path) > 1 {
			err = w.wrong(line, "there is no table %q", strings.Join(path, "."))
		}
		return err
	case unstable.KeyValue:
		return w.value(append(slices.Clone(w.table), path...), line, n.Value())
	case unstable.ArrayTable:
		return w.wrong(line, "[[%s]]: no setting is a list of tables", strings.Join(path, "."))
	}
	return nil
}

// path returns the names of a key and its line.
func (w *settingsWalk) path(n *unstable.Node) (path []string, line int) {
	for keys := n.Key(); keys.Next(); {
		path = append(path, string(keys.Node().Data))
		line = w.parser.Shape(keys.Node().Raw).Start.Line
	}
	return path, line
}

// find returns the setting that the first part of a path names.
func (w *settingsWalk) find(path []string, line int, table bool) (setting, error) {
	for _, s := range settings() {
		if s.name == path[0] && (s.names != nil) == table {
			return s, nil
		}
	}
	return setting{}, w.wrong(line, "there is no setting %q%s", strings.Join(path, "."), nearest(path[0], settingNames()))
}

func (w *settingsWalk) value(path []string, line int, n *unstable.Node) error {
	s, err := w.find(path, line, len(path) > 1 || n.Kind == unstable.InlineTable)
	switch {
	case err != nil:
		return err
	case n.Kind == unstable.InlineTable && len(path) == 1:
		for children := n.Children(); children.Next(); {
			below, at := w.path(children.Node())
			if err := w.value(append(slices.Clone(path), below...), at, children.Node().Value()); err != nil {
				return err
			}
		}
		return nil
	case len(path) > 2 || n.Kind == unstable.InlineTable:
		return w.wrong(line, "there is no setting %q", strings.Join(path, "."))
	}
	name := path[len(path)-1]
	if s.names != nil && !slices.ContainsFunc(s.names(), func(n settingName) bool { return n.name == name }) {
		var known []string
		for _, n := range s.names() {
			known = append(known, n.name)
		}
		return w.wrong(line, "there is no setting %q%s", strings.Join(path, "."), nearest(name, known))
	}
	v, ok := valueOf(n)
	if !ok {
		return w.wrong(line, "%s is a text, a number, true or false, or a list of texts", strings.Join(path, "."))
	}
	if wrong := s.set(w.settings, name, v, w.read); wrong != "" {
		return w.wrong(line, "%s: %s", strings.Join(path, "."), wrong)
	}
	if s.name == "keys" {
		w.lines[name] = line
	}
	return nil
}

func valueOf(n *unstable.Node) (settingValue, bool) {
	switch n.Kind {
	case unstable.String:
		s := string(n.Data)
		return settingValue{text: &s}, true
	case unstable.Bool:
		yes := string(n.Data) == "true"
		return settingValue{yes: &yes}, true
	case unstable.Integer:
		number, err := strconv.ParseInt(strings.ReplaceAll(string(n.Data), "_", ""), 0, 64)
		return settingValue{number: &number}, err == nil
	case unstable.Array:
		list := []string{}
		for children := n.Children(); children.Next(); {
			if children.Node().Kind != unstable.String {
				return settingValue{}, false
			}
			list = append(list, string(children.Node().Data))
		}
		return settingValue{list: list}, true
	}
	return settingValue{}, false
}

// conflicts says where a key that was asked for has another meaning already.
func (w *settingsWalk) conflicts() error {
	names := make([]string, 0, len(w.lines))
	for name := range w.lines {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return w.lines[a] - w.lines[b] })
	table := rebound(w.settings.Keys)
	for _, name := range names {
		i := slices.IndexFunc(table, func(b binding) bool { return b.name == name })
		for j, other := range table {
			if key, ok := clash(table[i], other); ok && i != j {
				return w.wrong(w.lines[name], "keys.%s: %s is the key of %s already (%s)", name, key, other.name, other.what)
			}
		}
	}
	return nil
}

// nearest names what was perhaps meant.
func nearest(name string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(k, name) || len(name) > 2 && (strings.HasPrefix(k, name) || strings.HasPrefix(name, k)) ||
			strings.ReplaceAll(k, "-", "_") == name {
			return fmt.Sprintf("; did you mean %q?", k)
		}
	}
	return "; spoor settings lists them"
}
