package export

import (
	"slices"

	"spoor/model"
	"spoor/model/findings"
)

// dots are the findings that a timeline shows: those that are more than info
// and that nobody set aside.
type dots struct {
	content *content
	rows    map[string]model.SessionRow // of the export, by ID
	left    int
}

func (c *content) newDots() *dots {
	d := &dots{content: c, rows: map[string]model.SessionRow{}, left: maxDots}
	if !c.judges {
		return d
	}
	for _, row := range c.rows {
		d.rows[c.view.Snapshot.SessionID(row)] = row
	}
	return d
}

// take returns those that a session is part of, while there is room for more:
// the highest last, which is drawn above the others.
func (d *dots) take(session string) []findings.Finding {
	row, ok := d.rows[session]
	if !ok {
		return nil
	}
	var out []findings.Finding
	set := d.content.found().set
	for _, i := range set.OfSession(row) {
		f := set.All[i]
		if f.Severity == findings.Info || d.left == 0 || d.content.dismissal(f.ID) != nil {
			continue
		}
		d.left--
		out = append(out, f)
	}
	slices.Reverse(out)
	return out
}
