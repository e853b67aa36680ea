package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Settings are read before the screen opens, and what is wrong in them is said
// where the user can read it.
func TestSettingsReachTheScreensOrAreRefused(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	usual := write("config/spoor/settings.toml", "zone = 'Europe/Berlin'\n[columns]\nusers = ['SID', 'ACCOUNT']\n[keys]\nleave = ['Q']\n")
	write("wrong.toml", "\n[keys]\nmark = ['e']\n")
	m := startTmux(t, 220, 24, "XDG_CONFIG_HOME="+filepath.Join(folder, "config"))
	program := binary(t)
	m.text("clear; " + program + " demo")
	m.keys("Enter")
	m.wait("Europe/Berlin +01:00", "SID ", "36 accounts")
	m.text("Q")
	m.until("the program has left", func(s string) bool { return !strings.Contains(s, "accounts") })
	m.text("clear; " + program + " demo --tz UTC")
	m.keys("Enter")
	m.wait("UTC+00:00", "36 accounts")
	m.text("Q")
	m.until("the program has left", func(s string) bool { return !strings.Contains(s, "accounts") })
	m.text("clear; " + program + " demo --settings wrong.toml; cd " + folder + "; " + program + " demo --settings wrong.toml; echo left with $?")
	m.keys("Enter")
	m.wait("wrong.toml: ", "wrong.toml:3: keys.mark: e is the key of export already", "left with 2")
	if err := os.WriteFile(usual, []byte("colour = 'pink'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.text("clear; " + program + " demo; echo left with $?")
	m.keys("Enter")
	m.wait(`settings.toml:1: there is no setting "colour"`, "left with 2")
}
