package export_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/export"
	"spoor/parser"
	"spoor/parser/evtxwrite"
)

const auditing = "Microsoft-Windows-Security-Auditing"

// loaded is a log of one session with three events, as it was read.
type loaded struct {
	bytes    []byte
	file     *parser.File
	builder  *model.Builder
	snapshot *model.Snapshot
}

func load(t *testing.T) *loaded {
	t.Helper()
	var b bytes.Buffer
	w := evtxwrite.NewWriter(&b)
	number := uint64(0)
	log := func(id uint16, data ...event.Field) {
		number++
		head := event.Head{
			Provider: auditing, EventID: id, Time: 133_000_000_000_000_000 + event.FileTime(number)*600_000_000,
			RecordID: number, Channel: "Security", Computer: "WS1.corp.example",
		}
		if err := w.Write(event.NewRecord(event.System{Head: head, Keywords: event.AuditSuccess}, data...)); err != nil {
			t.Fatal(err)
		}
	}
	text := func(name, v string) event.Field { return event.Field{Name: name, Value: event.TextValue(v)} }
	logonID := func(name string) event.Field {
		return event.Field{Name: name, Value: event.NumberValue(event.HexInt64, 0x11111)}
	}
	alice := []event.Field{text("TargetUserSid", "S-1-5-21-1-2-3-1101"), text("TargetUserName", "alice"), text("TargetDomainName", "CORP")}
	log(4624, slices.Concat(alice, []event.Field{logonID("TargetLogonId"), {Name: "LogonType", Value: event.NumberValue(event.UInt32, 2)}})...)
	log(4688, text("SubjectUserSid", "S-1-5-21-1-2-3-1101"), text("SubjectUserName", "alice"), text("SubjectDomainName", "CORP"), logonID("SubjectLogonId"), text("NewProcessName", `C:\cmd.exe`))
	log(4634, append(alice, logonID("TargetLogonId"))...)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	l := &loaded{bytes: b.Bytes(), builder: model.NewBuilder(event.NewSchemas())}
	f, err := parser.Open(bytes.NewReader(l.bytes), int64(b.Len()), 0, "Security.evtx")
	if err != nil {
		t.Fatal(err)
	}
	l.builder.AddFile(event.File{ID: 0, Name: "Security.evtx", Size: int64(b.Len())})
	if _, err := f.Scan(t.Context(), parser.Options{Workers: 1}, func(batch *event.Batch) error { l.builder.Add(batch); return nil }); err != nil {
		t.Fatal(err)
	}
	l.file, l.snapshot = f, l.builder.Finish()
	return l
}

// request exports the one session; what is not said is what most tests want.
func (l *loaded) request(t *testing.T, f export.Format, path string) export.Request {
	t.Helper()
	rows, err := l.snapshot.FindSessions("WS1/0x11111")
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d sessions, %v", len(rows), err)
	}
	return export.Request{Snapshot: l.snapshot, Sessions: rows, Format: f, Path: path, Read: l.file.Record, NewLog: newLog}
}

func newLog(w io.Writer) export.LogWriter { return evtxwrite.NewWriter(w) }

// hash is the SHA-256 of the evidence as whoever reads the file makes it.
func (l *loaded) hash(context.Context, event.FileID) (string, error) {
	return fmt.Sprintf("%x", sha256.Sum256(l.bytes)), nil
}

// formats are those that hold events, and of which fewer can be had.
var formats = []export.Format{export.JSONL, export.JSON, export.CSV, export.Timesketch}

func manifestOf(f export.Format, path string) string {
	if f == export.CSV {
		return filepath.Join(path, "manifest.json")
	}
	return path + ".manifest.json"
}

