//go:build unix

package main

import "syscall"

// mostOpen is how many files the system lets the program have open, 0 where it
// does not tell.
func mostOpen() uint64 {
	var most syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &most) != nil {
		return 0
	}
	return uint64(most.Cur)
}
