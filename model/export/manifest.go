package export

import (
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
	Schema     string              `json:"schema"`     // spoor.manifest/1
	Version    string              `json:"version"`    // of the program
	Arguments  []string            `json:"arguments"`  // its command line
	Created    Time                `json:"created"`    // by the clock of the computer that it ran on
	Zone       string              `json:"zone"`       // of the times in the export
	Filter     *string             `json:"filter"`     // what was asked for
	Format     Format              `json:"format"`     // jsonl, csv, timesketch, markdown, html, dot, evtx or json
	Holds      *string             `json:"holds"`      // what is in it, where that is less than what the sessions are told from; null for all but evtx
	Sessions   int                 `json:"sessions"`   // how many the export tells of
	Failures   int                 `json:"failures"`   // how many failed attempts it tells of: all at the accounts of the sessions, those from within the sessions, and, of accounts and findings without a session, those asked for
	Events     int                 `json:"events"`     // how many it holds one by one
	Findings   int                 `json:"findings"`   // how many it tells of: those of its sessions, of their accounts, and of its failed attempts
	Thresholds []ManifestThreshold `json:"thresholds"` // the numbers that findings were decided by and that were set; the others are as spoor findings --rules says
	Dismissed  []ManifestDismissal `json:"dismissed"`  // findings in it that an analyst set aside
	Unjudged   bool                `json:"unjudged"`   // findings were not searched for: there may be some
	LeftOut    []string            `json:"left_out"`   // what was left out on request, and what tells it
	Masked     bool                `json:"masked"`     // the names of accounts that only failed attempts name are hidden
	Partial    bool                `json:"partial"`    // made while evidence was still being read
	Warnings   []string            `json:"warnings"`   // what whoever passes it on must know
	Missing    []MissingEvent      `json:"missing"`    // events of the sessions that are not in it, or without their fields
	Files      []ManifestFile      `json:"files"`      // the export
	Evidence   []ManifestEvidence  `json:"evidence"`   // all that was read
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
func (c *content) writeManifest(w io.Writer, paths []string) error {
	p, zone := c.request.Provenance, "UTC"
	if layouts[c.request.Format].local {
		zone = c.zone.String()
	}
	m := Manifest{
		Schema: "spoor.manifest/1", Version: p.Version, Arguments: []string{},
		Created: Time{event.FileTimeOf(p.now())}, Zone: zone, Filter: optional(c.view.mask.prose(p.Filter)), Format: c.request.Format,
		Holds:    optional(c.holds()),
		Sessions: c.result.Sessions, Failures: c.result.Failures, Events: c.result.Events,
		Masked: c.view.mask != nil, Partial: c.view.Snapshot.Provisional(),
		LeftOut: list(c.result.LeftOut), Warnings: list(c.result.Warnings), Missing: append([]MissingEvent{}, c.result.Missing...),
	}
	c.describeFindings(&m)
	for _, a := range p.Arguments {
		m.Arguments = append(m.Arguments, c.view.mask.prose(a))
	}
	for _, path := range paths {
		file, err := describeFile(path)
		if err != nil {
			return err
		}
		m.Files = append(m.Files, file)
	}
	var err error
	if m.Evidence, err = c.describeEvidence(); err != nil {
		return err
	}
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(EscapeJSON(b), '\n'))
	return err
}

// describeEvidence says what every file of the evidence is, and what is wrong
// with it. Files that nobody has hashed yet are hashed, once.
func (c *content) describeEvidence() ([]ManifestEvidence, error) {
	if c.evidence != nil {
		return c.evidence, nil
	}
	damage := map[event.FileID][]string{}
	for _, d := range c.view.Snapshot.Damage() {
		if !d.Note {
			damage[d.File] = append(damage[d.File], Place(d))
		}
	}
	out := []ManifestEvidence{}
	for _, f := range c.view.Snapshot.Files() {
		e := ManifestEvidence{File: f.Name, Size: f.Size, SHA256: optional(f.SHA256), Damage: list(damage[f.ID])}
		if hash := c.request.Provenance.Hash; e.SHA256 == nil && hash != nil {
			sum, err := hash(c.ctx, f.ID)
			if c.ctx.Err() != nil {
				return nil, c.ctx.Err()
			}
			e.SHA256 = optional(sum)
			if err != nil {
				e.Error = optional(err.Error())
			}
		}
		out = append(out, e)
	}
	c.evidence = out
	return out, nil
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