func manifest(t *testing.T, path string) export.Manifest {
	t.Helper()
	var m export.Manifest
	if err := json.Unmarshal(read(t, path), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// tree lists all below a folder with its content.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		if d.IsDir() {
			out = append(out, rel+"/")
			return nil
		}
		b, err := os.ReadFile(p)
		out = append(out, rel+": "+string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

// names lists the files below a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, p)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func TestAnExportIsItsFilesAndAManifestThatOnlyTheOwnerReads(t *testing.T) {
	l := load(t)
	for _, f := range export.Formats() {
		want, events := "out out.manifest.json", 3
		switch f {
		case export.CSV:
			want = "out/events.csv out/failures.csv out/findings.csv out/manifest.json out/sessions.csv"
		case export.Markdown, export.HTML, export.Dot:
			events = 0
		}
		dir := t.TempDir()
		got, err := export.Write(t.Context(), l.request(t, f, filepath.Join(dir, "out")))
		if err != nil {
			t.Fatal(f, err)
		}
		if names(t, dir) != want || got.Sessions != 1 || got.Events != events {
			t.Errorf("%s: %s (%+v), want %s", f, names(t, dir), got, want)
		}
		var paths []string
		for _, p := range got.Paths {
			rel, _ := filepath.Rel(dir, p)
			paths = append(paths, filepath.ToSlash(rel))
			if info, err := os.Stat(p); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
				t.Errorf("%s: %v, %v", p, info, err)
			}
		}
		if last := paths[len(paths)-1]; last != filepath.ToSlash(manifestOf(f, "out")) {
			t.Errorf("%s: the last path is %s", f, last)
		}
		if slices.Sort(paths); strings.Join(paths, " ") != want {
			t.Errorf("%s: paths %v, want %s", f, paths, want)
		}
	}
}

// A name of a folder may end in a separator.
func TestAFolderMayBeNamedWithASeparator(t *testing.T) {
	dir := t.TempDir()
	if _, err := export.Write(t.Context(), load(t).request(t, export.CSV, filepath.Join(dir, "out")+string(filepath.Separator))); err != nil {
		t.Error(err)
	}
	if got := names(t, dir); got != "out/events.csv out/failures.csv out/findings.csv out/manifest.json out/sessions.csv" {
		t.Errorf("wrote %s", got)
	}
}

func TestTheManifestHashesWhatWasWrittenAndWhatWasRead(t *testing.T) {
	l := load(t)
	for _, f := range formats {
		path := filepath.Join(t.TempDir(), "out")
		r := l.request(t, f, path)
		r.Provenance.Hash = l.hash
		got, err := export.Write(t.Context(), r)
		if err != nil {
			t.Fatal(f, err)
		}
		m := manifest(t, manifestOf(f, path))
		if len(m.Files) != len(got.Paths)-1 {
			t.Errorf("%s: the manifest names %v, written were %v", f, m.Files, got.Paths)
		}
		for i, file := range m.Files {
			b := read(t, got.Paths[i])
			want := export.ManifestFile{Name: filepath.Base(got.Paths[i]), Size: int64(len(b)), SHA256: fmt.Sprintf("%x", sha256.Sum256(b))}
			if file != want {
				t.Errorf("%s: %+v, want %+v", f, file, want)
			}
		}
		if len(m.Evidence) != 1 || m.Evidence[0].SHA256 == nil || *m.Evidence[0].SHA256 != fmt.Sprintf("%x", sha256.Sum256(l.bytes)) || m.Evidence[0].Size != int64(len(l.bytes)) {
			t.Errorf("%s: evidence %+v", f, m.Evidence)
		}
		if m.Sessions != 1 || m.Events != 3 || m.Format != f {
			t.Errorf("%s: the manifest counts %d sessions, %d events in %s", f, m.Sessions, m.Events, m.Format)
		}
		if partly := m.Holds != nil && strings.Contains(*m.Holds, "failed attempts"); partly != (f == export.EVTX) {
			t.Errorf("%s: the manifest says that it holds %v", f, m.Holds)
		}
	}
}

