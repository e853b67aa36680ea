package model

import (
	"strings"

	"spoor/model/event"
)

// seenFrom says of which kind a sitting was at a time, and where it was
// connected from then: one that was taken over is no longer where its logon
// came from, and of one older than the log nothing says where it was before
// the first record that tells.
func (s *Snapshot) seenFrom(x Session, t event.FileTime) (SessionKind, Source) {
	nobody := Source{Host: None, Why: "no record says where it was connected from then"}
	if len(x.Segments) == 0 {
		if !x.StartKnown && t < x.Start {
			return x.Kind, nobody
		}
		return x.Kind, x.Source
	}
	now := segmentAt(x.Segments, t)
	if now == nil {
		return KindUnknown, nobody
	}
	if now.State == Disconnected {
		nobody.Why = "it was disconnected then: nobody was connected to it"
		return x.Kind, nobody
	}
	g := connectedLast(x.Segments, t)
	switch {
	case g == nil:
		return x.Kind, nobody
	case g.Console:
		if x.Kind == KindInteractive && x.StartKnown {
			return x.Kind, x.Source
		}
		return KindInteractive, Source{Host: x.Host, Certainty: g.Certainty, Why: "at the console (" + g.Why + ")"}
	case x.StartKnown && g.Event == x.Anchor && x.Kind != KindInteractive:
		return x.Kind, x.Source
	case g.ClientAddress == "" && g.ClientName == "":
		return x.Kind, nobody
	}
	src := Source{Address: g.ClientAddress, Name: g.ClientName, Claimed: g.ClientName != "", Host: None, Certainty: g.Certainty,
		Why: "the client of that connection (" + g.Why + ")"}
	if src.Address == "" {
		src.Certainty = min(src.Certainty, Weak)
		src.Why = "the name that the client of that connection claims (" + g.Why + ")"
		return KindRemoteDesktop, src
	}
	if h, sure, why := s.hostAt(int(x.Host), src.Address, g.Start); h != None && sure > Weak {
		src.Host, src.Certainty = h, min(sure, g.Certainty)
		src.Why = strings.Join([]string{why, src.Why}, "; ")
	}
	return KindRemoteDesktop, src
}

// connectedLast is the newest segment at a time in which somebody was
// connected: a lock changes nothing about who is.
func connectedLast(segments []Segment, t event.FileTime) *Segment {
	for i := len(segments) - 1; i >= 0; i-- {
		switch g := segments[i]; {
		case g.Start > t:
		case g.State == Connected:
			return &g
		case g.State == Disconnected:
			return nil
		}
	}
	return nil
}
