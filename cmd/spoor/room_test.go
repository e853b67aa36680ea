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
