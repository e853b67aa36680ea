package evidence

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

func write(t *testing.T, path string, b []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, s Source) []byte {
	t.Helper()
	c, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	b := make([]byte, s.Size)
	if _, err := c.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return b
}

func names(s *Set) string {
	var out []string
	for _, src := range s.Sources {
		out = append(out, filepath.Base(src.Name))
	}
	return strings.Join(out, " ")
}

func makeZip(t *testing.T, method uint16, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "content of %s", m)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFindsLogsBelowAFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "b", "System.EVTX"), []byte("x"))
	write(t, filepath.Join(dir, "a.evtx"), []byte("x"))
	write(t, filepath.Join(dir, "notes.txt"), []byte("x"))
	s := Find(t.Context(), []string{dir, filepath.Join(dir, "a.evtx")}, Options{})
	defer s.Close()
	if got := names(s); got != "a.evtx System.EVTX" || len(s.Problems) != 0 {
		t.Errorf("found %q, problems %v", got, s.Problems)
	}
}

func TestNamesWhatGivesNoLogs(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		filepath.Join(dir, "missing"): fs.ErrNotExist,
		empty:                         ErrNoLogs,
		filepath.Join(dir, "*.evtx"):  ErrNoMatch,
		write(t, filepath.Join(dir, "broken.zip"), []byte("PK\x03\x04")):         zip.ErrFormat,
		write(t, filepath.Join(dir, "none.zip"), makeZip(t, 8, "a.txt")):         ErrEmpty,
		write(t, filepath.Join(dir, "broken.gz"), []byte("\x1f\x8b bad header")): gzip.ErrHeader,
	} {
		s := Find(t.Context(), []string{path}, Options{})
		if len(s.Sources) != 0 || len(s.Problems) != 1 || !errors.Is(s.Problems[0].Err, want) || s.Problems[0].Name != path {
			t.Errorf("%s: %d sources, problems %v; want %v", path, len(s.Sources), s.Problems, want)
		}
		s.Close()
	}
}

func TestFollowsNoLinkLoop(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "in", "a.evtx"), []byte("x"))
	if err := os.Symlink(dir, filepath.Join(dir, "in", "back")); err != nil {
		t.Skip("no links here:", err)
	}
	s := Find(t.Context(), []string{dir}, Options{})
	defer s.Close()
	if got := names(s); got != "a.evtx" {
		t.Errorf("found %q", got)
	}
}

func TestReadsMembersOfCollections(t *testing.T) {
	dir := t.TempDir()
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		path := write(t, filepath.Join(dir, fmt.Sprintf("c%d.zip", method)), makeZip(t, method, "C/Logs/Security.evtx", "x.txt", "../../etc/System.evtx"))
		s := Find(t.Context(), []string{path}, Options{})
		if len(s.Sources) != 2 || len(s.Problems) != 0 {
			t.Fatalf("%d sources, problems %v", len(s.Sources), s.Problems)
		}
		for _, src := range s.Sources {
			_, member, _ := strings.Cut(src.Name, ".zip:")
			if got := string(read(t, src)); got != "content of "+member {
				t.Errorf("%s reads %q", src.Name, got)
			}
		}
		s.Close()
	}
}

func TestUnpacksLargeMembersToAFileThatIsGoneAfterwards(t *testing.T) {
	dir, temporary := t.TempDir(), t.TempDir()
	path := write(t, filepath.Join(dir, "c.zip"), makeZip(t, zip.Deflate, "a.evtx", "b.evtx"))
	s := Find(t.Context(), []string{path}, Options{Temporary: temporary, Limits: Limits{Small: 5}})
	for _, src := range s.Sources {
		if got := string(read(t, src)); !strings.HasPrefix(got, "content of ") || len(got) != len("content of a.evtx") {
			t.Errorf("%s reads %q", src.Name, got)
		}
	}
	if len(s.Sources) != 2 {
		t.Errorf("%d sources, problems %v", len(s.Sources), s.Problems)
	}
	s.Close()
	if left, _ := os.ReadDir(temporary); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestBoundsWhatACollectionUnpacksTo(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "c.zip"), makeZip(t, zip.Deflate, "a.evtx", "b.evtx"))
	s := Find(t.Context(), []string{path}, Options{Temporary: dir, Limits: Limits{Bytes: 4, Small: 2}})
	defer s.Close()
	if len(s.Sources) != 0 || len(s.Problems) != 2 || !errors.Is(s.Problems[0].Err, ErrTooLarge) {
		t.Errorf("%d sources, problems %v", len(s.Sources), s.Problems)
	}
	many := Find(t.Context(), []string{path}, Options{Limits: Limits{Members: 1}})
	defer many.Close()
	if len(many.Sources) != 1 || len(many.Problems) != 1 || !errors.Is(many.Problems[0].Err, ErrTooManyMembers) {
		t.Errorf("%d sources, problems %v", len(many.Sources), many.Problems)
	}
}

func TestReadsGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprint(z, "a log")
	z.Close()
	s := Find(t.Context(), []string{write(t, filepath.Join(t.TempDir(), "Security.evtx.gz"), b.Bytes())}, Options{})
	defer s.Close()
	if len(s.Sources) != 1 || string(read(t, s.Sources[0])) != "a log" {
		t.Errorf("sources %v, problems %v", s.Sources, s.Problems)
	}
	cut := Find(t.Context(), []string{write(t, filepath.Join(t.TempDir(), "Cut.evtx.gz"), b.Bytes()[:b.Len()-9])}, Options{})
	defer cut.Close()
	if len(cut.Problems) != 1 {
		t.Errorf("a truncated gzip file is no problem: %v", cut.Problems)
	}
	if s.Sources[0].Broken != nil || len(cut.Sources) != 1 || cut.Sources[0].Broken == nil {
		t.Errorf("the beginning of a truncated gzip file is not kept as one: %+v", cut.Sources)
	}
}

func TestReportsAFileThatChanged(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "a.evtx"), []byte("before"))
	s := Find(t.Context(), []string{path}, Options{})
	defer s.Close()
	write(t, path, []byte("after that"))
	if err := os.Chtimes(path, time.Now(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sources[0].Open(); !errors.Is(err, ErrChanged) {
		t.Errorf("opens with %v", err)
	}
}

// A copy of the same size is still another file's content.
func TestReportsAFileOfTheSameSizeThatChanged(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "a.evtx"), []byte("before"))
	s := Find(t.Context(), []string{path}, Options{})
	defer s.Close()
	read(t, s.Sources[0]) // which changes nothing
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sources[0].Open(); !errors.Is(err, ErrChanged) {
		t.Errorf("opens with %v", err)
	}
}

func TestAFileOfTwoNamesIsReadOnceAndBothAreNamed(t *testing.T) {
	dir := t.TempDir()
	first := write(t, filepath.Join(dir, "a.evtx"), []byte("x"))
	// One as large and as old, which is another file.
	info, err := os.Stat(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(write(t, filepath.Join(dir, "c.evtx"), []byte("x")), info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(dir, "b.evtx")
	if err := os.Link(first, second); err != nil {
		t.Skip("no hard links here:", err)
	}
	s := Find(t.Context(), []string{dir, first, second}, Options{})
	defer s.Close()
	if names(s) != "a.evtx c.evtx" {
		t.Errorf("found %s", names(s))
	}
	if len(s.Problems) != 1 || s.Problems[0].Name != second || !s.Problems[0].Note || !errors.Is(s.Problems[0].Err, ErrLinked) || !strings.Contains(s.Problems[0].Reason(), first) {
		t.Errorf("problems %v", s.Problems)
	}
}

// Whatever its name, a link may lead to a folder of logs.
func TestALinkThatLeadsNowhereIsNamed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.evtx"), []byte("x"))
	link := filepath.Join(dir, "more")
	if err := os.Symlink(filepath.Join(dir, "missing"), link); err != nil {
		t.Skip("no links here:", err)
	}
	s := Find(t.Context(), []string{dir}, Options{})
	defer s.Close()
	if names(s) != "a.evtx" || len(s.Problems) != 1 || s.Problems[0].Name != link || s.Problems[0].Note || !errors.Is(s.Problems[0].Err, fs.ErrNotExist) {
		t.Errorf("found %s, problems %v", names(s), s.Problems)
	}
}

func TestFindingEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.evtx"), []byte("x"))
	path := write(t, filepath.Join(dir, "c.zip"), makeZip(t, zip.Deflate, "a.evtx", "b.evtx"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := Find(ctx, []string{dir, path}, Options{})
	defer s.Close()
	if len(s.Sources) != 0 || len(s.Problems) == 0 || !errors.Is(s.Problems[0].Err, ErrStopped) {
		t.Errorf("found %q, problems %v", names(s), s.Problems)
	}
}

func TestLimitsOfTheSystemAreSaidWithWhatToDo(t *testing.T) {
	for want, err := range map[string]error{
		"too many open files; allow more (ulimit -n), or read with fewer workers (--jobs)":       &fs.PathError{Op: "open", Path: "a.evtx", Err: syscall.EMFILE},
		"no space left on device; choose a folder with more space for what is unpacked (--temp)": fmt.Errorf("%w", &fs.PathError{Op: "write", Path: "/tmp/spoor-1", Err: syscall.ENOSPC}),
		"permission denied": &fs.PathError{Op: "open", Path: "a.evtx", Err: syscall.EACCES},
	} {
		if got := Reason(err); got != want && runtime.GOOS != "windows" {
			t.Errorf("%v is said as %q, want %q", err, got, want)
		}
	}
}
