package main

import (
	"os"

	"github.com/charmbracelet/x/term"
)

func terminal(f *os.File) bool { return term.IsTerminal(f.Fd()) }
