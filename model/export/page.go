package export

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/text"
)

// maxPageRows is how many rows a table of a page shows; it says how many
// there are.
const maxPageRows = 500

// page is what stands on a page for a report, as clean text. Markdown and HTML
// differ in their marks only.
type page struct {
	title    string
	about    []string
	warnings []string
	sections []section
	movement movement
	timeline timeline
}

// section is a part of a page: remarks, then a table.
type section struct {
	title  string
	below  bool // it is a part of the section before
	figure figure
	notes  []string
	header []string
	rows   [][]string
	total  int // rows that there are
}

// figure is the picture that a section begins with.
type figure uint8

const (
	noFigure figure = iota
	timelineFigure
	movementFigure
)

// newPage gathers a page.
func newPage(c *content) (*page, error) {
	var sessions []Session
	for s := range c.sessions() {
		if len(sessions) < maxPageRows {
			sessions = append(sessions, s)
		}
	}
	p := &page{title: "Logon tracks", warnings: clean(c.result.Warnings), movement: c.movement(), timeline: newTimeline(c, sessions)}
	failures, found := c.failureSection(), c.findingSections()
	if c.err != nil {
		return nil, c.err
	}
	evidence, err := c.evidenceSection()
	if err != nil {
		return nil, err
	}
	version := cmp.Or(c.request.Provenance.Version, "of no stated version")
	judged := "findings not judged"
	if c.judges {
		judged = amount(c.result.Findings, "finding")
	}
	p.about = clean([]string{
		fmt.Sprintf("%s, %s, %s; times are in %s.", amount(c.result.Sessions, "session"), amount(c.result.Failures, "failed attempt"), judged, c.zone),
		"Written by spoor " + version + made(c) + ".",
		"Accounts are named here, not persons: a log cannot tell who sat at the keyboard.",
	})
	if f := c.view.mask.prose(c.request.Provenance.Filter); f != "" {
		p.about = append(p.about, text.Clean("Asked for: "+f))
	}
	p.sections = slices.Concat(
		[]section{c.accountSection(), c.hostSection(), c.sessionSection(sessions), c.trailSection(p.movement), chainSection(sessions)},
		found, []section{failures}, c.besideSections(), []section{c.caveatSection(), evidence})
	return p, nil
}

func made(c *content) string {
	if t := c.request.Provenance.now(); !t.IsZero() {
		return " on " + t.In(c.zone).Format("2006-01-02 15:04:05 -07:00")
	}
	return ""
}

func amount(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}

func clean(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = text.Clean(s)
	}
	return out
}

// add appends a row of clean cells while there is room.
func (s *section) add(cells ...string) {
	if s.total++; s.total <= maxPageRows {
		s.rows = append(s.rows, clean(cells))
	}
}

// more says what a table leaves out, or nothing.
func (s *section) more() string {
	if left := s.total - len(s.rows); left > 0 {
		return fmt.Sprintf("and %d more, which the formats jsonl and csv hold", left)
	}
	return ""
}

func (c *content) accountSection() section {
	out := section{title: "Accounts", header: []string{"Account", "SID", "Kind", "Also written", "Sessions here", "Hosts", "Story"}}
	sessions, hosts := map[model.AccountID]int{}, map[model.AccountID][]string{}
	var order []model.AccountID
	for _, row := range c.rows {
		s := c.view.Snapshot.Session(row)
		if sessions[s.Account]++; sessions[s.Account] == 1 {
			order = append(order, s.Account)
		}
		if h := c.view.Snapshot.Host(s.Host).Short(); !slices.Contains(hosts[s.Account], h) {
			hosts[s.Account] = append(hosts[s.Account], h)
		}
	}
	for _, id := range c.request.Accounts {
		if sessions[id] == 0 && !slices.Contains(order, id) {
			order = append(order, id)
		}
	}
	for _, id := range order {
		a, class := c.masked(id), c.view.Snapshot.Account(id).Class
		var story []string
		for _, change := range c.view.Snapshot.Story(id) {
			story = append(story, change.What+" "+c.stamp(change.Time))
		}
		out.add(a.display(), orEmpty(a.SID), class.String(), strings.Join(a.Spellings, ", "), strconv.Itoa(sessions[id]),
			strings.Join(hosts[id], ", "), strings.Join(story, "; "))
	}
	return out
}

func (c *content) hostSection() section {
	out := section{title: "Hosts", header: []string{"Host", "Own Security log", "Roles", "Sessions here", "Clock ahead by"}}
	sessions := map[model.HostID]int{}
	var order []model.HostID
	for _, row := range c.rows {
		h := c.view.Snapshot.Session(row).Host
		if sessions[h]++; sessions[h] == 1 {
			order = append(order, h)
		}
	}
	for _, id := range order {
		h := c.view.Snapshot.Host(id)
		logged, skew := "in the evidence", "not known"
		if !h.Logged {
			logged = "missing"
		}
		if h.SkewCertainty != model.CertaintyUnknown {
			skew = h.Skew.String() + " (" + h.SkewCertainty.String() + ")"
		}
		out.add(h.Name, logged, strings.Join(h.Roles, ", "), strconv.Itoa(sessions[id]), skew)
	}
	return out
}

func (c *content) sessionSection(sessions []Session) section {
	out := section{
		title: "Sessions", figure: timelineFigure,
		header: []string{"Session", "Account", "Host", "Kind", "Began", "Ended", "Lasted", "From", "Logon IDs", "Events"},
	}
	columns := Columns{Zone: c.zone}
	for _, s := range sessions {
		out.add(s.ID, s.Account.display(), s.Host, s.Kind, columns.start(s), c.endWords(s.End), s.Length.words(),
			sourceWords(s.Source), strings.Join(s.LogonIDs, " "), strconv.Itoa(s.Events))
	}
	out.total = c.result.Sessions
	return out
}

