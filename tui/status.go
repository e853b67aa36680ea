package tui

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"spoor/model/text"
	"spoor/tui/table"
)

// status draws the last line: what is shown of what, narrowed, marked,
// loading, damaged; and the keys to begin with.
func (r *root) status(pen *table.Pen) string {
	l := r.top()
	pen.Put(table.Plain, " ")
	say := func(style table.Style, s string) {
		if s == "" || pen.Cells()+3 >= r.width {
			return
		}
		if pen.Cells() > 1 {
			pen.Put(table.Plain, "  ")
		}
		pen.PutWithin(style, s, r.width-1-pen.Cells())
	}
	if l.late && l.asked {
		doing := "working"
		if l.index != nil && l.index.making() {
			doing = "making the index"
		}
		say(table.Accent, doing+" ("+r.keys.of("close")+" "+r.keys.of("close")+" stops waiting)")
	}
	if l.rows != nil {
		info := l.rows.about()
		say(table.Plain, r.counted(l))
		if rightPart(l.query, r.view.now()) != "" {
			say(table.Accent, "narrowed by "+quoted(rightPart(l.query, r.view.now())))
		}
		if l.from != "" {
			say(table.Accent, "range open ("+r.keys.of("mark-range")+", "+r.keys.of("close")+")")
		}
		if n := r.marks.count(); n > 0 {
			say(table.Accent, thousands(n)+" marked")
		}
		if r.marks.marking() {
			say(table.Accent, "marking")
		}
		say(table.Plain, r.withoutKey(info.note))
		if at, of := r.hashing.sums.progress(); at > 0 && info.hashed {
			say(table.Accent, fmt.Sprintf("hashing %d of %d", at, of))
		}
	}
	if now := r.verifying.agreements.progress(); now.total > 0 {
		say(table.Accent, fmt.Sprintf("verifying %d of %d", now.at, now.total))
	}
	if r.judging.working() {
		say(table.Accent, "looking for findings")
	}
	style, state := r.loadState()
	say(style, state)
	r.sayTroubles(say)
	if r.typing() {
		return pen.Line()
	}
	hints := r.hints(r.width - 3 - pen.Cells())
	pen.To(table.Plain, r.width-1-text.Width(hints))
	pen.Put(table.Plain, hints)
	return pen.Line()
}

// sayTroubles counts what is to be said of files, and names the key that tells
// more once.
func (r *root) sayTroubles(say func(table.Style, string)) {
	type trouble struct {
		style table.Style
		words string
	}
	var all []trouble
	if n := r.view.unread; n > 0 {
		all = append(all, trouble{table.Bad, count(n, "file", "files") + " not read"})
	}
	if n := r.view.damaged; n > 0 {
		all = append(all, trouble{table.Bad, thousands(n) + " damaged"})
	}
	if n := r.view.noted; n > 0 {
		all = append(all, trouble{table.Warn, count(n, "note", "notes")})
	}
	for i, t := range all {
		if i == len(all)-1 {
			t.words = r.withoutKey(t.words + " (" + r.keys.of("evidence") + ")")
		}
		say(t.style, t.words)
	}
}

// typing reports whether letters are typed now, and press no keys.
func (r *root) typing() bool { return r.sheet != nil || r.prompt != nil || r.top().input != nil }

// withoutKey takes the key in brackets off a note where it would be typed.
func (r *root) withoutKey(note string) string {
	if r.typing() {
		note, _, _ = strings.Cut(note, " (")
	}
	return note
}

// hints names the keys to begin with that work here, as many as fit: help
// before all others. Where something is typed they are those that are not
// typed themselves.
func (r *root) hints(width int) string {
	now, out := r.scope(), ""
	for _, b := range slices.Backward(r.keys.table) {
		hint := ""
		switch {
		case r.top().input != nil:
			hint = b.instead
			if r.top().palette && b.name == "close" {
				hint = b.shown + " closes"
			}
		case b.hint != "":
			hint = b.shown + " " + b.hint
		}
		if hint == "" || now&b.where == 0 {
			continue
		}
		s := join(hint, out)
		if len(s) > width {
			break
		}
		out = s
	}
	return out
}

// counted says how many rows are shown of how many.
func (r *root) counted(l *list) string {
	info, all := l.rows.about(), l.rows.len()
	switch {
	case len(l.shown) < l.total:
		return fmt.Sprintf("the best %s of %s found", thousands(len(l.shown)), count(l.total, info.one, info.many))
	case l.total < all || l.ran != "":
		return fmt.Sprintf("%s of %s", thousands(l.total), count(all, info.one, info.many))
	}
	return count(all, info.one, info.many)
}

// loadState says how far loading has come, or how it ended if not well.
func (r *root) loadState() (table.Style, string) {
	p := r.progress
	switch {
	case !r.started:
		return table.Plain, "opening"
	case p.Err != nil:
		return table.Bad, "nothing read"
	case p.Stopped:
		return table.Warn, fmt.Sprintf("stopped: %d of %d files read", p.Files, p.TotalFiles)
	case p.Finished:
		return table.Plain, ""
	case p.Total <= 0:
		return table.Accent, "loading"
	}
	percent := min(99, 100*float64(p.Done)/float64(p.Total))
	return table.Accent, fmt.Sprintf("loading %d%% %s", int(percent), join(doneOf(p.Done, p.Total), r.timeLeft()))
}

func firstRune(s string) (rune, int) { return utf8.DecodeRuneInString(s) }
