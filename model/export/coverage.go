package export

import (
	"fmt"

	"spoor/model"
	"spoor/model/event"
)

// Coverage returns the coverage records of a snapshot, by file, then log.
func (v View) Coverage() []Coverage {
	damage := map[event.FileID][]event.Damage{}
	for _, d := range v.Snapshot.Damage() {
		damage[d.File] = append(damage[d.File], d)
	}
	logs := map[event.FileID][]model.Coverage{}
	for _, c := range v.Snapshot.Coverage() {
		logs[c.File] = append(logs[c.File], c)
	}
	clears := map[event.FileID][]string{}
	for _, c := range v.Snapshot.Clears() {
		e := v.Snapshot.Event(c.Event)
		clears[e.Ref.File] = append(clears[e.Ref.File], cleared(c, e))
	}
	var out []Coverage
	for _, f := range v.Snapshot.Files() {
		base := v.fileCoverage(f, damage[f.ID])
		base.Notes = append(base.Notes, clears[f.ID]...)
		if len(logs[f.ID]) == 0 {
			out = append(out, base)
		}
		for _, c := range logs[f.ID] {
			out = append(out, v.logCoverage(base, c))
		}
	}
	return out
}

func cleared(c model.Clear, e model.Event) string {
	by := c.By
	if by == "" {
		by = "somebody whom the record does not name"
	}
	return fmt.Sprintf("the %s log was cleared at %s by %s (%d, record %d)", c.Channel, c.Time, by, e.EventID, e.RecordID)
}

func (v View) fileCoverage(f event.File, damage []event.Damage) Coverage {
	out := Coverage{
		Schema: "spoor.coverage/1", File: f.Name, SHA256: optional(f.SHA256), Size: f.Size,
		Gaps: []Gap{}, NeverSeen: []string{}, Damage: []string{}, Notes: []string{},
	}
	if st, ok := v.Snapshot.Stats(f.ID); ok {
		out.FileRecords, out.Chunks, out.DamagedChunks = st.Records, st.Chunks, st.DamagedChunks
		out.EmptyChunks, out.DamagedRecords, out.RecoveredRecords = st.EmptyChunks, st.DamagedRecords, st.RecoveredRecords
	}
	for _, d := range damage {
		if d.Note {
			out.Notes = append(out.Notes, Place(d))
		} else {
			out.Damage = append(out.Damage, Place(d))
		}
	}
	return out
}

func (v View) logCoverage(base Coverage, c model.Coverage) Coverage {
	base.Host = optional(v.Snapshot.Host(c.Host).Name)
	base.Computer, base.Channel = optional(c.Computer), optional(c.Channel)
	base.First, base.Last = Time{c.First}, Time{c.Last}
	base.Records = c.Records
	base.FirstRecordID, base.LastRecordID = &c.FirstID, &c.LastID
	base.NeverSeen = list(c.NeverSeen)
	for _, g := range c.Gaps {
		base.Gaps = append(base.Gaps, Gap{g.After, g.Before, Time{g.From}, Time{g.To}})
	}
	return base
}

// Place says what is damaged and where in the file, in words.
func Place(d event.Damage) string {
	switch {
	case d.Chunk >= 0 && d.Offset >= 0:
		return fmt.Sprintf("chunk %d, byte %d: %s", d.Chunk, d.Offset, d.Reason)
	case d.Chunk >= 0:
		return fmt.Sprintf("chunk %d: %s", d.Chunk, d.Reason)
	case d.Offset >= 0:
		return fmt.Sprintf("byte %d: %s", d.Offset, d.Reason)
	}
	return d.Reason
}
