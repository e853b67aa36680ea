package main

import (
	"errors"
	"fmt"

	"spoor/model"
)

// unfound is wrong usage as far as the evidence was read: it names what is not
// there.
type unfound struct{ error }

func (u unfound) Unwrap() error { return u.error }

func notThere(format string, args ...any) error {
	return &failure{exitUsage, unfound{fmt.Errorf(format, args...)}}
}

// unnamed is wrong usage of --session; unfound, if the name is one.
func unnamed(err error) error {
	if errors.Is(err, model.ErrSessionName) {
		return usage("--session %v", err)
	}
	return notThere("--session %w", err)
}

// sought is an error, or, where files were left unread that may hold what was
// asked for, the outcome of damaged evidence, once that is said.
func (l *loaded) sought(e *environment, o *options, err error) error {
	if err == nil || l.snapshot.Unread() == 0 || !errors.As(err, new(unfound)) {
		return err
	}
	e.complain("%v", err)
	for _, line := range l.view.Missing() {
		if !o.quiet {
			e.complain("%s", line)
		}
	}
	return &failure{code: exitDamaged}
}
