package findings

import (
	"slices"
	"strings"

	"spoor/model"
	"spoor/model/event"
)

// addCalled adds to the hosts of a draft those that are called by names, short
// or in full: what an account reached is where it is looked for, too.
func (x *scope) addCalled(d *draft, names []string) {
	have := map[model.HostID]bool{}
	for _, h := range d.Hosts {
		have[h] = true
	}
	for _, name := range names {
		short, _, _ := strings.Cut(strings.ToLower(name), ".")
		if h, ok := x.places().named[short[:min(len(short), longestName)]]; ok && h != model.None && !have[h] {
			have[h] = true
			d.Hosts = append(d.Hosts, h)
		}
	}
}

// addServed adds the hosts that tickets for services are for, by the names of
// their computers' accounts.
func (x *scope) addServed(d *draft, services []string) {
	var names []string
	for _, s := range services {
		service, _, _ := strings.Cut(s, "@")
		if name, ok := strings.CutSuffix(service, "$"); ok {
			names = append(names, name)
		}
	}
	x.addCalled(d, names)
}

// servicesOf returns the services that tickets are for, each once, of so many
// as a finding lists.
func (x *scope) servicesOf(tickets []model.EventRow) []string {
	var out []string
	for _, e := range tickets[:min(len(tickets), MostListed)] {
		if name := x.Text(e, event.ServiceName); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
