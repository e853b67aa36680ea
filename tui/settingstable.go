package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"spoor/model/findings"
)

// Themes are the sets of colours that can be asked for.
func Themes() []string { return []string{"auto", "light", "dark", "none"} }

// Repaints are the ways of drawing scrolled lists.
func Repaints() []string { return []string{"auto", "on", "off"} }

// settings is the table of settings. What reads them and what documents them
// both take it from here.
func settings() []setting {
	return []setting{
		{name: "zone", means: "the zone of the times shown, as --tz: UTC, Local or a name such as Europe/Berlin", initial: `"UTC"`,
			set: func(s *Settings, _ string, v settingValue, read settingReader) (wrong string) {
				if v.text == nil {
					return "a text is wanted"
				}
				zone, err := read.zone(*v.text)
				if err != nil {
					return err.Error()
				}
				s.Zone = zone
				return ""
			}},
		{name: "theme", means: "colours: auto asks the terminal for its background; light, dark; none has no colours", initial: `"auto"`,
			set: func(s *Settings, _ string, v settingValue, _ settingReader) string {
				return oneOf(&s.Theme, v, Themes())
			}},
		{name: "repaint", means: "redraw whole screens, as --repaint: auto, on, off", initial: `"auto"`,
			set: func(s *Settings, _ string, v settingValue, _ settingReader) string {
				return oneOf(&s.Repaint, v, Repaints())
			}},
		{name: "mouse", means: "take the mouse from the start, as --mouse: the terminal then selects no text", initial: "false",
			set: func(s *Settings, _ string, v settingValue, _ settingReader) string {
				if v.yes == nil {
					return "true or false is wanted"
				}
				s.Mouse = *v.yes
				return ""
			}},
		{name: "columns", means: "the columns of each kind of list, from left to right; those that are not named are not shown",
			names: columnSettings, set: setColumns},
		{name: "findings", means: "the numbers that findings are decided by; spoor findings --rules says what each rule does with them",
			names: thresholdSettings, set: setThreshold},
		{name: "keys", means: "the keys of each command, in place of its own; [] takes them away. Letters, ctrl+ and a letter, or\n" +
			"# " + strings.Join(keyNames(), " "),
			names: keySettings, set: setKeys},
	}
}

func settingNames() []string {
	var out []string
	for _, s := range settings() {
		out = append(out, s.name)
	}
	return out
}

func oneOf(to *string, v settingValue, known []string) (wrong string) {
	if v.text == nil || !slices.Contains(known, *v.text) {
		return "one of " + strings.Join(known, ", ") + " is wanted"
	}
	*to = *v.text
	return ""
}

func columnSettings() []settingName {
	var out []settingName
	for _, k := range columnKinds() {
		out = append(out, settingName{k.name, k.means, quotedList(columnsOf(k.name))})
	}
	return out
}

func setColumns(s *Settings, kind string, v settingValue, _ settingReader) (wrong string) {
	known := columnsOf(kind)
	if len(v.list) == 0 {
		return "a list of at least one column is wanted"
	}
	var out []string
	for _, title := range v.list {
		i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, title) })
		if i < 0 {
			return fmt.Sprintf("there is no column %q; there are %s", title, strings.Join(known, ", "))
		}
		if slices.Contains(out, known[i]) {
			return fmt.Sprintf("%q is there twice", title)
		}
		out = append(out, known[i])
	}
	s.Columns[kind] = out
	return ""
}

func keySettings() []settingName {
	var out []settingName
	for _, b := range rebound(nil) {
		out = append(out, settingName{b.name, b.what, quotedList(b.keys)})
	}
	return out
}

func thresholdSettings() []settingName {
	var out []settingName
	for _, t := range findings.AllThresholds() {
		means := fmt.Sprintf("%s, %d to %d: %s", t.Unit, t.Least, t.Most, t.For)
		out = append(out, settingName{t.Name, means, strconv.Itoa(t.Default)})
	}
	return out
}

func setThreshold(s *Settings, name string, v settingValue, _ settingReader) (wrong string) {
	if v.number == nil {
		return "a number is wanted"
	}
	one := fmt.Sprintf("%s=%d", name, *v.number)
	if _, err := findings.Parse(one); err != nil {
		return strings.TrimPrefix(err.Error(), findings.ErrThreshold.Error()+": ")
	}
	s.Thresholds = append(s.Thresholds, one)
	return ""
}

func setKeys(s *Settings, name string, v settingValue, _ settingReader) (wrong string) {
	if v.text != nil {
		v.list = []string{*v.text}
	}
	if v.list == nil {
		return "a list of keys is wanted"
	}
	for _, key := range v.list {
		if !isKey(key) {
			return fmt.Sprintf("%q is no key that can be bound", key)
		}
	}
	s.Keys[name] = v.list
	return ""
}

func quotedList(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = `"` + strings.ReplaceAll(s, `"`, `\"`) + `"`
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// SettingsFile returns a file of settings that says what each one means and
// changes nothing: every value is what holds without it, behind a #.
func SettingsFile() string {
	var out strings.Builder
	for _, s := range settings() {
		if s.names == nil {
			fmt.Fprintf(&out, "# %s\n#%s = %s\n\n", s.means, s.name, s.initial)
		}
	}
	for _, s := range settings() {
		if s.names == nil {
			continue
		}
		fmt.Fprintf(&out, "# %s\n[%s]\n", s.means, s.name)
		for _, n := range s.names() {
			fmt.Fprintf(&out, "# %s\n#%s = %s\n", n.means, n.name, n.initial)
		}
		out.WriteString("\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}