// endWords says how a session ended; what bounds an end is no end.
func (c *content) endWords(e End) string {
	switch {
	case e.Time.FileTime != 0:
		return e.Time.Format(c.zone) + ", " + e.Reason
	case e.NotAfter.FileTime != 0:
		return "between " + e.NotBefore.Format(c.zone) + " and " + e.NotAfter.Format(c.zone) + ", " + e.Reason
	case e.NotBefore.FileTime != 0:
		return "unknown; last seen " + e.NotBefore.Format(c.zone) + ", " + e.Reason
	}
	return "unknown, " + e.Reason
}

// sourceWords says where a logon came from, and what of it is only claimed.
func sourceWords(s Source) string {
	var parts []string
	if s.Host != nil {
		parts = append(parts, *s.Host+" ("+s.Certainty+")")
	}
	if s.Address != nil {
		parts = append(parts, *s.Address)
	}
	if s.Name != nil {
		name := *s.Name
		if s.Claimed {
			name += " (claimed)"
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, ", ")
}

func (c *content) trailSection(m movement) section {
	out := section{title: "Trail", figure: movementFigure, header: []string{"No.", "From", "To", "Account", "What", "First", "Last", "Times", "Certainty"}}
	for i, e := range m.edges {
		out.add(strconv.Itoa(i+1), m.places[e.from].label, m.places[e.to].label, e.account, e.kind,
			c.stamp(e.first), c.stamp(e.last), strconv.Itoa(e.count), e.certainty())
	}
	return out
}

func (c *content) stamp(t event.FileTime) string { return t.Format(c.zone) }

func chainSection(sessions []Session) section {
	out := section{title: "What led to the sessions", header: []string{"Session", "Part", "Record", "Event", "Certainty", "Why"}}
	for _, s := range sessions {
		for _, l := range s.Chain {
			out.add(s.ID, l.Role, references([]Ref{l.Record}), strconv.Itoa(int(l.Record.EventID)), l.Certainty, l.Why)
		}
		if s.ChainMissing != nil {
			out.add(s.ID, "missing", "", "", "unknown", *s.ChainMissing)
		}
	}
	return out
}

func (c *content) failureSection() section {
	out := section{
		title:  "Failed attempts",
		notes:  []string{c.failuresHere()},
		header: []string{"Time", "Account", "Reason", "Code", "Logged on", "From", "Made by"},
	}
	for f := range c.failures() {
		by := "not said"
		if f.Subject.Account != nil {
			by = *f.Subject.Account
		}
		out.add(f.Time.Format(c.zone), f.Account.display(), f.Reason, f.Code, f.LoggedOn, sourceWords(f.Source), by)
	}
	if out.total == 0 {
		out.notes = append(out.notes, "None "+c.view.Snapshot.InEvidence()+".")
	}
	return out
}

// failuresHere says which failed attempts are told of. At the accounts of
// sessions they are all, whenever they were made: what preceded a session is part
// of its story. An account without one has only those that were asked for.
func (c *content) failuresHere() string {
	all := "All in " + c.view.Snapshot.Evidence() + " that were made at the accounts "
	some := "hose of the time, hosts and types asked for that were made at the accounts "
	switch {
	case !c.request.Chosen || len(c.request.Accounts) == 0:
		return all + "above, and those that the sessions above made."
	case len(c.rows) == 0:
		return "T" + some + "above."
	}
	return all + "of the sessions above, those that these made, and t" + some + "above without a session here."
}

// masked is an account as the export names it.
func (c *content) masked(id model.AccountID) Account {
	a := c.view.account(id)
	c.view.mask.apply(&a)
	return a
}

// besideSections tell of the records of accounts and findings that have no
// session here, if there are any.
func (c *content) besideSections() []section {
	out := section{
		title:  "Records of what has no session here",
		notes:  []string{"Of accounts: tickets, checks of passwords, attempts and changes that name them; of findings: what they rest on."},
		header: []string{"Time", "Account", "Logged on", "Event", "Record", "What"},
	}
	s := c.view.Snapshot
	for _, row := range c.request.Beside.Events(s) {
		account := ""
		if a := s.TargetAccount(row); a != model.None {
			account = c.masked(a).display()
		}
		ref := c.view.ref(row)
		out.add(ref.Time.Format(c.zone), account, ref.Computer, strconv.Itoa(int(ref.EventID)), references([]Ref{ref}), c.view.mask.prose(s.Describe(row)))
	}
	if out.total == 0 {
		return nil
	}
	return []section{out}
}

func (c *content) caveatSection() section {
	out := section{title: "What the evidence cannot tell", notes: c.caveats()}
	if len(out.notes) == 0 {
		out.notes = []string{"No log that spoor knows of is missing, and none has a gap."}
	}
	return out
}

func (c *content) evidenceSection() (section, error) {
	out := section{title: "Evidence", header: []string{"File", "Bytes", "SHA-256", "Damage"}}
	files, err := c.describeEvidence()
	for _, f := range files {
		damage := amount(len(f.Damage), "place")
		if len(f.Damage) == 0 {
			damage = "none"
		}
		out.add(f.File, strconv.FormatInt(f.Size, 10), cmp.Or(orEmpty(f.SHA256), "not known"), damage)
	}
	return out, err
}
