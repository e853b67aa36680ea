//go:build !linux

package main

import "time"

// started is when the tests started.
var started = time.Now()

// processTime stands for what is not known here: the time that has passed.
func processTime() time.Duration { return time.Since(started) }
