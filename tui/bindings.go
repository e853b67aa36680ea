package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// bindings is the table of keys, in the order of help. Of two lines with the
// same key the later one holds where both work.
func bindings() []binding {
	return slices.Concat(movingKeys(), levelKeys(), rootKeys(), listKeys(), sendingKeys(), programKeys(), timelineKeys(), chooserKeys())
}

const (
	onlySessions = "only sessions are marked and exported, and accounts and findings that have none"
	onlyFindings = "only a finding is dismissed; {findings} lists them"
	onlyListed   = "only where findings are listed; {findings} lists them"
	noRows       = "the list is empty"
	onlyChooser  = "only where columns are chosen; {columns} chooses them"
	onlyTimeline = "only on a timeline; {timeline} shows one"
)

// movingKeys move the cursor.
func movingKeys() []binding {
	move := func(f func(*list)) func(*root) tea.Cmd {
		return func(r *root) tea.Cmd { return r.move(f) }
	}
	return []binding{
		{name: "down", keys: []string{"down", "j", "ctrl+n"}, shown: "down j", what: "next row", where: hasRows, why: noRows, typing: true, instead: "{up} {down} move", waits: true, do: move(func(l *list) { l.window.Move(1) })},
		{name: "up", keys: []string{"up", "k", "ctrl+p"}, shown: "up k", what: "row before", where: hasRows, why: noRows, typing: true, waits: true, do: move(func(l *list) { l.window.Move(-1) })},
		{name: "page-down", keys: []string{"pgdown"}, shown: "pgdn", what: "a screen down", where: hasRows, why: noRows, typing: true, waits: true, do: move(func(l *list) { l.window.Page(10) })},
		{name: "page-up", keys: []string{"pgup"}, shown: "pgup", what: "a screen up", where: hasRows, why: noRows, typing: true, waits: true, do: move(func(l *list) { l.window.Page(-10) })},
		{name: "half-down", keys: []string{"ctrl+d"}, shown: "ctrl+d", what: "half a screen down", where: hasRows, why: noRows, waits: true, do: move(func(l *list) { l.window.Page(5) })},
		{name: "half-up", keys: []string{"ctrl+u"}, shown: "ctrl+u", what: "half a screen up", where: hasRows, why: noRows, waits: true, do: move(func(l *list) { l.window.Page(-5) })},
		{name: "first", keys: []string{"g", "home"}, shown: "g home", what: "first row", where: hasRows, why: noRows, waits: true, do: move(func(l *list) { l.window.MoveTo(0) })},
		{name: "last", keys: []string{"G", "end"}, shown: "G end", what: "last row", where: hasRows, why: noRows, waits: true, do: move(func(l *list) { l.window.MoveTo(len(l.shown)) })},
	}
}

// levelKeys go in and out of levels.
func levelKeys() []binding {
	return []binding{
		{name: "enter", keys: []string{"enter", "l", "right"}, shown: "enter l", what: "go in", where: hasRows, why: noRows, typing: true, instead: "{enter} go in", waits: true, do: (*root).enter},
		{name: "close", keys: []string{"esc"}, shown: "esc", what: "close what is open, then the input, the range, the filter, the level", where: anywhere, typing: true, instead: "{close} to the list", do: (*root).escape},
		{name: "out", keys: []string{"h", "left", "backspace"}, shown: "h left", what: "go out", where: hasLevel, why: "this is the top level; {leave} quits", do: (*root).out},
		{name: "back", keys: []string{"-"}, shown: "-", what: "jump back to the place before", where: anywhere, do: (*root).back},
		{name: "leave", keys: []string{"q"}, shown: "q", what: "go out; at the top level quit", where: anywhere, do: (*root).quitOrOut},
		{name: "quit", keys: []string{"ctrl+c"}, shown: "ctrl+c", what: "quit", where: anywhere, typing: true, do: (*root).quit},
	}
}

// rootKeys show the roots.
func rootKeys() []binding {
	open := func(f func() *list) func(*root) tea.Cmd {
		return func(r *root) tea.Cmd { return r.rootList(f) }
	}
	return []binding{
		{name: "users", keys: []string{"1"}, shown: "1", what: "users", where: anywhere, do: open(usersList)},
		{name: "hosts", keys: []string{"2"}, shown: "2", what: "hosts", where: anywhere, do: open(hostsList)},
		{name: "sessions", keys: []string{"3"}, shown: "3", what: "all sessions", where: anywhere, do: open(sessionsList)},
		{name: "failures", keys: []string{"4"}, shown: "4", what: "failures", where: anywhere, do: open(failuresList)},
		{name: "timeline", keys: []string{"5"}, shown: "5", what: "timeline of the selected row's account or host", where: anywhere, waits: true, do: (*root).openTimeline},
		{name: "trail", keys: []string{"6"}, shown: "6", what: "trail of the selected row's account, step by step", where: anywhere, waits: true, do: (*root).openTrail},
		{name: "findings", keys: []string{"7"}, shown: "7", what: "findings: what is unusual, and what that presumes", where: anywhere, do: open(findingsList)},
		{name: "evidence", keys: []string{"8"}, shown: "8", what: "evidence: files, gaps, damage", where: anywhere, do: open(evidenceList)},
	}
}