func TestTheManifestSaysWhatIsWrongWithTheEvidence(t *testing.T) {
	l := load(t)
	l.builder.AddDamage(event.Damage{File: 0, Chunk: 3, Offset: 8192, Reason: "the checksum is wrong"})
	l.builder.AddDamage(event.Damage{File: 0, Chunk: -1, Offset: -1, Reason: "only a note", Note: true})
	for _, provisional := range []bool{false, true} {
		l.snapshot = l.builder.Finish()
		if provisional {
			l.snapshot = l.builder.Snapshot()
		}
		path := filepath.Join(t.TempDir(), "out")
		r := l.request(t, export.JSONL, path)
		r.Provenance.Hash = func(context.Context, event.FileID) (string, error) { return "", errors.New("it has changed") }
		if _, err := export.Write(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		m := manifest(t, manifestOf(export.JSONL, path))
		e := m.Evidence[0]
		if fmt.Sprint(e.Damage) != "[chunk 3, byte 8192: the checksum is wrong]" {
			t.Errorf("damage %q", e.Damage)
		}
		if e.SHA256 != nil || e.Error == nil || *e.Error != "it has changed" {
			t.Errorf("evidence that cannot be hashed is %+v", e)
		}
		if m.Partial != provisional {
			t.Errorf("provisional %t is partial %t", provisional, m.Partial)
		}
	}
}

func TestCancellingLeavesNothing(t *testing.T) {
	l := load(t)
	for _, f := range formats {
		for after := range 4 {
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			r := l.request(t, f, filepath.Join(dir, "out"))
			reads := 0
			r.Read = func(ref event.Ref) (*event.Record, error) {
				if reads++; reads == after {
					cancel()
				}
				return l.file.Record(ref)
			}
			r.Provenance.Hash = func(ctx context.Context, _ event.FileID) (string, error) { return "", ctx.Err() }
			if after == 0 {
				cancel()
			}
			if _, err := export.Write(ctx, r); !errors.Is(err, context.Canceled) {
				t.Errorf("%s after %d events: %v", f, after, err)
			}
			if left := tree(t, dir); left != "" {
				t.Errorf("%s after %d events left %s", f, after, left)
			}
			cancel()
		}
	}
}

func TestCancellingEndsAStream(t *testing.T) {
	l := load(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, noEvents := range []bool{false, true} {
		for _, f := range []export.Format{export.JSONL, export.JSON} {
			r := l.request(t, f, "")
			r.NoEvents = noEvents
			if got, err := export.WriteTo(ctx, io.Discard, r); !errors.Is(err, context.Canceled) || got.Sessions+got.Events > 0 {
				t.Errorf("%s: %+v, %v", f, got, err)
			}
		}
	}
}

func TestAnEventThatCannotBeReadSaysSoAndNothingElseIsLost(t *testing.T) {
	l := load(t)
	r := l.request(t, export.JSONL, "")
	reads := 0
	r.Read = func(ref event.Ref) (*event.Record, error) {
		if reads++; reads == 2 {
			return nil, errors.New("the disk is gone")
		}
		return l.file.Record(ref)
	}
	var b bytes.Buffer
	got, err := export.WriteTo(t.Context(), &b, r)
	if err != nil || got.Sessions != 1 || got.Events != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines:\n%s", len(lines), b.String())
	}
	for i, line := range lines[1:] {
		var e struct {
			RecordID uint64 `json:"record_id"`
			EventID  uint16 `json:"event_id"`
			Data     []any
			Error    *string
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		broken := e.Error != nil && *e.Error == "the disk is gone"
		if broken != (i == 1) || (len(e.Data) == 0) != (i == 1) || e.RecordID != uint64(i+1) || e.EventID != []uint16{4624, 4688, 4634}[i] {
			t.Errorf("event %d: %s", i, line)
		}
	}
}

func TestWhatExistsIsRefusedAndStaysAsItIs(t *testing.T) {
	l := load(t)
	for _, f := range formats {
		for _, taken := range []string{"out", "out.manifest.json", "out/manifest.json"} {
			dir := t.TempDir()
			put(t, filepath.Join(dir, taken), "earlier")
			before := tree(t, dir)
			_, err := export.Write(t.Context(), l.request(t, f, filepath.Join(dir, "out")))
			if f == export.CSV && taken == "out.manifest.json" {
				continue // which is no name of such an export
			}
			var at *fs.PathError
			if !errors.Is(err, fs.ErrExist) || !errors.As(err, &at) || !strings.HasPrefix(at.Path, filepath.Join(dir, "out")) || strings.Contains(err.Error(), ".spoor-") {
				t.Errorf("%s where %s is: %v", f, taken, err)
			}
			if tree(t, dir) != before {
				t.Errorf("%s where %s is: left\n%s", f, taken, tree(t, dir))
			}
		}
	}
}

func TestOverwriteReplacesTheWholeEarlierExport(t *testing.T) {
	l := load(t)
	for _, f := range formats {
		dir := t.TempDir()
		r := l.request(t, f, filepath.Join(dir, "out"))
		r.Provenance.Version = "earlier"
		if _, err := export.Write(t.Context(), r); err != nil {
			t.Fatal(f, err)
		}
		r.Overwrite, r.NoEvents, r.Provenance.Version = true, true, "later"
		got, err := export.Write(t.Context(), r)
		if err != nil || got.Events != 0 {
			t.Fatalf("%s: %+v, %v", f, got, err)
		}
		want := map[export.Format]string{export.CSV: "out/failures.csv out/findings.csv out/manifest.json out/sessions.csv"}[f]
		if want == "" {
			want = "out out.manifest.json"
		}
		if names(t, dir) != want {
			t.Errorf("%s: %s, want %s", f, names(t, dir), want)
		}
		m := manifest(t, manifestOf(f, r.Path))
		b := read(t, got.Paths[0])
		if m.Version != "later" || m.Events != 0 || len(m.Files) != len(strings.Fields(want))-1 || m.Files[0].SHA256 != fmt.Sprintf("%x", sha256.Sum256(b)) || bytes.Contains(b, []byte("spoor.event/1")) {
			t.Errorf("%s: %+v\n%s", f, m, b)
		}
	}
}

// What Overwrite would remove with a folder must be an export's alone.
func TestOverwriteRemovesNothingButAnExport(t *testing.T) {
	l := load(t)
	for name, c := range map[string]struct {
		f     export.Format
		taken []string
		want  error
	}{
		"a folder without a manifest":  {export.CSV, []string{"out/events.csv"}, fs.ErrExist},
		"an export with other files":   {export.CSV, []string{"out/manifest.json", "out/notes.txt"}, fs.ErrExist},
		"a file":                       {export.CSV, []string{"out"}, fs.ErrExist},
		"a folder instead of a file":   {export.JSONL, []string{"out/notes.txt"}, export.ErrNoFile},
		"a folder instead of manifest": {export.JSONL, []string{"out", "out.manifest.json/notes.txt"}, export.ErrNoFile},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, taken := range c.taken {
				put(t, filepath.Join(dir, taken), "mine")
			}
			before := tree(t, dir)
			r := l.request(t, c.f, filepath.Join(dir, "out"))
			r.Overwrite = true
			if _, err := export.Write(t.Context(), r); !errors.Is(err, c.want) {
				t.Errorf("ends with %v, want %v", err, c.want)
			}
			if tree(t, dir) != before {
				t.Errorf("left\n%s", tree(t, dir))
			}
		})
	}
}

