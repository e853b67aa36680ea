package tui

import (
	"slices"
	"testing"

	"spoor/model/event"
)

func TestFilesAreNamedByTheShortestEndThatTellsThemApart(t *testing.T) {
	names := []string{`C:\logs\WS07\Security.evtx`, "/logs/FS01/Security.evtx", "a.zip:System.evtx", "/x/System.evtx", "lone.evtx", "lone.evtx"}
	want := []string{`WS07\Security.evtx`, "FS01/Security.evtx", "a.zip:System.evtx", "x/System.evtx", "lone.evtx", "lone.evtx"}
	var all []*exhibit
	for _, n := range names {
		all = append(all, &exhibit{file: event.File{Name: n}})
	}
	nameBriefly(all)
	var got []string
	for _, x := range all {
		got = append(got, x.shown)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
