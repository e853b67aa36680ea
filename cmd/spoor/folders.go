package main

import (
	"path/filepath"
	"strings"
)

// system is what decides where a user's files belong.
type system struct {
	name    string // as runtime.GOOS
	environ []string
}

// lookup returns the last value of a variable; on Windows their names have no
// case.
func (s system) lookup(name string) string {
	value := ""
	for _, e := range s.environ {
		if k, v, ok := strings.Cut(e, "="); ok && (k == name || s.name == "windows" && strings.EqualFold(k, name)) {
			value = v
		}
	}
	return value
}

// configFolder is where settings are: $XDG_CONFIG_HOME/spoor, else where
// [os.UserConfigDir] says; "" where the environment names no home.
func (s system) configFolder() string {
	switch s.name {
	case "windows":
		return s.under("XDG_CONFIG_HOME", "AppData", "")
	case "darwin":
		return s.under("XDG_CONFIG_HOME", "HOME", "Library/Application Support")
	}
	return s.under("XDG_CONFIG_HOME", "HOME", ".config")
}

// stateFolder is where marks are kept: $XDG_STATE_HOME/spoor, else
// ~/.local/state/spoor or what the system has in its place.
func (s system) stateFolder() string {
	switch s.name {
	case "windows":
		return s.under("XDG_STATE_HOME", "LocalAppData", "")
	case "darwin":
		return s.under("XDG_STATE_HOME", "HOME", "Library/Application Support")
	}
	return s.under("XDG_STATE_HOME", "HOME", ".local/state")
}

// under returns the folder of this program under the first of two variables
// that is set. Relative values of the first are ignored, as the XDG Base
// Directory Specification wants it.
func (s system) under(first, second, below string) string {
	if v := s.lookup(first); filepath.IsAbs(v) {
		return filepath.Join(v, "spoor")
	}
	if v := s.lookup(second); v != "" {
		return filepath.Join(v, below, "spoor")
	}
	return ""
}
