package tui

import (
	"syscall"
	"time"
)

// rusageThread asks for the calling thread alone (getrusage(2)).
const rusageThread = 1

// threadTime is what the calling thread has taken of a processor; processTime
// is that of the whole process.
func threadTime() time.Duration { return used(rusageThread) }

func processTime() time.Duration { return used(syscall.RUSAGE_SELF) }

func used(who int) time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(who, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
