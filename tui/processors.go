package tui

// Processors returns what the runtime should take GOMAXPROCS for while the UI
// is shown on so many cores: twice as many and two. The runtime lets a goroutine
// that computes go on for 10 ms before another has its processor, so while all
// of the cores read evidence or correlate, a key waited its turn behind each of
// those that do. With processors to spare it is the operating system that gives
// the UI a core, within a few milliseconds, as it has hardly used any. What
// reads and what correlates are as many as there are cores, each; the two are
// for a search and an index that the UI asked for. Whatever is spread over all
// cores must not be over all of these.
func Processors(cores int) int { return 2*cores + 2 }
