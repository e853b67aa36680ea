package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/model/findings"
)

func zoneOf(name string) (*time.Location, error) {
	if name != "Europe/Berlin" {
		return nil, fmt.Errorf("unknown zone %q", name)
	}
	return time.FixedZone("CET", 3600), nil
}

func read(t testing.TB, text string) Settings {
	t.Helper()
	s, err := ReadSettings("settings.toml", []byte(text), zoneOf)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSettingsAreRead(t *testing.T) {
	s := read(t, `
zone = "Europe/Berlin"
theme = 'light'
repaint = "on"
mouse = true
keys = { mark = "m" }
findings.window = 1_0
columns.users = ["last", "ACCOUNT"]
columns.sessions = [
  "START", # the first
  "KIND",
]
`)
	if s.Zone.String() != "CET" || s.Theme != "light" || s.Repaint != "on" || !s.Mouse {
		t.Errorf("got %+v", s)
	}
	if got := fmt.Sprint(s.Keys, s.Columns); got != "map[mark:[m]] map[sessions:[START KIND] users:[LAST ACCOUNT]]" {
		t.Errorf("got %s", got)
	}
	if got := fmt.Sprint(s.Thresholds); got != "[window=10]" {
		t.Errorf("thresholds are %s", got)
	}
	if s := read(t, ""); s.Zone != nil || s.Theme != "" || s.Mouse {
		t.Errorf("of an empty file: %+v", s)
	}
}

func TestWrongSettingsAreRefusedWithTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"\n\ncolour = true":                         `s.toml:3: there is no setting "colour"`,
		"theme = \"auto\"\ntheme = \"dark\"":        `s.toml:2: `,
		"theme = \"pink\"":                          `s.toml:1: theme: one of auto, light, dark, none is wanted`,
		"\ntheme = 1":                               `s.toml:2: theme: one of auto, light, dark, none is wanted`,
		"\ntheme = 1.5":                             `s.toml:2: theme is a text, a number, true or false, or a list of texts`,
		"[findings]\nwindow = \"30\"":               `s.toml:2: findings.window: a number is wanted`,
		"[findings]\nwindow = 0":                    `s.toml:2: findings.window: window is a number of minutes from 1 to 1440, not "0"`,
		"[findings]\nwindows = 5":                   `s.toml:2: there is no setting "findings.windows"; did you mean "window"?`,
		"[findings]\nwindow = 99999999999999999999": `s.toml:2: decimal number is too large`,
		"mouse = \"yes\"":                           `s.toml:1: mouse: true or false is wanted`,
		"\nzone = \"Nowhere\"":                      `s.toml:2: zone: unknown zone "Nowhere"`,
		"[keys]\nmarks = [\"m\"]":                   `s.toml:2: there is no setting "keys.marks"`,
		"[key]\nmark = [\"m\"]":                     `s.toml:1: there is no setting "key"; did you mean "keys"?`,
		"[keys]\n\nmark = [\"alt+m\"]":              `s.toml:3: keys.mark: "alt+m" is no key`,
		"[keys]\nmark = [\"\"]":                     `s.toml:2: keys.mark: "" is no key`,
		"[keys]\nmark = [\"mm\"]":                   `s.toml:2: keys.mark: "mm" is no key`,
		"[keys]\nmark = [1]":                        `s.toml:2: keys.mark is a text`,
		"[keys]\nmark = [\"e\"]":                    `s.toml:2: keys.mark: e is the key of export already`,
		"[keys]\nmark = [\"ctrl+c\"]":               `s.toml:2: keys.mark: ctrl+c is the key of quit already`,
		"[keys]\nquit = []\nmark = [\"ctrl+c\"]":    `ctrl+c is the key of`,
		"[keys]\nmark = [\"m\"]\nexport = \"m\"":    `s.toml:2: keys.mark: m is the key of export already`,
		"[columns]\nusers = [\"SHOE SIZE\"]":        `s.toml:2: columns.users: there is no column "SHOE SIZE"; there are ACCOUNT`,
		"[columns]\nusers = []":                     `s.toml:2: columns.users: a list of at least one column is wanted`,
		"[columns]\nusers = [\"SID\", \"sid\"]":     `s.toml:2: columns.users: "sid" is there twice`,
		"[columns]\nshoes = [\"SID\"]":              `s.toml:2: there is no setting "columns.shoes"`,
		"[[keys]]\nmark = \"m\"":                    `s.toml:1: `,
		"[keys.mark]\na = \"m\"":                    `s.toml:1: there is no table "keys.mark"`,
		"keys.mark.a = \"m\"":                       `s.toml:1: there is no setting "keys.mark.a"`,
		"keys = \"m\"":                              `s.toml:1: `,
		"theme = \"dark":                            `s.toml:1: `,
	} {
		_, err := ReadSettings("s.toml", []byte(text), zoneOf)
		var at *SettingsError
		if !errors.As(err, &at) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// What documents the settings is a file of settings: with its values behind a
// # it says nothing, without the # it says what holds anyway.
func TestTheDocumentedSettingsAreThoseThatHold(t *testing.T) {
	doc := SettingsFile()
	if s := read(t, doc); len(s.Keys)+len(s.Columns) != 0 {
		t.Errorf("the file as it is printed changes %v", s)
	}
	var lines []string
	for _, l := range strings.Split(doc, "\n") {
		if strings.HasPrefix(l, "#") && !strings.HasPrefix(l, "# ") {
			l = l[1:]
		}
		lines = append(lines, l)
	}
	s, err := ReadSettings("doc", []byte(strings.Join(lines, "\n")), func(string) (*time.Location, error) { return time.UTC, nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bindings() {
		if !slices.Equal(s.Keys[b.name], b.keys) {
			t.Errorf("the keys of %s are documented as %q and are %q", b.name, s.Keys[b.name], b.keys)
		}
	}
	if set, err := findings.Parse(s.Thresholds...); err != nil || len(s.Thresholds) != len(findings.AllThresholds()) || len(set.Changed()) > 0 {
		t.Errorf("the thresholds are documented as %q, %v", s.Thresholds, err)
	}
	for _, k := range columnKinds() {
		if !slices.Equal(s.Columns[k.name], columnsOf(k.name)) {
			t.Errorf("the columns of %s are documented as %q", k.name, s.Columns[k.name])
		}
	}
	o := options(t, story())
	plain := drive(t, o, 80, 24).press("3").screen()
	o.Keys = s.Keys
	if got := drive(t, o, 80, 24).press("3").screen(); got != plain {
		t.Errorf("with the documented keys the screen is\n%s\nand without\n%s", got, plain)
	}
}

func TestCommandsHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range bindings() {
		if b.name == "" || seen[b.name] {
			t.Errorf("%v is called %q", b.keys, b.name)
		}
		seen[b.name] = true
		for _, key := range b.keys {
			if !isKey(key) {
				t.Errorf("%s cannot be bound, and is", key)
			}
		}
	}
}

func TestKeysAreReboundByTheNameOfTheCommand(t *testing.T) {
	o := options(t, story())
	o.Settings = read(t, "[keys]\nmark = [\"m\", \"f2\"]\nleave = []\nnarrow = \"F\"\n")
	d := drive(t, o, 100, 24).press("f", "3", "m").sees("1 marked")
	d.press("space").sees("1 marked").press("F", "bob").sees(`narrowed by "bob"`)
	d.press("esc", "esc", "q").sees("q does nothing here")
	d.press("?", "F", "mark a session").sees("m f2")
	if d.press("ctrl+c"); !d.quit {
		t.Error("ctrl+c does not quit")
	}
}

func TestProseNamesTheKeysThatHold(t *testing.T) {
	o := options(t, story())
	o.Settings = read(t, "[keys]\nevidence = [\"E\"]\nhosts = [\"H\"]\nall = []\ncolumns = [\"K\"]\ndetails = [\"O\"]\nclose = [\"f9\"]\nleave = [\"Z\"]\n")
	d := drive(t, o, 100, 30).press("?").sees("H hosts", "E evidence").misses("2 hosts", "8 evidence")
	d.press("/", "column to the left", "tab").sees("K chooses them")
	d = drive(t, o, 100, 30).sees("hidden (:all)", "O details").press("h").sees("this is the top level; Z quits")
	d.press("/", "zzqx").sees("f9 to the list").press("tab").sees("f9 shows all again")
	if strings.Contains(SettingsFile(), "{") {
		t.Error("the documented settings hold prose that was not filled in")
	}
}

func TestCtrlCQuitsWhateverIsBound(t *testing.T) {
	o := options(t, story())
	o.Settings = read(t, "[keys]\nquit = [\"Q\"]\n")
	for _, key := range []string{"Q", "ctrl+c"} {
		d := drive(t, o, 80, 24)
		if d.press(key); !d.quit {
			t.Errorf("%s does not quit", key)
		}
	}
	d := drive(t, o, 80, 24).press("3", "e").target("Q")
	if d.quit {
		t.Error("a letter that is typed quits")
	}
}

func FuzzReadSettings(f *testing.F) {
	f.Add(SettingsFile())
	f.Add("[keys]\nmark = [\"\\u0000\"]\n[columns]\n\"us\\u0065rs\" = ['SID']\n")
	f.Add("keys = {a = {b = [[[1]]]}}")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ReadSettings("f", []byte(text), zoneOf)
		var at *SettingsError
		if err != nil && (!errors.As(err, &at) || at.Line < 1 || at.Line > strings.Count(text, "\n")+2) {
			t.Errorf("%q: %v", text, err)
		}
		if err == nil {
			newKeymap(rebound(s.Keys))
		}
	})
}
