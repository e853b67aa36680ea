package evidence

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// entry is a member of a zip.
type entry struct {
	name   string
	method uint16
	data   []byte
}

func zipOf(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipOf(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// found reads all sources, by their name below the collection.
func found(t *testing.T, s *Set) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, src := range s.Sources {
		_, name, _ := strings.Cut(src.Name, ".zip:")
		out[name] = string(read(t, src))
	}
	return out
}

func inMemory(name string, b []byte) *Set {
	return FindIn(context.Background(), name, bytes.NewReader(b), int64(len(b)), Options{})
}

// Members are found by how collectors lay them out, however they are packed.
func TestFindsTheLogsOfCollectors(t *testing.T) {
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		s := inMemory("c.zip", zipOf(t,
			entry{"C/Windows/System32/winevt/logs/", zip.Store, nil},
			entry{"C/Windows/System32/winevt/logs/Security.evtx", method, []byte("kape")},
			entry{"uploads/auto/C%3A/Windows/System32/winevt/Logs/Microsoft-Windows-TerminalServices-LocalSessionManager%254Operational.evtx", method, []byte("velociraptor")},
			entry{`uploads\ntfs\%5C%5C.%5CC%3A\Windows\System32\winevt\Logs\System.evtx`, method, []byte("ntfs")},
			entry{"collect/System.EVTX.GZ", method, gzipOf(t, []byte("packed"))},
			entry{"results/Windows.EventLogs.json", method, []byte("{}")},
			entry{"log.json", method, []byte("{}")},
		))
		want := map[string]string{
			"C/Windows/System32/winevt/logs/Security.evtx": "kape",
			"uploads/auto/C%3A/Windows/System32/winevt/Logs/Microsoft-Windows-TerminalServices-LocalSessionManager%254Operational.evtx": "velociraptor",
			"uploads/ntfs/%5C%5C.%5CC%3A/Windows/System32/winevt/Logs/System.evtx":                                                      "ntfs",
			"collect/System.EVTX.GZ": "packed",
		}
		if got := found(t, s); fmt.Sprint(got) != fmt.Sprint(want) || len(s.Problems) > 0 {
			t.Errorf("method %d: %v, problems %v", method, got, s.Problems)
		}
		s.Close()
	}
}

func TestFindsCollectionsWithinCollections(t *testing.T) {
	methods := []uint16{zip.Store, zip.Deflate}
	for _, outer := range methods {
		for _, middle := range methods {
			for _, inner := range methods {
				logs := zipOf(t, entry{"x.txt", inner, []byte("before")}, entry{"Security.evtx", inner, []byte("the log")})
				host := zipOf(t, entry{"data.zip", middle, logs}, entry{"System.evtx", middle, []byte("another")})
				path := write(t, filepath.Join(t.TempDir(), "all.zip"), zipOf(t, entry{"a.txt", outer, []byte("first")}, entry{"HOST1.ZIP", outer, host}))
				s := Find(t.Context(), []string{path}, Options{})
				want := map[string]string{"HOST1.ZIP:data.zip:Security.evtx": "the log", "HOST1.ZIP:System.evtx": "another"}
				if got := found(t, s); fmt.Sprint(got) != fmt.Sprint(want) || len(s.Problems) > 0 {
					t.Errorf("%d in %d in %d: %v, problems %v", inner, middle, outer, got, s.Problems)
				}
				s.Close()
			}
		}
	}
}

func TestACollectionWithinAnotherNeedHoldNoLogs(t *testing.T) {
	s := inMemory("c.zip", zipOf(t, entry{"docs.zip", zip.Store, zipOf(t, entry{"a.txt", zip.Store, nil})}, entry{"a.evtx", zip.Store, []byte("x")}))
	defer s.Close()
	if len(s.Sources) != 1 || len(s.Problems) != 1 || !s.Problems[0].Note || !errors.Is(s.Problems[0].Err, ErrEmpty) {
		t.Errorf("%v, problems %v", s.Sources, s.Problems)
	}
	bad := inMemory("c.zip", zipOf(t, entry{"bad.zip", zip.Deflate, []byte("no zip at all")}, entry{"a.evtx", zip.Store, []byte("x")}))
	defer bad.Close()
	if len(bad.Sources) != 1 || len(bad.Problems) != 1 || bad.Problems[0].Note || bad.Problems[0].Name != "c.zip:bad.zip" {
		t.Errorf("%v, problems %v", bad.Sources, bad.Problems)
	}
}

func TestBoundsHowDeepCollectionsLie(t *testing.T) {
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		b := zipOf(t, entry{"a.evtx", method, []byte("x")})
		for range 10 {
			b = zipOf(t, entry{"in.zip", method, b}, entry{"b.evtx", method, []byte("y")})
		}
		s := inMemory("c.zip", b)
		if len(s.Sources) != defaults.Depth || len(s.Problems) != 1 || !errors.Is(s.Problems[0].Err, ErrTooDeep) {
			t.Errorf("%d sources, problems %v", len(s.Sources), s.Problems)
		}
		s.Close()
	}
}

