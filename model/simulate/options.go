package simulate

import (
	"errors"
	"fmt"
	"time"

	"spoor/model/event"
)

// MostHosts is how many machines a generated domain may have.
const MostHosts = 5000

// Options say what domain to generate. The same options give the same
// records, byte for byte.
type Options struct {
	Seed  uint64
	Hosts int       // 1 to [MostHosts]
	Days  int       // of logs, at least 1
	Start time.Time // the first of them; its time of day is left out
	// Intruders are names of [Intruders].
	Intruders []string
	Faults    []Fault
}

// ErrOptions is wrapped by the errors for options that make no domain.
var ErrOptions = errors.New("no domain can be simulated so")

// warmUp is how long a generated world runs before its logs begin: longer than
// a ticket lives, so that sessions and tickets older than the logs exist.
const warmUp = 20 * time.Hour

// New generates a domain.
func New(o Options) (*World, error) {
	switch {
	case o.Hosts < 1 || o.Hosts > MostHosts:
		return nil, fmt.Errorf("%w: %d hosts, not 1 to %d", ErrOptions, o.Hosts, MostHosts)
	case o.Days < 1 || o.Days > 366:
		return nil, fmt.Errorf("%w: %d days, not 1 to 366", ErrOptions, o.Days)
	case o.Start.Year() < 2000 || o.Start.Year() > 2100:
		return nil, fmt.Errorf("%w: the year %d", ErrOptions, o.Start.Year())
	}
	y, m, d := o.Start.UTC().Date()
	from := event.FileTimeOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
	w := newWorld(o.Seed, from.Add(-warmUp), from, from.Add(time.Duration(o.Days)*24*time.Hour))
	w.generated = true
	e := &estate{w: w, rng: w.random("estate"), names: make(map[string]int), days: o.Days + 1}
	e.build(o.Hosts)
	for _, name := range o.Intruders {
		story, ok := intrusions[name]
		if !ok {
			return nil, fmt.Errorf("%w: no intruder is called %q", ErrOptions, name)
		}
		e.intrude(name, story)
	}
	if len(o.Faults) > 0 {
		w.losses = w.newLosses(o.Faults)
	}
	return w, nil
}
