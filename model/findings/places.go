package findings

import (
	"slices"
	"strings"
	"time"

	"spoor/model"
	"spoor/model/event"
)

// placeID numbers the places that things come from: a host where that is
// known, else an address, else a name that a client claims. 0 is none.
type placeID uint32

// places finds them. What an address was bound to is asked once an hour, as
// addresses move.
type places struct {
	all     []model.Place
	byHost  map[model.HostID]placeID
	byText  map[string]placeID
	byLease map[lease]*hours
	numbers map[string]uint32       // of addresses
	named   map[string]model.HostID // by short name; None where several are called so
	latest  []latest                // by the number of an address's text
}

// longestName is how long a computer's NetBIOS name is at most.
const longestName = 15

// latest is what was asked last of an address.
type latest struct {
	number uint32 // 0 where it is not known yet, or no other computer's
	day    uint32 // counted from 1; 0 where nothing was asked
	hours  *hours // of that day; nil where the address is no other computer's
}

// lease is a day, counted from 1601 on, of an address, by its number.
type lease uint64

// hours are the places that an address was in each hour of a day, 0 where that
// was not asked.
type hours [24]placeID

func (x *scope) places() *places {
	if x.from != nil {
		return x.from
	}
	p := &places{
		all: []model.Place{{Host: model.None}}, byHost: map[model.HostID]placeID{}, byText: map[string]placeID{},
		byLease: map[lease]*hours{}, numbers: map[string]uint32{}, named: map[string]model.HostID{},
	}
	for _, h := range x.Hosts() {
		for _, spelling := range h.Spellings {
			short, _, _ := strings.Cut(strings.ToLower(spelling), ".")
			if short = short[:min(len(short), longestName)]; short == "" {
				continue
			}
			if id, ok := p.named[short]; ok && id != h.ID {
				p.named[short] = model.None
			} else {
				p.named[short] = h.ID
			}
		}
	}
	x.from = p
	return p
}

// host returns the place that is a host.
func (p *places) host(h model.HostID) placeID {
	id, ok := p.byHost[h]
	if !ok {
		id = placeID(len(p.all))
		p.all = append(p.all, model.Place{Host: h, Certainty: model.Exact})
		p.byHost[h] = id
	}
	return id
}

// place returns where something came from, by an address or, without one, by
// the name that a client claims, folded and without a domain.
func (x *scope) place(address, client string, t event.FileTime) placeID {
	p := x.places()
	if address == "" {
		return p.claimed(client)
	}
	hour := hourOf(t)
	return x.placeOf(p.hours(p.number(address), hour/24), address, t, hour%24)
}

// number numbers addresses from 1 on.
func (p *places) number(address string) uint32 {
	n, ok := p.numbers[address]
	if !ok {
		n = uint32(len(p.numbers) + 1)
		p.numbers[address] = n
	}
	return n
}

// hours returns those of a day of an address.
func (p *places) hours(number, day uint32) *hours {
	l := lease(number)<<32 | lease(day)
	h := p.byLease[l]
	if h == nil {
		h = new(hours)
		p.byLease[l] = h
	}
	return h
}

func (x *scope) placeOf(day *hours, address string, t event.FileTime, hour uint32) placeID {
	if day[hour] == 0 {
		p := x.places()
		if h, sure, _ := x.HostAt(address, t); h != model.None && sure > model.Weak {
			day[hour] = p.host(h)
		} else {
			day[hour] = p.text(address, model.Place{Host: model.None, Address: address, Certainty: model.Exact})
		}
	}
	return day[hour]
}

func hourOf(t event.FileTime) uint32 { return uint32(t / event.FileTime(time.Hour/100)) }

// away returns where an event's address says that somebody came from, 0 where
// it names no other computer.
func (x *scope) away(e model.EventRow, t event.FileTime) placeID {
	return x.awayAt(x.TextNumber(e, event.IPAddress), t)
}

// awayAt does so by the number of the address's text.
func (x *scope) awayAt(n uint32, t event.FileTime) placeID {
	p := x.places()
	if p.latest == nil {
		p.latest = make([]latest, x.TextCount())
	}
	l, hour := &p.latest[n], hourOf(t)
	if day := hour/24 + 1; l.day != day {
		if address := x.TextAt(n); l.number == 0 && elsewhere(address) {
			l.number = p.number(address)
		}
		if l.number != 0 {
			l.hours = p.hours(l.number, hour/24)
		}
		l.day = day
	}
	switch {
	case l.hours == nil:
		return 0
	case l.hours[hour%24] != 0:
		return l.hours[hour%24]
	}
	return x.placeOf(l.hours, x.TextAt(n), t, hour%24)
}

func (p *places) claimed(client string) placeID {
	written, _, _ := strings.Cut(strings.TrimLeft(client, `\`), ".")
	client = strings.ToLower(written)
	if client == "" {
		return 0
	}
	if h, ok := p.named[client[:min(len(client), longestName)]]; ok && h != model.None {
		return p.host(h)
	}
	id := p.text(`\\`+client, model.Place{Host: model.None, Name: written, Claimed: true, Certainty: model.Weak})
	// Of several spellings one is taken, whatever the order of the files.
	p.all[id].Name = min(p.all[id].Name, written)
	return id
}

func (p *places) text(key string, as model.Place) placeID {
	id, ok := p.byText[key]
	if !ok {
		id = placeID(len(p.all))
		p.all = append(p.all, as)
		p.byText[key] = id
	}
	return id
}

// whence names a place in a sentence.
func (x *scope) whence(id placeID) string { return x.whenceOf(x.places().all[id]) }

func (x *scope) whenceOf(p model.Place) string {
	switch {
	case !p.Known():
		return "a source that no record names"
	case p.Host != model.None:
		return x.Host(p.Host).Short()
	case p.Address != "":
		return p.Address
	default:
		return "a client that calls itself " + p.Name
	}
}

// elsewhere reports whether an address names another computer.
func elsewhere(address string) bool {
	switch address {
	case "", "::1", "127.0.0.1", "0.0.0.0", "::", "LOCAL":
		return false
	}
	return true
}

// boundBy says of a source that is a host how sure that is, where the record of
// a finding names but an address.
func (x *scope) boundBy(p *model.Place, anchor model.EventRow) {
	if p.Host == model.None || p.Address != "" || anchor == model.None {
		return
	}
	address := x.Text(anchor, event.IPAddress)
	if !elsewhere(address) {
		return
	}
	if h, sure, why := x.HostAt(address, x.EventTime(anchor)); h == p.Host {
		p.Address, p.Certainty, p.Why = address, sure, why
	}
}

// hostCalled returns the one host of which a log is there that a client calls
// by this name, in full or up to the first dot; None where there is none or
// several.
func (x *scope) hostCalled(server string) model.HostID {
	short, _, full := strings.Cut(server, ".")
	same := func(spelling string) bool {
		name, _, whole := strings.Cut(spelling, ".")
		return strings.EqualFold(spelling, server) || !(full && whole) && strings.EqualFold(name, short)
	}
	found := model.HostID(model.None)
	for _, h := range x.Hosts() {
		if server == "" || !slices.ContainsFunc(h.Spellings, same) {
			continue
		}
		if found != model.None {
			return model.None
		}
		found = h.ID
	}
	return found
}