func TestBoundsMembersOfCollectionsWithinCollections(t *testing.T) {
	inner := zipOf(t, entry{"a.evtx", zip.Store, []byte("x")}, entry{"b.evtx", zip.Store, []byte("x")})
	b := zipOf(t, entry{"1.zip", zip.Store, inner}, entry{"2.zip", zip.Store, inner}, entry{"3.zip", zip.Store, inner})
	s := FindIn(t.Context(), "c.zip", bytes.NewReader(b), int64(len(b)), Options{Limits: Limits{Members: 5}})
	defer s.Close()
	if len(s.Sources) != 3 || len(s.Problems) == 0 || !errors.Is(s.Problems[0].Err, ErrTooManyMembers) {
		t.Errorf("%d sources, problems %v", len(s.Sources), s.Problems)
	}
}

func TestReadsZip64(t *testing.T) {
	entries := make([]entry, 70_000)
	for i := range entries {
		entries[i].name = fmt.Sprint(i)
	}
	entries[69_000] = entry{"Security.evtx", zip.Deflate, []byte("beyond 65,535")}
	b := zipOf(t, entries...)
	if !bytes.Contains(b[len(b)-200:], []byte("PK\x06\x06")) {
		t.Fatal("that is no zip64")
	}
	s := inMemory("c.zip", b)
	defer s.Close()
	if got := found(t, s); len(got) != 0 && got["Security.evtx"] != "beyond 65,535" || len(s.Sources) != 1 || len(s.Problems) > 0 {
		t.Errorf("%v, problems %v", s.Sources, s.Problems)
	}
}

func TestBoundsTheRatioOfAMember(t *testing.T) {
	zeros := make([]byte, 4<<20)
	tight := Limits{Free: 1 << 20, Small: 1 << 16}
	for name, b := range map[string][]byte{
		"deflated": zipOf(t, entry{"bomb.evtx", zip.Deflate, zeros}),
		"gzipped":  zipOf(t, entry{"bomb.evtx.gz", zip.Store, gzipOf(t, zeros)}),
	} {
		s := FindIn(t.Context(), "c.zip", bytes.NewReader(b), int64(len(b)), Options{Temporary: t.TempDir(), Limits: tight})
		if len(s.Sources) != 0 || len(s.Problems) != 1 || !errors.Is(s.Problems[0].Err, ErrTooLarge) {
			t.Errorf("%s: %v, problems %v", name, s.Sources, s.Problems)
		}
		s.Close()
	}
	// A log that is nearly empty is no bomb.
	b := zipOf(t, entry{"empty.evtx", zip.Deflate, zeros})
	s := inMemory("c.zip", b)
	defer s.Close()
	if len(s.Sources) != 1 || s.Sources[0].Size != int64(len(zeros)) {
		t.Errorf("%v, problems %v", s.Sources, s.Problems)
	}
}

// Members that lie over one another unpack to more than there is.
func TestRefusesMembersThatOverlap(t *testing.T) {
	data := bytes.Repeat([]byte("log "), 1000)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "a.evtx", CRC32: crc32.ChecksumIEEE(data), CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data))})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(data)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	// The directory names the one member three times.
	whole := b.Bytes()
	at := bytes.Index(whole, []byte("PK\x01\x02"))
	end := bytes.Index(whole, []byte("PK\x05\x06"))
	head := whole[at:end]
	bomb := slices.Concat(whole[:at], head, head, head, whole[end:])
	tail := bomb[len(bomb)-22:]
	tail[8], tail[10], tail[12], tail[13] = 3, 3, byte(3*len(head)), byte(3*len(head)>>8)
	s := inMemory("c.zip", bomb)
	defer s.Close()
	if len(s.Sources) != 1 || len(s.Problems) != 1 || !errors.Is(s.Problems[0].Err, ErrOverlap) {
		t.Errorf("%v, problems %v", s.Sources, s.Problems)
	}
}

func TestBoundsTheLengthOfPaths(t *testing.T) {
	s := inMemory("c.zip", zipOf(t, entry{strings.Repeat("x", 60_000) + ".evtx", zip.Store, nil}, entry{"a.evtx", zip.Store, []byte("x")}))
	defer s.Close()
	if len(s.Sources) != 1 || len(s.Problems) != 1 || !errors.Is(s.Problems[0].Err, ErrPathTooLong) || len(s.Problems[0].Reason()) > 200 {
		t.Errorf("%v, problems %v", s.Sources, s.Problems)
	}
}

func TestEncryptedMembersAreNamed(t *testing.T) {
	b := zipOf(t, entry{"data.zip", zip.Store, []byte("secret")}, entry{"a.evtx", zip.Store, []byte("secret")})
	for i := 0; i+10 < len(b); i++ {
		switch string(b[i : i+4]) {
		case "PK\x03\x04":
			b[i+6] |= 1
		case "PK\x01\x02":
			b[i+8] |= 1
		}
	}
	s := inMemory("c.zip", b)
	defer s.Close()
	if len(s.Sources) != 0 || len(s.Problems) != 2 || !errors.Is(s.Problems[0].Err, ErrEncrypted) || !errors.Is(s.Problems[1].Err, ErrEncrypted) {
		t.Errorf("%v, problems %v", s.Sources, s.Problems)
	}
}

