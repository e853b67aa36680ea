package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/model/findings"
	"spoor/parser/evidence"
	"spoor/tui"
)

// mostSettings is how large a file of settings may be, in bytes.
const mostSettings = 1 << 20

// settings returns what the user wants of the screens: the file of settings,
// and above it the command line.
func (e *environment) settings(o *options) (tui.Settings, error) {
	if !slices.Contains(tui.Repaints(), o.repaint) {
		return tui.Settings{}, usage("unknown --repaint %q; there are %s", o.repaint, strings.Join(tui.Repaints(), ", "))
	}
	s, err := e.readSettings(o)
	if err != nil {
		return s, &failure{exitUsage, err}
	}
	if o.asked("tz") || s.Zone == nil {
		if s.Zone, err = o.location(); err != nil {
			return s, err
		}
	}
	if o.asked("repaint") || s.Repaint == "" {
		s.Repaint = o.repaint
	}
	s.Thresholds = append(s.Thresholds, o.threshold...)
	if _, err := findings.Parse(s.Thresholds...); err != nil {
		return s, usage("--threshold: %v", err)
	}
	if o.asked("mouse") {
		s.Mouse = o.mouse
	}
	return s, nil
}

// readSettings reads the file of settings. That the usual one is not there is
// fine; that one which was asked for is not is an error.
func (e *environment) readSettings(o *options) (tui.Settings, error) {
	path := o.settings
	if path == "" {
		path = e.settingsPath()
	}
	if path == "" {
		return tui.Settings{}, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && o.settings == "" {
		return tui.Settings{}, nil
	}
	if err != nil {
		return tui.Settings{}, fmt.Errorf("settings %s: %s", path, evidence.Reason(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostSettings+1))
	if err != nil {
		return tui.Settings{}, fmt.Errorf("settings %s: %s", path, evidence.Reason(err))
	}
	if len(data) > mostSettings {
		return tui.Settings{}, fmt.Errorf("settings %s: more than %d bytes", path, mostSettings)
	}
	return tui.ReadSettings(path, data, zoneCalled)
}

// settingsPath is where settings usually are; "" where no home is known.
func (e *environment) settingsPath() string {
	folder := system{runtime.GOOS, e.environ}.configFolder()
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, "settings.toml")
}

func newSettings(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "settings",
		Short: "Print every setting of the screens, as a file to start from",
		Long: `Print a file of settings: what each one means and what holds without it. The
screens read settings.toml in the folder spoor of $XDG_CONFIG_HOME, else of the
user's configuration folder, or the file that --settings names. Flags come before
settings. The commands that print lists and reports read none of their own accord:
what they print depends on the command line alone. Those that show findings take
the table of their numbers from a file that --settings names.`,
		Example: "  spoor settings > settings.toml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			where := "# Settings of spoor's screens.\n"
			if path := env.settingsPath(); path != "" {
				where += "# They are read from " + path + "\n"
			}
			_, err := io.WriteString(env.out, where+"\n"+tui.SettingsFile())
			return unwritten(err)
		},
	}
}