// listKeys change what a list shows, and open what lies over it.
func listKeys() []binding {
	return []binding{
		{name: "narrow", keys: []string{"/"}, shown: "/", hint: "narrow", what: "narrow the list as you type; spaces separate words, ! before one leaves out what holds it", where: anywhere, do: (*root).narrow},
		{name: "next-hit", keys: []string{"n"}, shown: "n", what: "next row that the last filter found, once it is given up ({close})", where: hasRows, why: noRows, waits: true, do: func(r *root) tea.Cmd { return r.hit(1) }},
		{name: "hit-before", keys: []string{"b"}, shown: "b", what: "the one before", where: hasRows, why: noRows, waits: true, do: func(r *root) tea.Cmd { return r.hit(-1) }},
		{name: "everywhere", keys: []string{"ctrl+f"}, shown: "ctrl+f", what: "find accounts, hosts, addresses, logon IDs and sessions everywhere", where: anywhere, do: (*root).openEverywhere},
		{name: "palette", keys: []string{":"}, shown: ":", what: "commands by name", where: anywhere, do: (*root).openPalette},
		{name: "to-list", keys: []string{"tab"}, shown: "tab", what: "from the input to the list", where: anywhere, typing: true, do: (*root).leaveInput},
		{name: "sort", keys: []string{"s"}, shown: "s", what: "sort by the next column", where: hasSort, why: "nothing here can be sorted", do: func(r *root) tea.Cmd { return r.sortBy(false) }},
		{name: "turn-sort", keys: []string{"S"}, shown: "S", what: "turn the sort", where: hasSort, why: "nothing here can be sorted", do: func(r *root) tea.Cmd { return r.sortBy(true) }},
		{name: "columns", keys: []string{"C"}, shown: "C", what: "choose the columns of the list", where: hasColumns | isChooser, why: "the columns of this list are fixed", waits: true, do: (*root).openColumns},
		{name: "all", keys: []string{"a"}, shown: "a", what: "show or hide machine and built-in accounts", where: anywhere, do: (*root).toggleAll},
		{name: "fold", keys: []string{"f"}, shown: "f", what: "fold network logons into runs, or unfold them", where: anywhere, do: (*root).toggleFolds},
		{name: "zone", keys: []string{"z"}, shown: "z", what: "next time zone", where: hasZones, why: "no zone but UTC was given (--tz)", do: (*root).nextZone},
		{name: "kin", keys: []string{"p"}, shown: "p", what: "what led to the session, and what came out of it", where: hasSession, why: "only a session has a chain and kin", waits: true, do: (*root).openKin},
		{name: "presence", keys: []string{"w"}, shown: "w", what: "who was on the row's host, or where its account was, at a time", where: hasRows, why: noRows, waits: true, do: (*root).openPresence},
		{name: "findings-of-row", keys: []string{"!"}, shown: "!", what: "the findings that touch the row", where: hasFindings, why: "no finding touches the row, as far as is known", waits: true, do: (*root).openFindings},
		{name: "dismiss", keys: []string{"D"}, shown: "D", hint: "dismiss", what: "dismiss a finding with a note, or restore it", where: isFinding, why: onlyFindings, waits: true, do: (*root).dismiss},
		{name: "dismissed", keys: []string{"A"}, shown: "A", what: "show or hide dismissed findings", where: isFindings, why: onlyListed, do: (*root).toggleDismissed},
		{name: "not-judged", keys: []string{"N"}, shown: "N", what: "what rules could not judge, and for want of which logs", where: anywhere, do: (*root).openNotJudged},
		{name: "details", keys: []string{"d"}, shown: "d", hint: "details", what: "details on a screen of their own", where: hasRows, why: noRows, waits: true, do: (*root).openDetails},
	}
}