// The manifest is written last; it fails, or what was made cannot be moved to
// its names.
func TestAFailureKeepsTheEarlierExport(t *testing.T) {
	l := load(t)
	for _, f := range formats {
		for _, moving := range []bool{false, true} {
			dir := t.TempDir()
			r := l.request(t, f, filepath.Join(dir, "out"))
			if _, err := export.Write(t.Context(), r); err != nil {
				t.Fatal(f, err)
			}
			before := tree(t, dir)
			ctx, cancel := context.WithCancel(t.Context())
			r.Overwrite, r.NoEvents = true, true
			want := context.Canceled
			r.Provenance.Hash = func(context.Context, event.FileID) (string, error) {
				if !moving {
					cancel()
				} else if made, err := filepath.Glob(filepath.Join(dir, ".spoor-*", "out")); err != nil || len(made) != 1 || os.RemoveAll(made[0]) != nil {
					t.Skip("an open file cannot be removed here")
				}
				return "", nil
			}
			if moving {
				want = fs.ErrNotExist
			}
			if _, err := export.Write(ctx, r); !errors.Is(err, want) || strings.Contains(err.Error(), ".spoor-") {
				t.Errorf("%s: %v, want %v", f, err, want)
			}
			if tree(t, dir) != before {
				t.Errorf("%s: left\n%s", f, tree(t, dir))
			}
			cancel()
		}
	}
}

