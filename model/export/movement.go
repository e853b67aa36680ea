package export

import (
	"cmp"
	"slices"
	"strconv"

	"spoor/model"
	"spoor/model/event"
	"spoor/model/text"
)

// movement is who went from where to where in the sessions of an export.
type movement struct {
	places []movementPlace
	edges  []movementEdge // oldest first
}

// movementPlace is a host, or what is known of one.
type movementPlace struct {
	label string
	kind  placeKind
}

type placeKind uint8

const (
	placeHost    placeKind = iota
	placeAddress           // no log says whose it is
	placeClaimed           // as a client called itself
	placeUnknown
)

// movementEdge folds the moves of one account from one place to another that
// are of one kind.
type movementEdge struct {
	from, to      int // of places
	account, kind string
	count         int
	first, last   event.FileTime
	weakest       model.Certainty
	strongest     model.Certainty
}

// certainty says how sure the moves of an edge are.
func (e movementEdge) certainty() string {
	if e.weakest == e.strongest {
		return e.weakest.String()
	}
	return e.weakest.String() + " to " + e.strongest.String()
}

// label says what an edge is in one line.
func (e movementEdge) label() string {
	s := e.kind + ", " + e.account
	if e.count > 1 {
		s += " x" + strconv.Itoa(e.count)
	}
	return s + " (" + e.certainty() + ")"
}

type movementKey struct {
	from, to      int
	account, kind string
}

type movementMaker struct {
	movement
	view  View
	index map[movementPlace]int
	edge  map[movementKey]int
}

// movement is drawn of what the sessions' own records and the steps of their
// accounts' trails say.
func (c *content) movement() movement {
	m := &movementMaker{view: c.view, index: map[movementPlace]int{}, edge: map[movementKey]int{}}
	chosen := map[model.SessionRow]bool{}
	var accounts []model.AccountID
	for _, row := range c.rows {
		chosen[row] = true
		if id := c.view.Snapshot.SessionAccount(row); id != model.None && !slices.Contains(accounts, id) {
			accounts = append(accounts, id)
		}
	}
	drawn := map[model.SessionRow]bool{} // sessions whose logon a trail told
	seen := map[[3]uint64]bool{}
	for _, id := range accounts {
		steps, err := c.view.Snapshot.Moves(c.ctx, id)
		if err != nil {
			c.err = err
			return m.movement
		}
		for _, s := range steps {
			if s.Session == model.None || !chosen[s.Session] || len(s.Records) == 0 {
				continue
			}
			key := [3]uint64{uint64(s.Kind), uint64(s.Time), uint64(s.Session)}
			if s.Kind == model.StepCredentials {
				key[1] = uint64(s.Records[0])
			}
			if seen[key] {
				continue // told by the trails of both accounts
			}
			seen[key] = true
			drawn[s.Session] = drawn[s.Session] || s.Kind == model.StepLogon || s.Kind == model.StepSeen
			m.step(s)
		}
	}
	for _, row := range c.rows {
		if !drawn[row] {
			m.session(row)
		}
	}
	slices.SortStableFunc(m.edges, func(a, b movementEdge) int { return cmp.Compare(a.first, b.first) })
	return m.movement
}

func (m *movementMaker) step(s model.Step) {
	step := m.view.Step(s)
	account := step.UsedAccount
	if account == nil {
		account = step.Actor
	}
	kind := step.What
	if step.Via != "" {
		kind += " by " + step.Via
	}
	from, to := placeOf(step.From), placeOf(step.To)
	m.add(from, to, account.words(), kind, s.Time, s.Last, s.Certainty)
}

// session is a logon that no step tells, such as one of the network.
func (m *movementMaker) session(row model.SessionRow) {
	s, record := m.view.Snapshot.Session(row), m.view.Session(row)
	from := StepPlace{Host: record.Source.Host, Address: record.Source.Address, Name: record.Source.Name, Claimed: record.Source.Claimed}
	to := StepPlace{Host: &record.Host}
	certainty := s.Source.Certainty
	if from.Host == nil && from.Address != nil {
		certainty = model.Exact // of the address: the record gives it
	}
	m.add(placeOf(&from), placeOf(&to), record.Account.display(), record.Kind+" logon", s.Start, s.Start, certainty)
}

func placeOf(p *StepPlace) movementPlace {
	switch {
	case p == nil || p.Host == nil && p.Address == nil && p.Name == nil:
		return movementPlace{"unknown", placeUnknown}
	case p.Host != nil:
		return movementPlace{*p.Host, placeHost}
	case p.Address != nil:
		return movementPlace{*p.Address, placeAddress}
	case p.Claimed:
		return movementPlace{*p.Name + " (claimed)", placeClaimed}
	}
	return movementPlace{*p.Name, placeClaimed}
}

func (m *movementMaker) place(p movementPlace) int {
	p.label = clip(text.Clean(p.label))
	n, ok := m.index[p]
	if !ok {
		n = len(m.places)
		m.index[p], m.places = n, append(m.places, p)
	}
	return n
}

func (m *movementMaker) add(from, to movementPlace, account, kind string, first, last event.FileTime, certainty model.Certainty) {
	key := movementKey{m.place(from), m.place(to), clip(text.Clean(account)), clip(text.Clean(kind))}
	n, ok := m.edge[key]
	if !ok {
		n = len(m.edges)
		m.edge[key] = n
		m.edges = append(m.edges, movementEdge{
			from: key.from, to: key.to, account: key.account, kind: key.kind, first: first, last: last, weakest: certainty, strongest: certainty,
		})
	}
	e := &m.edges[n]
	e.count++
	e.first, e.last = min(e.first, first), max(e.last, last)
	e.weakest, e.strongest = min(e.weakest, certainty), max(e.strongest, certainty)
}

// maxLabel is how many characters of a name stand in a picture.
const maxLabel = 100

// clip shortens clean text for a picture.
func clip(s string) string { return text.Printer{}.Fit(s, maxLabel) }
