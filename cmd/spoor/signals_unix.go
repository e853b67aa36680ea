//go:build unix

package main

import (
	"os"
	"syscall"
)

// endings are the signals that end a run; SIGHUP comes when an SSH line drops.
var endings = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// hangup is the signal of a terminal that is gone.
const hangup = syscall.SIGHUP
