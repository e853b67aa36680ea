package search

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Filter is what somebody typed: terms field:value, each of which must hold,
// and words that are searched fuzzily. A term with - or ! before it must not
// hold; values after commas are alternatives; * and ? match as in a shell,
// and a value without them may stand anywhere in a name.
type Filter struct {
	Words Query
	terms []condition
}

// Thing is what a filter is compared with. A field that a thing does not have
// gives nothing.
type Thing interface {
	// Names returns the values of a field of text.
	Names(f Field) []string
	// Numbers returns the values of a field of numbers.
	Numbers(f Field) []uint64
	// Lasted returns from when to when the thing was. The zero time is a time
	// that is not known.
	Lasted() (from, to time.Time)
}

// Field is a field of a filter.
type Field uint8

// The fields.
const (
	User     Field = iota
	Host           // where it happened
	Kind           // of a session, an account or a step; the protocol of a failure, the role of a host
	Type           // the logon type
	EventID        // an event of it
	Logon          // a logon ID
	IP             // an address that it came from
	End            // how it ended
	Reason         // why it failed
	Activity       // what started a session
	Channel        // of a log
	Severity       // of a finding
	Rule           // by which a finding was made, or its technique
	After
	Before
)

// fields is the table of the fields by the names that they are typed by.
var fields = map[string]Field{
	"user": User, "account": User, "host": Host, "kind": Kind, "type": Type, "id": EventID, "event": EventID, "logon": Logon,
	"ip": IP, "from": IP, "end": End, "reason": Reason, "activity": Activity,
	"channel": Channel, "severity": Severity, "rule": Rule, "after": After, "since": After, "before": Before, "until": Before,
}

// FieldNames lists the names of fields for messages, one a field.
const FieldNames = "user, host, kind, type, id, logon, ip, end, reason, activity, channel, severity, rule, after, before"

// condition is one term.
type condition struct {
	field Field
	not   bool
	any   []value
	text  string // as typed, without what negates it
}

// value is one alternative, read as its field needs it.
type value struct {
	pattern string // folded; "" where a number is meant
	// activity: a kind that is called by what starts it, as a scheduled task.
	activity bool
	number   uint64
	logon    bool // number is a logon ID
	prefix   netip.Prefix
	time     time.Time
}

// SyntaxError says where a filter is wrong and why. Offset and Length are
// bytes.
type SyntaxError struct {
	Offset, Length int
	Reason         string
}

func (e *SyntaxError) Error() string { return e.Reason }

// ParseFilter reads a filter. Times without a zone are in that of near, days
// without a year in its year; the zero time has none to lend. The error is a
// *SyntaxError. Words that look like no field are searched for as they are: a
// colon is part of many a name.
func ParseFilter(s string, near time.Time) (Filter, error) {
	var out Filter
	var words []string
	for at := 0; at < len(s); {
		if s[at] == ' ' {
			at++
			continue
		}
		end := len(s)
		if i := strings.IndexByte(s[at:], ' '); i >= 0 {
			end = at + i
		}
		word := s[at:end]
		name, rest, ok := strings.Cut(word, ":")
		not := strings.HasPrefix(name, "-") || strings.HasPrefix(name, "!")
		field, known := fields[strings.ToLower(strings.TrimLeft(name, "-!"))]
		if ok && !known && looksLikeField(strings.TrimLeft(name, "-!"), rest) {
			return Filter{}, &SyntaxError{at, len(name), fmt.Sprintf("%q is no field; there are %s", name, FieldNames)}
		}
		if !ok || !known {
			words = append(words, word)
			at = end
			continue
		}
		c := condition{field: field, not: not}
		from := at + len(name) + 1
		// A day and a time are written apart everywhere else.
		if field == After || field == Before {
			if clock := clockAfter(s[end:]); clock != "" {
				rest, end = rest+"T"+strings.TrimSpace(clock), end+len(clock)
			}
		}
		for part := range strings.SplitSeq(rest, ",") {
			v, reason := readValue(field, part, near)
			if reason != "" {
				return Filter{}, &SyntaxError{from, len(part), reason}
			}
			c.any = append(c.any, v)
			from += len(part) + 1
		}
		c.text = strings.TrimLeft(s[at:end], "-!")
		out.terms = append(out.terms, c)
		at = end
	}
	out.Words = Parse(strings.Join(words, " "))
	return out, nil
}

