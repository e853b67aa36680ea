package main

// mostOpen is how many files the system lets the program have open, 0 where it
// does not tell: there are enough.
func mostOpen() uint64 { return 0 }
