package main

import "testing"

// coverage is what the test below reads of a printed coverage record.
type coverage struct {
	File             string
	Size             int64
	Channel          string
	Records          uint64
	FirstRecordID    *uint64 `json:"first_record_id"`
	LastRecordID     *uint64 `json:"last_record_id"`
	FileRecords      uint64  `json:"file_records"`
	Chunks           uint64
	DamagedChunks    uint64 `json:"damaged_chunks"`
	EmptyChunks      uint64 `json:"empty_chunks"`
	DamagedRecords   uint64 `json:"damaged_records"`
	RecoveredRecords uint64 `json:"recovered_records"`
	Damage           []string
}

// What the coverage of a file says of each of its logs adds up to what it says
// of the file.
func TestCoverageAddsUpOnRealLogs(t *testing.T) {
	rows := printed[coverage](t, "coverage", corpus(t))
	records := map[string]uint64{}
	files := map[string]coverage{}
	for _, c := range rows {
		records[c.File] += c.Records
		files[c.File] = c
		if c.Records > 0 && (c.FirstRecordID == nil || c.LastRecordID == nil || *c.FirstRecordID > *c.LastRecordID) {
			t.Errorf("%s, %v: %d records from %v to %v", c.File, c.Channel, c.Records, c.FirstRecordID, c.LastRecordID)
		}
	}
	for name, c := range files {
		if records[name] != c.FileRecords {
			t.Errorf("%s: its logs have %d records, the file %d", name, records[name], c.FileRecords)
		}
		if c.DamagedChunks+c.EmptyChunks > c.Chunks || c.RecoveredRecords > c.FileRecords {
			t.Errorf("%s: %+v", name, c)
		}
		if (c.DamagedChunks+c.DamagedRecords > 0) != (len(c.Damage) > 0) && c.Chunks > 0 {
			t.Errorf("%s: %d chunks and %d records are damaged, told are %q", name, c.DamagedChunks, c.DamagedRecords, c.Damage)
		}
		if whole := (c.Size - 4096 + 65535) / 65536; c.Chunks > 0 && int64(c.Chunks) != whole {
			t.Errorf("%s: %d chunks in %d bytes", name, c.Chunks, c.Size)
		}
	}
	if len(files) < 50 {
		t.Errorf("only %d files", len(files))
	}
}
