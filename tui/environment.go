package tui

import (
	"errors"
	"strings"
)

// ErrDumb says that the terminal cannot be drawn on.
var ErrDumb = errors.New("this terminal cannot move its cursor (TERM=dumb); use spoor report, sessions or export instead")

// lookup returns the last value of an environment variable.
func lookup(environ []string, name string) string {
	value := ""
	for _, e := range environ {
		if k, v, ok := strings.Cut(e, "="); ok && k == name {
			value = v
		}
	}
	return value
}

// utf8Locale reports whether the locale's letters are UTF-8: of LC_ALL,
// LC_CTYPE and LANG the first that is set decides, and where none is they are
// ASCII (POSIX, 8.2). Windows has no such variables and a console of its own.
func utf8Locale(environ []string) bool {
	for _, name := range [...]string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(lookup(environ, name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return lookup(environ, "OS") == "Windows_NT"
}

// repaints reports whether scrolled lists are drawn anew. Some terminals
// garble rows when a region of the screen is scrolled.
func repaints(mode string, environ []string) bool {
	switch mode {
	case "on":
		return true
	case "off":
		return false
	}
	return lookup(environ, "AWS_EXECUTION_ENV") == "CloudShell" ||
		lookup(environ, "CLOUD_SHELL") != "" ||
		lookup(environ, "TERM_PROGRAM") == "WarpTerminal"
}