// clockAfter returns the time of a day that a text goes on with after a space,
// with that space, or "".
func clockAfter(s string) string {
	word, _, _ := strings.Cut(strings.TrimPrefix(s, " "), " ")
	if !strings.HasPrefix(s, " ") || len(word) < 5 || word[2] != ':' || strings.Trim(word, "0123456789:.") != "" {
		return ""
	}
	return s[:1+len(word)]
}

// looksLikeField reports whether a word before a colon is meant as a field's
// name: three letters or more, which the groups of an IPv6 address and the
// drives of paths are not.
func looksLikeField(name, rest string) bool {
	if len(name) < 3 || strings.Contains(rest, ":") || strings.HasPrefix(rest, "\\") || strings.HasPrefix(rest, "/") {
		return false
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

// typeWords are the kinds of sessions that type: takes besides numbers.
const typeWords = "interactive, console, remote-desktop, rdp, network, network-cleartext, batch, service, new-credentials, system, unlock, unknown"

func readValue(f Field, s string, near time.Time) (v value, reason string) {
	if s == "" {
		return v, "a value is missing after the colon"
	}
	switch f {
	case Type:
		return readType(s)
	case EventID:
		if strings.HasPrefix(strings.ToLower(s), "0x") {
			return readLogon(s)
		}
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			return v, fmt.Sprintf("%q is no number of an event, as 4624, and no logon ID, as 0x3e7", s)
		}
		v.number = n
	case Logon:
		return readLogon(s)
	case IP:
		return readAddress(s)
	case End:
		return readWord(s, endWords, "end of a session")
	case Kind:
		return readKnown(s, "kind", kindWords())
	case Activity:
		return readKnown(s, "activity", activityWords())
	case Severity:
		return readWord(s, severityWords, "severity")
	case After, Before:
		t, ok := ParseTime(s, near)
		if !ok {
			return v, fmt.Sprintf("%q is no time, as 2026-03-02 or 2026-03-02T09:00", s)
		}
		v.time = t
	default:
		v.pattern = strings.ToLower(s)
	}
	return v, ""
}

// severityWords are the severities of findings.
const severityWords = "info, low, medium, high"

// endWords are the reasons for which sessions end.
const endWords = "logoff, terminated, shutdown, boot, open, unknown"

func readWord(s, words, what string) (v value, reason string) {
	for word := range strings.SplitSeq(words, ", ") {
		if strings.EqualFold(word, s) {
			v.pattern = word
			return v, ""
		}
	}
	return v, fmt.Sprintf("%q is no %s: one of %s", s, what, words)
}

func readType(s string) (v value, reason string) {
	if n, err := strconv.ParseUint(s, 10, 32); err == nil {
		v.number = n
		return v, ""
	}
	if v, reason = readWord(s, typeWords, "logon type"); reason != "" {
		reason = fmt.Sprintf("%q is no logon type: a number, or one of %s", s, typeWords)
	}
	return v, reason
}

func readLogon(s string) (v value, reason string) {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToLower(s), "0x"), 16, 64)
	if err != nil {
		return v, fmt.Sprintf("%q is no logon ID, as 0x3e7", s)
	}
	v.number, v.logon = n, true
	return v, ""
}

func readAddress(s string) (v value, reason string) {
	if p, err := netip.ParsePrefix(s); err == nil {
		v.prefix = p.Masked()
	} else if a, err := netip.ParseAddr(s); err == nil {
		v.prefix = netip.PrefixFrom(a, a.BitLen())
	} else if strings.ContainsAny(s, "/:") {
		return v, fmt.Sprintf("%q is no address and no network, as 10.0.0.0/8", s)
	} else {
		v.pattern = strings.ToLower(s)
	}
	return v, ""
}

