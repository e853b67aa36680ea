package main

import (
	"testing"
	"testing/fstest"
)

func TestRoomIsWhatTheMachineAndItsContainersLeave(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for name, c := range map[string]struct {
		system fstest.MapFS
		free   int64
		known  bool
	}{
		"a machine": {fstest.MapFS{
			"proc/meminfo": file("MemTotal:       8000 kB\nMemAvailable:   5000 kB\n"), "proc/self/cgroup": file("0::/user.slice\n"),
			"sys/fs/cgroup/user.slice/memory.max": file("max\n"),
		}, 5000 << 10, true},
		"a group within a bounded one": {fstest.MapFS{
			"proc/meminfo": file("MemAvailable:   5000 kB\n"), "proc/self/cgroup": file("0::/a/b\n"),
			"sys/fs/cgroup/a/b/memory.max": file("max\n"), "sys/fs/cgroup/a/memory.max": file("1048576\n"),
		}, 1 << 20, true},
		"version 1": {fstest.MapFS{
			"proc/meminfo": file("MemAvailable:   5000 kB\n"), "proc/self/cgroup": file("7:cpu:/x\n4:memory:/docker/1f\n0::/\n"),
			"sys/fs/cgroup/memory/docker/1f/memory.limit_in_bytes": file("2097152\n"), "sys/fs/cgroup/memory/memory.limit_in_bytes": file("9223372036854771712\n"),
		}, 2 << 20, true},
		"within a container": {fstest.MapFS{
			"proc/self/cgroup": file("4:memory:/docker/1f\n"), "sys/fs/cgroup/memory/memory.limit_in_bytes": file("3145728\n"),
		}, 3 << 20, true},
		"a limit of the process": {fstest.MapFS{
			"proc/meminfo": file("MemAvailable:  50000 kB\n"), "proc/self/status": file("Name:\tspoor\nVmSize:\t    1000 kB\nVmData:\t     100 kB\n"),
			"proc/self/limits": file("Limit                     Soft Limit           Hard Limit           Units     \nMax data size             1024000000           unlimited            bytes     \nMax address space         566000000            566000000             bytes     \n"),
		}, 566000000 - 1000<<10 - 512<<20, true},
		"a limit that is used up": {fstest.MapFS{
			"proc/self/status": file("VmData:\t     100 kB\n"), "proc/self/limits": file("Max data size             102400               unlimited            bytes\n"),
		}, leastRoom, true},
		"a process without limits": {fstest.MapFS{
			"proc/meminfo": file("MemAvailable:   5000 kB\n"), "proc/self/status": file("VmSize:\t    1000 kB\n"),
			"proc/self/limits": file("Max address space         unlimited            unlimited            bytes     \n"),
		}, 5000 << 10, true},
		"another system": {fstest.MapFS{}, 0, false},
	} {
		if free, known := freeMemory(c.system); known != c.known || known && free != c.free {
			t.Errorf("%s: %d, %t; want %d, %t", name, free, known, c.free, c.known)
		}
	}
}

func TestSizesHaveUnits(t *testing.T) {
	for text, want := range map[string]size{"1B": 1, "512MiB": 512 << 20, "4GiB": 4 << 30, "1.5 KiB": 1536, "2TiB": 2 << 40} {
		var s size
		if err := s.Set(text); err != nil || s != want {
			t.Errorf("%s is %d (%v), want %d", text, s, err, want)
		}
	}
	for _, text := range []string{"", "4", "GiB", "-1MiB", "0B", "1e300GiB", "4GB", "NaNB"} {
		var s size
		if err := s.Set(text); err == nil {
			t.Errorf("%q is %d", text, s)
		}
	}
	for s, want := range map[size]string{1 << 20: "1 MiB", 22127 << 20: "21.6 GiB", 700: "700 B"} {
		if got := s.String(); got != want {
			t.Errorf("%d is written %q, want %q", int64(s), got, want)
		}
	}
}

func TestTooLittleMemoryToBeginWithIsSaid(t *testing.T) {
	for limits, want := range map[string]string{
		"Max address space         819200000            819200000            bytes     \n": "",
		"Max address space         219200000            219200000            bytes     \n": "the system lets the program have too little memory to read anything; allow more (ulimit -v)",
		"Max data size             60000000             unlimited            bytes     \n": "the system lets the program have too little memory to read anything; allow more (ulimit -d)",
		"Max address space         419200000            419200000            bytes     \n": "", // the room is small
		"Max data size             unlimited            unlimited            bytes     \n": "",
		"": "",
	} {
		got := scarceMemory(fstest.MapFS{"proc/self/limits": {Data: []byte(limits)}, "proc/self/status": {Data: []byte("VmSize:\t 1000 kB\nVmData:\t 100 kB\n")}})
		if got != want {
			t.Errorf("%q: %q, want %q", limits, got, want)
		}
	}
}
