package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"

	"spoor/parser/evidence"
)

// room is how much memory the evidence may take.
type room struct {
	most int64  // bytes; 0: as much as there is
	why  string // who says so
}

// room is what --memory says, else GOMEMLIMIT, else nine tenths of what is
// free now.
func (e *environment) room(o *options) room {
	set := system{runtime.GOOS, e.environ}.lookup("GOMEMLIMIT")
	switch free, ok := freeMemory(os.DirFS("/")); {
	case o.memory > 0:
		return room{int64(o.memory), "--memory"}
	case set == "off":
		return room{}
	case set != "":
		var most size
		if n, err := strconv.ParseInt(set, 10, 64); err == nil && n > 0 {
			most = size(n) // without a unit, it is bytes
		} else if most.Set(set) != nil {
			return room{}
		}
		return room{int64(most), "GOMEMLIMIT"}
	case ok:
		return room{free / 10 * 9, "nine tenths of what was free"}
	}
	return room{}
}

// reached says that the room is used up, and what to do; narrows are flags that
// keeping less asks for besides --prefilter.
func (r room) reached(cut, files int, narrows string) string {
	most := size(r.most)
	return fmt.Sprintf("memory is used up: reading may take at most half of the %s for evidence (%s), and left out all or part of %s of %d; "+
		"read fewer files, give more with --memory, or have a command keep some accounts, hosts or days alone (%s--prefilter always with --user, --host, --since or --until)", &most, r.why, plural(cut, "file"), files, narrows)
}

// short says that the room, though evidence was read twice, does not even hold what is asked for.
func (r room) short() string {
	most := size(r.most)
	return fmt.Sprintf("memory is used up: what is asked for needs more than half of the %s for evidence (%s); read fewer files, ask for less, or give more with --memory; --prefilter never answers by what fits", &most, r.why)
}

// leastLimit is the least memory that the collector is asked to keep to: below
// it, it would do nothing else.
const leastLimit = 64 << 20

// limit has the garbage collector work harder where the room gets scarce.
func (r room) limit() {
	if r.most > 0 && r.why != "GOMEMLIMIT" { // the runtime has read that by itself
		debug.SetMemoryLimit(max(r.most, leastLimit))
	}
}

// openingGC is how much garbage there may be while evidence is opened, in percent
// of what lives: the index holds hardly any pointers, so that looking through it
// is cheap, and room for as much garbage again is what makes a peak.
const openingGC = 35

// sparingly has garbage collected at openingGC, unless GOGC asks for less, until
// what it returns is called.
func sparingly() (restore func()) {
	before := debug.SetGCPercent(openingGC)
	if before < openingGC { // off, too: who turned it off has a limit
		debug.SetGCPercent(before)
	}
	return func() { debug.SetGCPercent(before) }
}

// unpackingShare is the part of the room that members of collections may take
// once they are unpacked: what is more is kept in temporary files.
const unpackingShare = 16

// unpacking returns the limits by which collections are unpacked.
func (r room) unpacking() evidence.Limits {
	l := evidence.Limits{}.OrDefault()
	if r.most > 0 {
		l.Memory = min(l.Memory, max(1, r.most/unpackingShare))
		l.Small = min(l.Small, l.Memory)
	}
	return l
}

// gauge tells when the memory is used up that reading may take.
type gauge struct {
	room uint64 // bytes; 0: no bound
	most uint64 // bytes of it that reading may take
	next uint64 // bytes of memory at which garbage is collected, to see how much lives
}

// readingShare is the part of the room that reading may take: correlating, the
// screens and exports take about as much again, and more of it where a builder
// says so.
const readingShare = 2

func (r room) gauge() gauge { return gauge{room: uint64(r.most), most: uint64(r.most) / readingShare} }

// full reports whether the memory is used up, where correlating what was read
// will take so many bytes more.
func (g *gauge) full(ahead uint64) bool {
	if g.room == 0 {
		return false
	}
	most := min(g.most, g.room-min(g.room, ahead))
	if now := heapNow(); now < most || now < g.next {
		return false
	}
	runtime.GC()
	live := heapNow()
	g.next = live + g.most/16
	return live >= most
}

