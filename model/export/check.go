package export

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxManifest bounds the size of a manifest that is read, in bytes.
const maxManifest = 256 << 20

// ErrNoManifest says that there is none where one was looked for.
var ErrNoManifest = errors.New("there is no manifest of an export")

// Checked is an export that was held against its manifest.
type Checked struct {
	Manifest Manifest
	Path     string   // of the manifest
	Faults   []string // what is not as the manifest says
}

// CheckExport holds an export against its manifest. Path is the folder or the file
// of the export, or the manifest itself. The error says why nothing could be
// checked; what was found is in Faults.
func CheckExport(path string) (*Checked, error) {
	at, err := findManifest(path)
	if err != nil {
		return nil, err
	}
	c := &Checked{Path: at}
	if err := c.read(); err != nil {
		return nil, err
	}
	folder := filepath.Dir(at)
	for _, f := range c.Manifest.Files {
		c.file(folder, f)
	}
	if filepath.Base(at) == manifestName {
		c.strangers(folder)
	}
	return c, nil
}

// findManifest returns where the manifest of an export is.
func findManifest(path string) (string, error) {
	info, err := os.Stat(path)
	var cause *fs.PathError
	if errors.As(err, &cause) {
		return "", fmt.Errorf("%s: %w", path, cause.Err)
	} else if err != nil {
		return "", err
	}
	at := path + manifestSuffix
	switch base := filepath.Base(path); {
	case info.IsDir():
		at = filepath.Join(path, manifestName)
	case base == manifestName || strings.HasSuffix(base, manifestSuffix):
		at = path
	}
	if info, err := os.Stat(at); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s: %w at %s", path, ErrNoManifest, at)
	}
	return at, nil
}

// read decodes the manifest, which anybody may have written.
func (c *Checked) read() error {
	f, err := os.Open(c.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	switch {
	case err != nil:
		return err
	case len(b) > maxManifest:
		return fmt.Errorf("%s: larger than any manifest", c.Path)
	}
	if err := json.Unmarshal(b, &c.Manifest); err != nil {
		return fmt.Errorf("%s: no manifest: %w", c.Path, err)
	}
	if c.Manifest.Schema != "spoor.manifest/1" {
		return fmt.Errorf("%s: no manifest that is known here: its schema is %q", c.Path, c.Manifest.Schema)
	}
	if len(c.Manifest.Files) == 0 {
		c.fault("the manifest names no file of the export")
	}
	return nil
}

func (c *Checked) fault(format string, args ...any) {
	c.Faults = append(c.Faults, fmt.Sprintf(format, args...))
}

func (c *Checked) file(folder string, want ManifestFile) {
	if want.Name != filepath.Base(want.Name) || !filepath.IsLocal(want.Name) {
		c.fault("%s: a name that leads out of the export", want.Name)
		return
	}
	path := filepath.Join(folder, want.Name)
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		c.fault("%s: no file", want.Name)
		return
	}
	got, err := describeFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		c.fault("%s: is missing", want.Name)
	case err != nil:
		c.fault("%s: cannot be read: %v", want.Name, named(err, path))
	case got.Size != want.Size:
		c.fault("%s: has %d bytes, not the %d of the manifest", want.Name, got.Size, want.Size)
	case got.SHA256 != want.SHA256:
		c.fault("%s: has been changed: its SHA-256 is %s, not %s", want.Name, got.SHA256, want.SHA256)
	}
}

// strangers finds what is in the folder of an export and not of it.
func (c *Checked) strangers(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		c.fault("%s: %v", folder, err)
	}
	known := map[string]bool{manifestName: true}
	for _, f := range c.Manifest.Files {
		known[f.Name] = true
	}
	for _, e := range entries {
		if !known[e.Name()] {
			c.fault("%s: is not in the manifest", e.Name())
		}
	}
}

// EvidenceFile is a piece of evidence that an export is held against.
type EvidenceFile struct {
	Name string
	Size int64
	Open func() (io.ReadCloser, error)
}

// Evidence holds the evidence that the manifest names against what is there:
// a file is the same where its bytes are, whatever it is called now. It
// returns how many of the manifest's files were found.
func (c *Checked) Evidence(have []EvidenceFile, stopped func() error) (found int, err error) {
	sums, byName := map[string]bool{}, map[string]bool{}
	for _, f := range have {
		sum, err := f.hash(stopped)
		if stopped() != nil {
			return 0, stopped()
		}
		if err != nil {
			c.fault("%s: cannot be read: %v", f.Name, err)
			continue
		}
		sums[sum], byName[f.Name] = true, true
	}
	for _, want := range c.Manifest.Evidence {
		switch {
		case want.SHA256 == nil:
			c.fault("%s: the manifest has no SHA-256 of it", want.File)
		case sums[*want.SHA256]:
			found++
		case byName[want.File]:
			c.fault("%s: has been changed since the export", want.File)
		default:
			c.fault("%s: is not among the evidence given", want.File)
		}
	}
	return found, nil
}

func (f EvidenceFile) hash(stopped func() error) (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, stoppable{r, stopped}); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

// stoppable reads until it is to stop.
type stoppable struct {
	r       io.Reader
	stopped func() error
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.stopped(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
