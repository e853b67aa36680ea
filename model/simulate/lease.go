package simulate

import (
	"fmt"

	"spoor/model/event"
)

// Binding is an address that a host had for a while. A home network's, which
// no log of the domain sees, is none.
type Binding struct {
	Host    string `json:"host"`
	Address string `json:"address"`
	Start   string `json:"start"`
	End     string `json:"end,omitempty"`
	VPN     bool   `json:"vpn,omitempty"`
	// Records are the domain controllers' that name the machine's own account
	// together with the address.
	Records []Record `json:"records,omitempty"`
}

// witness notes a record of the machine's own account.
func (b *Binding) witness(address string, r Record) {
	if b != nil && b.Address == address {
		b.Records = append(b.Records, r)
	}
}

// pool is a range of addresses that are given out and come back. Who comes
// gets the one that has been free for the longest.
type pool struct {
	free []string
	vpn  bool
}

func newPool(network string, first, size int) *pool {
	p := &pool{}
	for i := range size {
		n := first + i
		p.free = append(p.free, fmt.Sprintf("%s.%d.%d", network, n/250, n%250+2))
	}
	return p
}

// take gives an address, the one wanted if it is free.
func (p *pool) take(wanted string) string {
	for i, a := range p.free {
		if a == wanted {
			p.free = append(p.free[:i:i], p.free[i+1:]...)
			return a
		}
	}
	a := p.free[0]
	p.free = p.free[1:]
	return a
}

// bind gives a host an address from now on, "" for one that the domain does
// not see.
func (h *Host) bind(address string, vpn bool) {
	h.unbind()
	h.address = address
	h.binding = &Binding{Host: h.title, Address: address, Start: h.w.now.String(), VPN: vpn}
	h.w.truth.Bindings = append(h.w.truth.Bindings, h.binding)
}

// unbind ends the binding of a host's address.
func (h *Host) unbind() {
	if h.binding != nil {
		h.binding.End = h.w.now.String()
		h.binding = nil
	}
}

// lease gets a host an address of a pool; it gives it back with release.
func (h *Host) lease(p *pool, wanted string) {
	h.release()
	h.leased = p
	h.bind(p.take(wanted), p.vpn)
}

// release gives a leased address back.
func (h *Host) release() {
	if h.leased != nil {
		h.leased.free = append(h.leased.free, h.address)
		h.leased = nil
	}
	h.unbind()
}

// connects gets a host that starts an address of its network: mostly the one
// that it had, if nobody else has got it.
func (h *Host) connects() {
	if h.network != nil && h.leased == nil {
		wanted := h.address
		if h.rng.IntN(100) < 20 {
			wanted = ""
		}
		h.lease(h.network, wanted)
	}
}

// starts is what a start means to a machine of a generated domain.
func (h *Host) starts() {
	if h.w.generated {
		h.forgetTickets()
		h.connects()
	}
}

// stops is what the end of a boot, or of a laptop's day, means: what leased
// the address sees it come back.
func (h *Host) stops() {
	if h.leased != nil {
		h.release()
	}
}

// forgetTickets is what a machine does whose memory is lost, or whose network
// has changed: it asks for new ones.
func (h *Host) forgetTickets() {
	h.machine.tgt = event.FileTime(0)
	clear(h.machine.tickets)
}
