package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
	"spoor/parser/evidence"
	"spoor/tui"
)

// store keeps the marks and dismissals of each evidence in a file of a folder.
// It implements [tui.Keeper]. Nothing of the evidence is in the files but the
// IDs of sessions and findings and logon IDs, and what an analyst wrote in notes.
type store struct{ folder string }

const (
	stateSchema = "spoor.state/1"
	// mostKept is how many marks are kept of one evidence.
	mostKept = 50_000
	// mostDismissed is how many dismissals are kept of one evidence.
	mostDismissed = 5_000
	// mostNote is how long a note may be, in bytes: what is typed is shorter.
	mostNote = 1_000
	// mostState is how large a file of state may be, in bytes: a mark takes
	// less than 100, a dismissal less than 200 and its note, in which each
	// byte may be written as an escape of six.
	mostState = 100*mostKept + (200+6*mostNote)*mostDismissed
	// mostStates is how many files of state stay; the oldest go first.
	mostStates = 200
)

// savedState is the content of a file.
type savedState struct {
	Schema    string           `json:"schema"`
	Marks     []savedMark      `json:"marks"`
	Dismissed []savedDismissal `json:"dismissed,omitempty"`
}

type savedDismissal struct {
	Finding string    `json:"finding"`
	Note    string    `json:"note,omitempty"`
	Time    time.Time `json:"time"`
}

type savedMark struct {
	Session string `json:"session"`
	LogonID string `json:"logon_id"`
}

func (s store) path(name string) string { return filepath.Join(s.folder, name+".json") }

// Restore implements [tui.Keeper]. A damaged file is set aside.
func (s store) Restore(name string) (tui.State, string, error) {
	path := s.path(name)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return tui.State{}, "", nil
	}
	if err != nil {
		return tui.State{}, "", fmt.Errorf("the marks of an earlier run cannot be read: %s: %s", path, evidence.Reason(err))
	}
	data, err := io.ReadAll(io.LimitReader(f, mostState+1))
	f.Close()
	if err != nil {
		return tui.State{}, "", fmt.Errorf("the marks of an earlier run cannot be read: %s: %s", path, evidence.Reason(err))
	}
	state, err := decodeState(data)
	if err == nil {
		return state, "", nil
	}
	aside := path + ".damaged"
	if renamed := os.Rename(path, aside); renamed != nil {
		return tui.State{}, "", fmt.Errorf("the marks of an earlier run are damaged (%w) and cannot be set aside: %w", err, renamed)
	}
	return tui.State{}, fmt.Sprintf("the marks of an earlier run are damaged (%v); they were set aside as %s", err, aside), nil
}

func decodeState(data []byte) (tui.State, error) {
	var saved savedState
	if len(data) > mostState {
		return tui.State{}, fmt.Errorf("more than %d bytes", mostState)
	}
	if err := json.Unmarshal(data, &saved); err != nil {
		return tui.State{}, err
	}
	if saved.Schema != stateSchema {
		return tui.State{}, fmt.Errorf("schema %.40q, not %q", saved.Schema, stateSchema)
	}
	var state tui.State
	for _, m := range saved.Marks {
		logon, err := event.ParseLogonID(m.LogonID)
		if err != nil {
			return tui.State{}, err
		}
		if id, err := hex.DecodeString(m.Session); err != nil || len(id) != 8 {
			return tui.State{}, fmt.Errorf("%.40q is no ID of a session", m.Session)
		}
		state.Marks = append(state.Marks, tui.Mark{Session: m.Session, Logon: logon})
	}
	for _, d := range saved.Dismissed[:min(len(saved.Dismissed), mostDismissed)] {
		if id, err := hex.DecodeString(d.Finding); err != nil || len(id) != 8 {
			return tui.State{}, fmt.Errorf("%.40q is no ID of a finding", d.Finding)
		}
		if len(d.Note) > mostNote {
			return tui.State{}, fmt.Errorf("a note has more than %d bytes", mostNote)
		}
		state.Dismissed = append(state.Dismissed, findings.Dismissal{ID: d.Finding, Note: d.Note, Time: d.Time})
	}
	return state, nil
}

// Save implements [tui.Keeper]: it replaces the file, or removes it where
// nothing is to be kept.
func (s store) Save(name string, state tui.State) error {
	err := s.save(name, state)
	if err == nil || errors.Is(err, tui.ErrKeptInPart) {
		return err
	}
	var at *fs.PathError
	var link *os.LinkError // of a rename
	switch {
	case errors.As(err, &at):
		err = at.Err
	case errors.As(err, &link):
		err = link.Err
	}
	room := ""
	if errors.Is(err, syscall.ENOSPC) {
		room = "make room there, or "
	}
	return fmt.Errorf("%s: %w; %sname another folder with XDG_STATE_HOME", s.folder, err, room)
}

func (s store) save(name string, state tui.State) error {
	if len(state.Marks) == 0 && len(state.Dismissed) == 0 {
		if err := os.Remove(s.path(name)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	saved := savedState{Schema: stateSchema}
	for _, m := range state.Marks[:min(len(state.Marks), mostKept)] {
		saved.Marks = append(saved.Marks, savedMark{m.Session, m.Logon.String()})
	}
	for _, d := range state.Dismissed[:min(len(state.Dismissed), mostDismissed)] {
		note := d.Note
		if len(note) > mostNote {
			note = strings.ToValidUTF8(note[:mostNote], "")
		}
		saved.Dismissed = append(saved.Dismissed, savedDismissal{d.ID, note, d.Time})
	}
	data, err := json.Marshal(saved)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return err
	}
	if _, err := os.Lstat(s.path(name)); errors.Is(err, fs.ErrNotExist) {
		s.prune(mostStates - 1)
	}
	if err := replace(s.path(name), data); err != nil {
		return err
	}
	if n := len(state.Marks); n > mostKept {
		return fmt.Errorf("%w: %d marks are too many; %d are kept", tui.ErrKeptInPart, n, mostKept)
	}
	if n := len(state.Dismissed); n > mostDismissed {
		return fmt.Errorf("%w: %d dismissals are too many; %d are kept", tui.ErrKeptInPart, n, mostDismissed)
	}
	return nil
}

// replace writes a file, mode 0600, under another name first.
func replace(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".state-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already after a rename
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// prune removes the oldest files until so many are left.
func (s store) prune(most int) {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		return
	}
	var old []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && strings.Contains(e.Name(), ".json") {
			old = append(old, info)
		}
	}
	slices.SortFunc(old, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, info := range old[:max(0, len(old)-most)] {
		os.Remove(filepath.Join(s.folder, info.Name())) //nolint:errcheck // it only takes room
	}
}

// evidenceKey names what is read: the same for the same files of the same
// sizes, whatever folder one stands in. Names are relative to a folder; where
// there is none they stand for themselves.
func evidenceKey(sources []evidence.Source, folder string) string {
	lines := make([]string, len(sources))
	for i, s := range sources {
		name := s.Name
		if folder != "" && !filepath.IsAbs(name) {
			name = filepath.Join(folder, name)
		}
		lines[i] = fmt.Sprintf("%q %d\n", name, s.Size)
	}
	slices.SortFunc(lines, cmp.Compare[string])
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:16])
}
