package export

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"spoor/model/event"
)

// manifestSuffix follows the name of an export that is one file.
const manifestSuffix = ".manifest.json"

// Manifest is spoor.manifest/1: where an export came from and what it holds.
type Manifest struct {
	Schema    string             `json:"schema"`
	Version   string             `json:"version"`
	Arguments []string           `json:"arguments"`
	Created   Time               `json:"created"`
	Zone      string             `json:"zone"`
	Filter    *string            `json:"filter"`
	Format    Format             `json:"format"`
	Sessions  int                `json:"sessions"`
	Events    int                `json:"events"`
	Partial   bool               `json:"partial"` // made while evidence was still being read
	Files     []ManifestFile     `json:"files"`
	Evidence  []ManifestEvidence `json:"evidence"`
}

// ManifestFile is one file of the export.
type ManifestFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// ManifestEvidence is one file of the evidence.
type ManifestEvidence struct {
	File   string   `json:"file"`
	Size   int64    `json:"size"`
	SHA256 *string  `json:"sha256"`
	Damage []string `json:"damage"`
	Error  *string  `json:"error"` // why it could not be hashed
}

// writeManifest describes the export whose files lie at paths.
func writeManifest(ctx context.Context, w io.Writer, r Request, result Result, paths []string) error {
	p := r.Provenance
	m := Manifest{
		Schema: "spoor.manifest/1", Version: p.Version, Arguments: list(p.Arguments),
		Created: Time{event.FileTimeOf(p.now())}, Zone: "UTC", Filter: optional(p.Filter), Format: r.Format,
		Sessions: result.Sessions, Events: result.Events, Partial: r.Snapshot.Provisional(),
		Evidence: []ManifestEvidence{},
	}
	for _, path := range paths {
		file, err := describeFile(path)
		if err != nil {
			return err
		}
		m.Files = append(m.Files, file)
	}
	damage := map[event.FileID][]string{}
	for _, d := range r.Snapshot.Damage() {
		if !d.Note {
			damage[d.File] = append(damage[d.File], Place(d))
		}
	}
	for _, f := range r.Snapshot.Files() {
		e := ManifestEvidence{File: f.Name, Size: f.Size, SHA256: optional(f.SHA256), Damage: list(damage[f.ID])}
		if e.SHA256 == nil && p.Hash != nil {
			sum, err := p.Hash(ctx, f.ID)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			e.SHA256 = optional(sum)
			if err != nil {
				e.Error = optional(err.Error())
			}
		}
		m.Evidence = append(m.Evidence, e)
	}
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(EscapeJSON(b), '\n'))
	return err
}

func describeFile(path string) (ManifestFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return ManifestFile{}, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	if err != nil {
		return ManifestFile{}, err
	}
	return ManifestFile{filepath.Base(path), n, fmt.Sprintf("%x", sum.Sum(nil))}, nil
}
