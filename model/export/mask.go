package export

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"spoor/model"
)

// unknownNames returns the names of accounts that nothing but failed attempts
// names, in lower case and in the order in which they were first tried. A name
// that a known account has, too, is none of them.
func unknownNames(s *model.Snapshot) []string {
	known := map[string]bool{"": true, "-": true}
	for _, a := range s.Accounts() {
		if a.SID == "" && a.Sessions == 0 && a.Authentications == 0 {
			continue
		}
		known[strings.ToLower(a.Name)] = true
		for _, spelling := range a.Spellings {
			known[bareName(spelling)] = true
		}
	}
	var out []string
	for _, f := range s.Failures() {
		name := bareName(f.Tried)
		if f.Account != model.None {
			name = strings.ToLower(s.Account(f.Account).Name)
		}
		if !known[name] && !known[bareName(name)] {
			known[name] = true
			out = append(out, name)
		}
	}
	return out
}

// bareName is a name without its domain, in lower case.
func bareName(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if _, user, ok := strings.Cut(name, `\`); ok {
		return user
	}
	user, _, _ := strings.Cut(name, "@")
	return user
}

// warnOfNames says what is to be known of the unknown names among attempts and
// findings.
func warnOfNames(s *model.Snapshot, attempts []model.Failure, told found, names []string) string {
	unknown := newMask(names)
	seen := map[string]bool{}
	see := func(account model.AccountID, name string) {
		if account != model.None {
			name = s.Account(account).Name
		}
		if unknown.masked(name) != name {
			seen[bareName(name)] = true
		}
	}
	for _, f := range attempts {
		see(f.Account, f.Tried)
	}
	for _, i := range told.chose {
		f := &told.set.All[i]
		see(f.Account, f.AccountName)
		for _, a := range f.Accounts {
			see(a, "")
		}
	}
	if len(seen) == 0 {
		return ""
	}
	what := "the name of 1 account that only failed attempts name is"
	if len(seen) > 1 {
		what = fmt.Sprintf("the names of %d accounts that only failed attempts name are", len(seen))
	}
	return what + " in this export; such a name is sometimes a password that was typed in the wrong field (--mask-unknown-names hides them)"
}

// mask hides names. A nil mask hides none.
type mask struct {
	stands map[string]string // by name in lower case: what stands for it
	spaced []string          // the names that are several words
}

func newMask(names []string) *mask {
	m := &mask{stands: make(map[string]string, len(names))}
	for i, name := range names {
		m.stands[name] = fmt.Sprintf("masked-name-%d", i+1)
		if strings.ContainsFunc(name, unicode.IsSpace) {
			m.spaced = append(m.spaced, name)
		}
	}
	return m
}

// masked returns a name, with its domain or without, as it may be told.
func (m *mask) masked(name string) string {
	lower := strings.ToLower(strings.TrimSpace(name))
	if stand, ok := m.stands[lower]; ok {
		return stand
	}
	if i := strings.IndexByte(lower, '\\'); i >= 0 {
		if stand, ok := m.stands[lower[i+1:]]; ok {
			return name[:strings.IndexByte(name, '\\')+1] + stand
		}
	}
	if i := strings.IndexByte(lower, '@'); i >= 0 {
		if stand, ok := m.stands[lower[:i]]; ok {
			return stand + name[strings.IndexByte(name, '@'):]
		}
	}
	return name
}

// prose returns a text in which the names that stand as words are masked.
func (m *mask) prose(s string) string {
	if m == nil {
		return s
	}
	if whole := m.masked(s); whole != s {
		return whole
	}
	for _, name := range m.spaced {
		for i := strings.Index(strings.ToLower(s), name); i >= 0 && i+len(name) <= len(s); i = strings.Index(strings.ToLower(s), name) {
			s = s[:i] + m.stands[name] + s[i+len(name):]
		}
	}
	words := strings.Split(s, " ")
	for i, word := range words {
		words[i] = m.word(word)
	}
	return strings.Join(words, " ")
}

// word masks a name that is a word, or the value in user:name and user=name.
func (m *mask) word(word string) string {
	if at := strings.IndexAny(strings.TrimFunc(word, aroundWords), "=:"); at >= 0 {
		at = strings.IndexAny(word, "=:") + 1
		if told := m.word(word[at:]); told != word[at:] {
			return word[:at] + told
		}
	}
	core := strings.TrimFunc(word, aroundWords)
	before, behind := strings.Index(word, core), strings.Index(word, core)+len(core)
	// A name may begin or end in what also ends a clause: the longest that is
	// one holds. What stands around it is ASCII.
	for from := max(0, before-mostAround); from <= before; from++ {
		for to := min(len(word), behind+mostAround); to >= behind && to > from; to-- {
			if name := word[from:to]; m.masked(name) != name {
				return word[:from] + m.masked(name) + word[to:]
			}
		}
	}
	return word
}

// mostAround is how much of what stands around a word may belong to a name.
const mostAround = 8

// aroundWords reports whether a rune may stand right before or behind a word.
func aroundWords(r rune) bool { return strings.ContainsRune(`.,;:!?()[]"'=`, r) }

// telling are the fields of public records that may tell an account's name, by
// type and name; false stands for those that hold one name, true for text in
// words. What is not listed names hosts, logs, codes and rules.
var telling = map[string]bool{
	"Account.Name": false, "Account.Spellings": false, "Outbound.Account": false, "Subject.Account": false, "End.Account": false,
	"Field.Value": true, "Node.Value": true, "Event.What": true, "Activity.Because": true, "Session.ChainMissing": true,
	"Segment.Why": true, "Segment.CheckWhy": true, "Check.Why": true, "Link.Why": true, "Relation.Why": true, "Source.Why": true,
	"Step.Why": true, "StepPlace.Why": true, "Finding.Why": true, "Finding.Lowered": true, "FindingNeed.Why": true, "DismissedNote.Note": true,
}

// apply masks the names in a record that v points to.
func (m *mask) apply(v any) {
	if m != nil && len(m.stands) > 0 {
		m.walk(reflect.ValueOf(v).Elem())
	}
}

// hides reports whether apply would change an event.
func (m *mask) hides(e *Event) bool {
	before, err := marshal(e)
	m.apply(e)
	after, failed := marshal(e)
	return err != nil || failed != nil || string(before) != string(after)
}

func (m *mask) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			m.walk(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			m.walk(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			words, tells := telling[v.Type().Name()+"."+field.Name]
			switch {
			case tells:
				m.set(v.Field(i), words)
			case field.IsExported():
				m.walk(v.Field(i))
			}
		}
	}
}

// set masks a text, a pointer to one, or a list of them.
func (m *mask) set(v reflect.Value, words bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			told := reflect.New(v.Type().Elem()) // others may point to the text
			told.Elem().Set(v.Elem())
			m.set(told.Elem(), words)
			v.Set(told)
		}
	case reflect.Slice:
		told := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(told, v)
		for i := range told.Len() {
			m.set(told.Index(i), words)
		}
		v.Set(told)
	case reflect.String:
		if words {
			v.SetString(m.prose(v.String()))
		} else {
			v.SetString(m.masked(v.String()))
		}
	}
}
