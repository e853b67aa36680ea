package tui

import (
	"strings"

	"spoor/model"
	"spoor/model/findings"
	"spoor/tui/table"
)

// stroke is what a bar of a timeline is drawn with. Where bars meet in one cell,
// the later one of the table is seen.
type stroke uint8

// The strokes, the least important first.
const (
	strokeNone stroke = iota
	strokeGap
	strokeBoot
	strokePerhaps
	strokeOther
	strokeService
	strokeBatch
	strokeNetwork
	strokeCredentials
	strokeDisconnected
	strokeLocked
	strokeConsole
	strokeRDP
	strokeFailure
	strokeNoted
	strokeFound
	strokeCount
)

// strokes is the table of how each is drawn, with letters where the terminal has
// no others.
var strokes = [strokeCount]struct {
	mark, ascii, name string
	style             table.Style
}{
	strokeNone:         {" ", " ", "", table.Plain},
	strokeGap:          {"/", "/", "no log", table.Plain},
	strokeBoot:         {"|", "|", "start", table.Accent},
	strokePerhaps:      {"·", ".", "perhaps", table.Warn},
	strokeOther:        {"o", "o", "other", table.Plain},
	strokeService:      {"s", "s", "service", table.Plain},
	strokeBatch:        {"b", "b", "batch", table.Plain},
	strokeNetwork:      {"n", "n", "network", table.Plain},
	strokeCredentials:  {"c", "c", "credentials", table.Plain},
	strokeDisconnected: {"░", "-", "away", table.Plain},
	strokeLocked:       {"▒", "L", "locked", table.Plain},
	strokeConsole:      {"█", "#", "console", table.Strong},
	strokeRDP:          {"▓", "R", "RDP", table.Strong},
	strokeFailure:      {"x", "x", "failed", table.Bad},
	strokeNoted:        {"i", "i", "lesser one", table.Plain},
	strokeFound:        {"!", "!", "finding", table.Bad},
}

var strokeOfKind = map[model.SessionKind]stroke{
	model.KindInteractive: strokeConsole, model.KindRemoteDesktop: strokeRDP, model.KindNetwork: strokeNetwork, model.KindNetworkCleartext: strokeNetwork,
	model.KindBatch: strokeBatch, model.KindService: strokeService, model.KindNewCredentials: strokeCredentials,
	model.KindSystem: strokeOther, model.KindUnlock: strokeOther, model.KindUnknown: strokeOther,
}

// strokeOf is how a session without segments is drawn.
func strokeOf(s model.Session) stroke {
	if s.Kind == model.KindInteractive && !atConsole(s) {
		return strokeOther
	}
	return strokeOfKind[s.Kind]
}

func strokeOfSegment(g model.Segment) stroke {
	switch {
	case g.State == model.Disconnected:
		return strokeDisconnected
	case g.State == model.Locked:
		return strokeLocked
	case g.Console:
		return strokeConsole
	}
	return strokeRDP
}

// flagStroke is drawn where something begins that findings touch.
func (v *view) flagStroke(touched []int) stroke {
	switch f := v.judged.worst(touched); {
	case f == nil:
		return strokeNone
	case f.Severity >= findings.Medium:
		return strokeFound
	}
	return strokeNoted
}

func (k stroke) draw(ascii bool) string {
	if ascii {
		return strokes[k].ascii
	}
	return strokes[k].mark
}

// legend names the strokes that a timeline may show.
func legend(ascii bool) string {
	var out []string
	for _, k := range [...]stroke{strokeConsole, strokeRDP, strokeLocked, strokeDisconnected, strokeNetwork, strokeFailure, strokeFound, strokeNoted, strokePerhaps, strokeGap, strokeBoot, strokeService, strokeBatch, strokeCredentials, strokeOther} {
		out = append(out, k.draw(ascii)+" "+strokes[k].name)
	}
	return strings.Join(out, "  ")
}
