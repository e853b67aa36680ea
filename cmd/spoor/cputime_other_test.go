//go:build !linux

package main

import "time"

// began is when the tests began.
var began = time.Now()

// processTime stands for what is not known here: the time that has passed.
func processTime() time.Duration { return time.Since(began) }