// Somebody takes a name while the export is made.
func TestANameThatIsTakenMeanwhileStays(t *testing.T) {
	l := load(t)
	for _, overwrite := range []bool{false, true} {
		dir := t.TempDir()
		path := filepath.Join(dir, "out")
		r := l.request(t, export.JSONL, path)
		want := "out.manifest.json: another's"
		if overwrite {
			put(t, path, "earlier")
			r.Overwrite, want = true, "out: earlier\nout.manifest.json: another's"
		}
		r.Provenance.Hash = func(context.Context, event.FileID) (string, error) {
			put(t, path+".manifest.json", "another's")
			if overwrite {
				// Now the manifest that was made cannot be installed.
				made, err := filepath.Glob(filepath.Join(dir, ".spoor-*", "out.manifest.json"))
				if err != nil || len(made) != 1 || os.Remove(made[0]) != nil {
					t.Skip("an open file cannot be removed here")
				}
			}
			return "", nil
		}
		_, err := export.Write(t.Context(), r)
		if err == nil || strings.Contains(err.Error(), ".spoor-") || !strings.Contains(err.Error(), path+".manifest.json") {
			t.Errorf("overwrite %t: %v", overwrite, err)
		}
		if got := tree(t, dir); got != want {
			t.Errorf("overwrite %t: left\n%s\nwant\n%s", overwrite, got, want)
		}
	}
}

func TestErrorsNameTheTargetThatWasAskedFor(t *testing.T) {
	l := load(t)
	for _, f := range formats {
		path := filepath.Join(t.TempDir(), "no", "such", "out")
		_, err := export.Write(t.Context(), l.request(t, f, path))
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path+":") || strings.Contains(err.Error(), ".spoor-") {
			t.Errorf("%s: %v", f, err)
		}
	}
}

// What fails where an export is made is told of where it was to be.
func TestErrorsNameNoTemporaryPath(t *testing.T) {
	l := load(t)
	dir := t.TempDir()
	r := l.request(t, export.CSV, filepath.Join(dir, "out"))
	r.Read = func(ref event.Ref) (*event.Record, error) {
		made, err := filepath.Glob(filepath.Join(dir, ".spoor-*", "out", "sessions.csv"))
		if err != nil || len(made) > 0 && os.Remove(made[0]) != nil {
			t.Fatal(made, err)
		}
		return l.file.Record(ref)
	}
	_, err := export.Write(t.Context(), r)
	if want := filepath.Join(dir, "out", "sessions.csv") + ":"; !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), ".spoor-") {
		t.Errorf("%v; want it to name %s", err, want)
	}
	if tree(t, dir) != "" {
		t.Errorf("left %s", tree(t, dir))
	}
}

func TestNothingIsNoExport(t *testing.T) {
	l := load(t)
	dir := t.TempDir()
	r := l.request(t, export.JSONL, filepath.Join(dir, "out"))
	r.Sessions = nil
	if _, err := export.Write(t.Context(), r); !errors.Is(err, export.ErrNothing) || tree(t, dir) != "" {
		t.Errorf("%v, left %s", err, tree(t, dir))
	}
	if _, err := export.WriteTo(t.Context(), io.Discard, r); !errors.Is(err, export.ErrNothing) {
		t.Error(err)
	}
}

func TestAStreamRefusesFormatsOfSeveralFiles(t *testing.T) {
	var b bytes.Buffer
	if _, err := export.WriteTo(t.Context(), &b, load(t).request(t, export.CSV, "")); err == nil || b.Len() > 0 {
		t.Errorf("%v, wrote %q", err, b.String())
	}
}

// A stream that cannot be written to is an error, wherever it breaks.
func TestAStreamThatBreaksIsAnError(t *testing.T) {
	l := load(t)
	for _, f := range []export.Format{export.JSONL, export.JSON} {
		var whole bytes.Buffer
		if _, err := export.WriteTo(t.Context(), &whole, l.request(t, f, "")); err != nil {
			t.Fatal(f, err)
		}
		for n := 0; n < whole.Len(); n += 100 {
			if _, err := export.WriteTo(t.Context(), &breaking{n}, l.request(t, f, "")); !errors.Is(err, errFull) {
				t.Errorf("%s after %d of %d bytes: %v", f, n, whole.Len(), err)
			}
		}
	}
}

var errFull = errors.New("no space left")

// breaking takes so many bytes and no more.
type breaking struct{ left int }

func (b *breaking) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}
