//go:build !linux

package tui

import "time"

// threadTime and processTime are not known here.
func threadTime() time.Duration { return 0 }

func processTime() time.Duration { return 0 }