// However many collections there are, none stays open between reads.
func TestKeepsNoHandles(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("handles are counted on Linux only")
	}
	handles := func() int {
		all, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	dir := t.TempDir()
	for i := range 50 {
		write(t, filepath.Join(dir, fmt.Sprintf("%d.zip", i)), zipOf(t, entry{"a.evtx", zip.Store, []byte("stored")}, entry{"in.zip", zip.Store, zipOf(t, entry{"b.evtx", zip.Store, []byte("stored")})}))
	}
	before := handles()
	s := Find(t.Context(), []string{dir}, Options{})
	defer s.Close()
	if len(s.Sources) != 100 {
		t.Fatalf("%d sources, problems %v", len(s.Sources), s.Problems)
	}
	for _, src := range s.Sources {
		if string(read(t, src)) != "stored" {
			t.Errorf("%s reads otherwise", src.Name)
		}
	}
	if after := handles(); after > before+3 {
		t.Errorf("%d handles before, %d after", before, after)
	}
}

// A collection that is replaced between finding and reading is noticed.
func TestReportsACollectionThatChanged(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "c.zip"), zipOf(t, entry{"a.evtx", zip.Store, []byte("stored")}))
	s := Find(t.Context(), []string{path}, Options{})
	defer s.Close()
	write(t, path, zipOf(t, entry{"b.evtx", zip.Store, []byte("another")}))
	if _, err := s.Sources[0].Open(); !errors.Is(err, ErrChanged) {
		t.Errorf("opens with %v", err)
	}
}

// A log of no bytes is found like any other; its reader says that it is empty.
func TestEmptyMembersAreFound(t *testing.T) {
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		s := inMemory("c.zip", zipOf(t, entry{"a.evtx", method, nil}, entry{"b.evtx.gz", method, gzipOf(t, nil)}))
		if got := found(t, s); fmt.Sprint(got) != "map[a.evtx: b.evtx.gz:]" || len(s.Problems) > 0 {
			t.Errorf("method %d: %v, problems %v", method, got, s.Problems)
		}
		s.Close()
	}
	// One that breaks off before its first byte is a problem, and no empty log.
	cut := gzipOf(t, []byte("a log"))[:10]
	s := inMemory("c.zip", zipOf(t, entry{"a.evtx.gz", zip.Store, cut}))
	defer s.Close()
	if len(s.Sources) != 0 || len(s.Problems) != 1 {
		t.Errorf("%v, problems %v", s.Sources, s.Problems)
	}
}

func TestBoundsWhatAllCollectionsUnpackTo(t *testing.T) {
	dir := t.TempDir()
	b := zipOf(t, entry{"a.evtx", zip.Deflate, []byte("1234567890")}, entry{"b.evtx", zip.Deflate, []byte("1234567890")})
	paths := []string{write(t, filepath.Join(dir, "1.zip"), b), write(t, filepath.Join(dir, "2.zip"), b)}
	for _, small := range []int64{0, 1} { // kept in memory, and in a file
		s := Find(t.Context(), paths, Options{Temporary: dir, Limits: Limits{Total: 30, Small: small}})
		if len(s.Sources) != 3 || len(s.Problems) != 1 || !errors.Is(s.Problems[0].Err, ErrTooLarge) || s.Problems[0].Name != paths[1]+":b.evtx" {
			t.Errorf("%d sources, problems %v", len(s.Sources), s.Problems)
		}
		s.Close()
	}
}

// What does not fit into memory goes into a file, however small it is.
func TestBoundsWhatIsKeptInMemory(t *testing.T) {
	b := zipOf(t, entry{"a.evtx", zip.Deflate, []byte("1234567890")}, entry{"b.evtx", zip.Deflate, []byte("abcdefghij")})
	for memory, want := range map[int64]int{10: 1, 11: 2} {
		limits := Limits{Memory: memory, Small: 1000}
		nowhere := FindIn(t.Context(), "c.zip", bytes.NewReader(b), int64(len(b)), Options{Temporary: filepath.Join(t.TempDir(), "missing"), Limits: limits})
		if len(nowhere.Sources) != want || len(nowhere.Problems) != 2-want {
			t.Errorf("%d bytes keep %d members without a file, want %d; problems %v", memory, len(nowhere.Sources), want, nowhere.Problems)
		}
		nowhere.Close()
		s := FindIn(t.Context(), "c.zip", bytes.NewReader(b), int64(len(b)), Options{Temporary: t.TempDir(), Limits: limits})
		if got := found(t, s); fmt.Sprint(got) != "map[a.evtx:1234567890 b.evtx:abcdefghij]" {
			t.Errorf("%v, problems %v", got, s.Problems)
		}
		s.Close()
	}
}