// sendingKeys mark sessions and give things out.
func sendingKeys() []binding {
	return []binding{
		{name: "mark", keys: []string{"space"}, shown: "space", hint: "mark", what: "mark a session, or what has none: an account, a finding", where: hasSessions | hasSession | hasBeside, why: onlySessions, waits: true, reads: true, do: (*root).mark},
		{name: "mark-range", keys: []string{"V"}, shown: "V", what: "mark a range: here and again at its other end; {close} gives it up", where: hasSessions, why: onlySessions, waits: true, reads: true, do: (*root).markRange},
		{name: "invert-marks", keys: []string{"*"}, shown: "*", what: "invert the marks of the list", where: hasSessions, why: onlySessions, waits: true, reads: true, do: (*root).invertMarks},
		{name: "marked", keys: []string{`"`}, shown: `"`, what: "the marked sessions alone", where: canMarks, why: "nothing is marked", reads: true, do: (*root).openMarked},
		{name: "clear-marks", keys: []string{"u"}, shown: "u", what: "clear all marks", where: canMarks, why: "nothing is marked", waits: true, do: (*root).clearMarks},
		{name: "undo-marks", keys: []string{"U"}, shown: "U", what: "take back the last clearing, inverting or range of marks; again takes that back", where: canUndo, why: "no marks were cleared, inverted or set by a range", waits: true, reads: true, do: (*root).undoMarks},
		{name: "export", keys: []string{"e"}, shown: "e", hint: "export", what: "export the marked sessions, else the selected one", where: canWrite, why: "no session is marked or selected", waits: true, reads: true, do: (*root).openSheet},
		{name: "copy", keys: []string{"y"}, shown: "y", what: "copy what the row is about (OSC 52)", where: hasRows, why: noRows, waits: true, do: (*root).copyValue},
		{name: "copy-row", keys: []string{"Y"}, shown: "Y", what: "copy the row (OSC 52)", where: hasRows, why: noRows, waits: true, do: (*root).copyRow},
		{name: "verify", keys: []string{"v"}, shown: "v", hint: "verify", what: "have golang-evtx, a second reader, read the files too, and compare; again stops it", where: isEvidence, why: "only on the evidence; {evidence} shows it", waits: true, do: (*root).toggleVerifying},
		{name: "xml", keys: []string{"x"}, shown: "x", hint: "xml", what: "the event's XML", where: isEvent, why: "only in one event", waits: true, do: (*root).openXML},
	}
}

// programKeys are about the program itself.
func programKeys() []binding {
	return []binding{
		{name: "stop", keys: []string{"X"}, shown: "X", hint: "stop", what: "stop loading, keep what is there", where: isLoading, why: "nothing is loading", do: (*root).stopLoading},
		{name: "mouse", keys: []string{"M"}, shown: "M", what: "take the mouse, or give it back to the terminal", where: anywhere, do: (*root).toggleMouse},
		{name: "help", keys: []string{"?"}, shown: "?", hint: "help", what: "these keys", where: anywhere, do: (*root).openHelp},
		{name: "redraw", keys: []string{"ctrl+l"}, shown: "ctrl+l", what: "draw the screen anew", where: anywhere, typing: true, do: func(*root) tea.Cmd { return tea.ClearScreen }},
		{name: "suspend", keys: []string{"ctrl+z"}, shown: "ctrl+z", what: "suspend; fg comes back", where: anywhere, typing: true, do: func(*root) tea.Cmd { return tea.Suspend }},
	}
}

// timelineKeys work on a timeline; there they come before what the same keys do
// elsewhere.
func timelineKeys() []binding {
	return []binding{
		{name: "next-bar", keys: []string{"right"}, shown: "right", what: "next bar of the lane", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(func(l *list, t *timeline) bool { return t.step(l, 1, false) })},
		{name: "bar-before", keys: []string{"left"}, shown: "left", what: "bar before", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(func(l *list, t *timeline) bool { return t.step(l, -1, false) })},
		{name: "next-bar-here", keys: []string{"."}, shown: ".", what: "next bar, in the same cell too", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(func(l *list, t *timeline) bool { return t.step(l, 1, true) })},
		{name: "bar-before-here", keys: []string{","}, shown: ",", what: "bar before, in the same cell too", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(func(l *list, t *timeline) bool { return t.step(l, -1, true) })},
		{name: "zoom-in", keys: []string{"]", "+"}, shown: "]", hint: "zoom", what: "zoom in", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(zoom(0.5))},
		{name: "zoom-out", keys: []string{"["}, shown: "[", what: "zoom out", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(zoom(2))},
		{name: "later", keys: []string{">"}, shown: ">", what: "pan to later", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(pan(later))},
		{name: "earlier", keys: []string{"<"}, shown: "<", what: "pan to earlier", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(pan(earlier))},
		{name: "whole-time", keys: []string{"0"}, shown: "0", what: "all of the time", where: isTimeline, waits: true, why: onlyTimeline, do: onTimeline(whole)},
	}
}

// chooserKeys work where columns are chosen.
func chooserKeys() []binding {
	return []binding{
		{name: "toggle-column", keys: []string{"space"}, shown: "space", hint: "show or hide", what: "show a column, or take it away", where: isChooser, why: onlyChooser, do: (*root).toggleColumn},
		{name: "column-right", keys: []string{">"}, shown: ">", what: "move a column to the right", where: isChooser, why: onlyChooser, do: moveColumn(1)},
		{name: "column-left", keys: []string{"<"}, shown: "<", hint: "move", what: "move a column to the left", where: isChooser, why: onlyChooser, do: moveColumn(-1)},
	}
}