// layouts are the ways to write a time; daily ones lack the year.
var (
	layouts = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.9999999", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"}
	daily   = [...]string{"01-02T15:04:05", "01-02T15:04", "01-02"}
)

// ParseTime reads a time as filters write it: RFC 3339, or a part of it that is
// then of the zone, and the year, of near. False where s is none.
func ParseTime(s string, near time.Time) (time.Time, bool) {
	s = strings.Replace(strings.TrimSpace(s), " ", "T", 1)
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, near.Location()); err == nil {
			return t, true
		}
	}
	if near.Year() <= 1 {
		return time.Time{}, false
	}
	for _, layout := range daily {
		if t, err := time.ParseInLocation("2006-"+layout, fmt.Sprintf("%04d-%s", near.Year(), s), near.Location()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// Empty reports whether f lets everything pass and searches for nothing.
func (f Filter) Empty() bool { return len(f.terms) == 0 && f.Words.Empty() }

// Structured reports whether f has terms besides words.
func (f Filter) Structured() bool { return len(f.terms) > 0 }

// Only returns the terms of f that are about one field, without its words.
func (f Filter) Only(field Field) Filter {
	return Filter{terms: slices.DeleteFunc(slices.Clone(f.terms), func(c condition) bool { return c.field != field })}
}

// Match reports whether the terms of f hold; its words are not looked at.
func (f Filter) Match(t Thing) bool {
	for i := range f.terms {
		if c := &f.terms[i]; c.holds(t) == c.not {
			return false
		}
	}
	return true
}

func (c *condition) within(from, to time.Time) bool {
	for _, v := range c.any {
		if c.field == After && !to.IsZero() && !to.Before(v.time) || c.field == Before && !from.IsZero() && from.Before(v.time) {
			return true
		}
	}
	return false
}

func (c *condition) holds(t Thing) bool {
	switch c.field {
	case After, Before:
		return c.within(t.Lasted())
	case Type, EventID, Logon:
		for _, v := range c.any {
			if v.numbered(t, c.field) {
				return true
			}
		}
		return false
	}
	names := t.Names(c.field)
	if c.active() {
		names = append(slices.Clone(names), t.Names(Activity)...)
	}
	return slices.ContainsFunc(names, func(name string) bool { return c.named(folded(c.field, name)) })
}

// active reports whether c is of a kind that is called by what starts it.
func (c *condition) active() bool {
	return c.field == Kind && slices.ContainsFunc(c.any, func(v value) bool { return v.activity })
}

// folded returns a name of a field as filters compare it.
func folded(f Field, name string) string {
	name = strings.ToLower(name)
	if f == Kind || f == Activity {
		name = hyphened(name)
	}
	return name
}

// named reports whether one of the alternatives matches a folded name.
func (c *condition) named(name string) bool {
	for i := range c.any {
		if c.any[i].matches(name) {
			return true
		}
	}
	return false
}

// numbered compares a number, or the kind where a logon type was given in a
// word.
func (v *value) numbered(t Thing, f Field) bool {
	if v.pattern != "" {
		return slices.ContainsFunc(t.Names(Kind), func(name string) bool { return strings.EqualFold(name, v.pattern) })
	}
	if v.logon {
		f = Logon
	}
	return slices.Contains(t.Numbers(f), v.number)
}

// matches compares a folded name or an address.
func (v *value) matches(name string) bool {
	if v.prefix.IsValid() {
		a, err := netip.ParseAddr(name)
		return err == nil && v.prefix.Contains(a.Unmap())
	}
	if !strings.ContainsAny(v.pattern, "*?") {
		return strings.Contains(name, v.pattern)
	}
	return glob(v.pattern, name)
}

// glob matches * and ? over bytes, in time linear in the name for each star.
func glob(pattern, name string) bool {
	star, mark := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] != '*' && (pattern[p] == '?' || pattern[p] == name[n]):
			p++
			n++
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