// heapNow is the memory of all objects that were not yet collected, in bytes.
func heapNow() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// freeMemory returns how many bytes of memory a process can have on a Linux
// machine, in its container or within its own limits; false where that is not told.
func freeMemory(system fs.FS) (int64, bool) {
	free, ok := int64(math.MaxInt64), false
	note := func(n int64) { free, ok = min(free, n), true }
	info, _ := fs.ReadFile(system, "proc/meminfo")
	for line := range bytes.Lines(info) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(string(line), "MemAvailable: %d kB", &kilobytes); n == 1 {
			note(kilobytes << 10)
		}
	}
	noteLimits(system, note)
	groups, _ := fs.ReadFile(system, "proc/self/cgroup")
	for line := range bytes.Lines(groups) {
		// As 0::/user.slice of version 2, and 4:memory:/docker/1f of version 1.
		parts := strings.SplitN(strings.TrimSpace(string(line)), ":", 3)
		if len(parts) < 3 {
			continue
		}
		root, most := "sys/fs/cgroup", "memory.max"
		if parts[1] == "memory" {
			root, most = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		} else if parts[1] != "" {
			continue
		}
		// Each group is within the bounds of those above it. Inside a container
		// the root is its own. What is used already is not counted: most of that
		// are files that were read, which make room.
		for at := path.Join("/", parts[2]); ; at = path.Dir(at) {
			if bound, ok := numberIn(system, path.Join(root, at, most)); ok {
				note(bound)
			}
			if at == "/" {
				break
			}
		}
	}
	return free, ok
}

// processLimits are the limits of a process that its memory may reach, as
// ulimit sets them with a flag, what of it counts, and how much of that the
// runtime takes for threads, arenas and tables that hold no evidence, in bytes:
// it ends the program where it does not get them.
var processLimits = []struct {
	limit, counts, flag string
	runtime             int64
}{
	{"Max address space", "VmSize:", "-v", 512 << 20},
	{"Max data size", "VmData:", "-d", 128 << 20},
}

// leastRoom is the room, in bytes, where a limit leaves less but the runtime may
// do with less than it is given there: what fits into it is better than nothing.
const leastRoom = 16 << 20

// noteLimits notes what the process's own limits leave. It returns the flag of
// the one that leaves the runtime not even half of what it is given, or "".
func noteLimits(system fs.FS, note func(int64)) (scarce string) {
	limits, _ := fs.ReadFile(system, "proc/self/limits")
	status, _ := fs.ReadFile(system, "proc/self/status")
	for _, l := range processLimits {
		most, bounded := numberAfter(limits, l.limit)
		used, known := numberAfter(status, l.counts)
		if !bounded || !known {
			continue
		}
		left := most - used<<10
		if left <= l.runtime/2 {
			scarce = l.flag
		}
		note(max(leastRoom, left-l.runtime))
	}
	return scarce
}

// scarceMemory says that the process's own limits leave too little memory to
// begin with, and what to do; "" where they do not.
func scarceMemory(system fs.FS) string {
	if flag := noteLimits(system, func(int64) {}); flag != "" {
		return "the system lets the program have too little memory to read anything; allow more (ulimit " + flag + ")"
	}
	return ""
}

// numberAfter returns the number that a line begins with, after a name.
func numberAfter(text []byte, name string) (int64, bool) {
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			var n int64
			read, _ := fmt.Sscan(string(rest), &n)
			return n, read == 1
		}
	}
	return 0, false
}

// numberIn reads a file that holds one; of others, such as "max", it returns false.
func numberIn(system fs.FS, name string) (int64, bool) {
	text, err := fs.ReadFile(system, name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}

// size is a number of bytes on the command line: 4GiB.
type size int64

var units = []struct {
	name  string
	bytes float64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"B", 1}}

func (s *size) Type() string { return "size" }

func (s *size) String() string {
	if *s <= 0 {
		return ""
	}
	for _, u := range []int{3, 2, 1, 0} {
		if n := float64(*s) / units[u].bytes; n >= 1 {
			return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) + " " + units[u].name
		}
	}
	return fmt.Sprint(int64(*s), " B")
}

// Set reads a size: a number and one of the units.
func (s *size) Set(text string) error {
	for _, u := range units {
		rest, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
		if err == nil && n > 0 && n*u.bytes >= 1 && n*u.bytes < 1<<62 {
			*s = size(n * u.bytes)
			return nil
		}
	}
	return fmt.Errorf("%q is no size; write it as 512MiB or 4GiB", text)
}
