package export

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Verification says how far a second reader, golang-evtx, agrees with spoor on
// one log.
type Verification struct {
	Schema  string `json:"schema"` // spoor.verify/1
	File    string `json:"file"`
	Size    int64  `json:"size"`
	Outcome string `json:"outcome"` // one of the Outcome constants
	// Records are those that each has read, those that both have, and those
	// that one has and the other lacks. Records that spoor recovers from behind
	// the end of their chunk are counted apart: the other does not look there.
	SpoorRecords     uint64   `json:"spoor_records"`
	GolangRecords    uint64   `json:"golang_evtx_records"`
	BothRecords      uint64   `json:"both_records"`
	OnlySpoor        uint64   `json:"only_spoor"`
	OnlyGolang       uint64   `json:"only_golang_evtx"`
	RecoveredRecords uint64   `json:"recovered_records"`
	OnlySpoorList    []string `json:"only_spoor_records"`       // the first of them
	OnlyGolangList   []string `json:"only_golang_evtx_records"` // the first of them
	// Fields are those of the records that both have: they agree, are a known
	// fault of golang-evtx's, or differ.
	Fields      uint64            `json:"fields"`
	Agreed      uint64            `json:"agreed"`
	KnownFaults map[string]uint64 `json:"known_faults"` // by cause
	Differing   uint64            `json:"differing"`
	Differences []FieldDifference `json:"differences"` // the first of them
	// Failure is how golang-evtx failed, Refused why spoor reads nothing of the
	// file, Damage what it found wrong with it.
	Failure *string  `json:"failure"`
	Refused *string  `json:"refused"`
	Damage  []string `json:"damage"`
}

// FieldDifference is a field that the two say differently.
type FieldDifference struct {
	RecordID uint64 `json:"record_id"`
	EventID  uint16 `json:"event_id"`
	Field    string `json:"field"`
	Spoor    string `json:"spoor"`
	Golang   string `json:"golang_evtx"`
}

// The outcomes of a verification, the worst that holds.
const (
	OutcomeAgrees  = "agrees"                 // every record and every field
	OutcomeFewer   = "golang-evtx read fewer" // all that it read agrees
	OutcomeFailed  = "golang-evtx failed"     // it broke off or read nothing; all that it read agrees
	OutcomeDiffers = "differs"                // in a field
	OutcomeLost    = "golang-evtx read more"  // spoor lacks a record
	OutcomeRefused = "spoor cannot read it"   // nothing was compared
)

func (d FieldDifference) String() string {
	return fmt.Sprintf("record %d, event %d: %s is %q, golang-evtx says %q", d.RecordID, d.EventID, d.Field, d.Spoor, d.Golang)
}

// NewVerification is that of a file of which nothing was read yet.
func NewVerification(file string, size int64) Verification {
	return Verification{
		Schema: "spoor.verify/1", File: file, Size: size,
		OnlySpoorList: []string{}, OnlyGolangList: []string{},
		KnownFaults: map[string]uint64{}, Differences: []FieldDifference{}, Damage: []string{},
	}
}

// Judge returns the outcome that the counts say.
func (v Verification) Judge() string {
	switch {
	case v.OnlyGolang > 0:
		return OutcomeLost
	case v.Differing > 0:
		return OutcomeDiffers
	case v.Failure != nil:
		return OutcomeFailed
	case v.OnlySpoor > 0:
		return OutcomeFewer
	}
	return OutcomeAgrees
}

// Findings lists the differences, one a line.
func (v Verification) Findings() []string {
	var out []string
	for _, d := range v.Differences {
		out = append(out, d.String())
	}
	out = more(out, v.Differing, len(v.Differences), "fields differ")
	for _, r := range v.OnlyGolangList {
		out = append(out, "only golang-evtx has "+r)
	}
	out = more(out, v.OnlyGolang, len(v.OnlyGolangList), "only golang-evtx has")
	if v.Failure != nil {
		return append(out, *v.Failure)
	}
	for _, r := range v.OnlySpoorList {
		out = append(out, "golang-evtx lacks "+r)
	}
	return more(out, v.OnlySpoor, len(v.OnlySpoorList), "golang-evtx lacks")
}

func more(out []string, all uint64, listed int, what string) []string {
	if all > uint64(listed) {
		out = append(out, fmt.Sprintf("and %d more that %s", all-uint64(listed), what))
	}
	return out
}

func (v Verification) faults() (sum uint64, causes string) {
	var all []string
	for cause, n := range v.KnownFaults {
		sum += n
		all = append(all, fmt.Sprintf("%s (%d)", cause, n))
	}
	slices.Sort(all)
	return sum, strings.Join(all, "; ")
}

// Verifications are the columns of verifications.
func (c Columns) Verifications() []Column[Verification] {
	number := func(of func(Verification) uint64) func(Verification) string {
		return func(v Verification) string { return strconv.FormatUint(of(v), 10) }
	}
	return []Column[Verification]{
		{Name: "file", Text: func(v Verification) string { return v.File }},
		{Name: "outcome", Text: func(v Verification) string { return v.Outcome }},
		{Name: "spoor_records", Text: number(func(v Verification) uint64 { return v.SpoorRecords })},
		{Name: "golang_records", Text: number(func(v Verification) uint64 { return v.GolangRecords })},
		{Name: "both", Text: number(func(v Verification) uint64 { return v.BothRecords })},
		{Name: "recovered", Text: number(func(v Verification) uint64 { return v.RecoveredRecords })},
		{Name: "fields", Text: number(func(v Verification) uint64 { return v.Fields })},
		{Name: "agreed", Text: number(func(v Verification) uint64 { return v.Agreed })},
		{Name: "known_faults", Text: func(v Verification) string { n, _ := v.faults(); return strconv.FormatUint(n, 10) }},
		{Name: "differing", Text: number(func(v Verification) uint64 { return v.Differing })},
		{Name: "failure", Text: func(v Verification) string {
			if v.Refused != nil {
				return *v.Refused
			}
			return orEmpty(v.Failure)
		}},
		{Name: "only_spoor", Text: number(func(v Verification) uint64 { return v.OnlySpoor }), CSVOnly: true},
		{Name: "only_golang", Text: number(func(v Verification) uint64 { return v.OnlyGolang }), CSVOnly: true},
		{Name: "causes", Text: func(v Verification) string { _, causes := v.faults(); return causes }, CSVOnly: true},
		{Name: "differences", Text: func(v Verification) string { return strings.Join(v.Findings(), "; ") }, CSVOnly: true},
		{Name: "damage", Text: func(v Verification) string { return strings.Join(v.Damage, "; ") }, CSVOnly: true},
		{Name: "size", Text: func(v Verification) string { return strconv.FormatInt(v.Size, 10) }, CSVOnly: true},
	}
}
