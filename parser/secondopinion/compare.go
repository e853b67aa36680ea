package secondopinion

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"spoor/model/event"
)

// Difference is a field that the two readers say differently. A side that
// lacks the field has an empty value.
type Difference struct {
	RecordID          uint64
	EventID           uint16
	Field             string // by path, like EventData/LogonType
	Spoor, GolangEvtx string
}

// Comparison counts the fields of records that both readers have read.
type Comparison struct {
	Fields uint64 // compared: Agreed, Differing and those of Faults
	Agreed uint64
	// Faults counts what golang-evtx is known to say otherwise than Windows,
	// by cause.
	Faults    map[string]uint64
	Differing uint64
	// Differences are the first of those that differ.
	Differences []Difference

	listed int // at most so many Differences
}

// unnamed is what golang-evtx calls Data without a name.
var unnamed = regexp.MustCompile(`^EventData/Data\d*$`)

// compare compares one record.
func (c *Comparison) compare(theirs *Record, ours *event.Record) {
	h := ours.Head()
	p := pair{Comparison: c, head: h}
	p.text("System/EventID", theirs.EventID, strconv.Itoa(int(h.EventID)))
	p.text("System/TimeCreated/SystemTime", instant(theirs.Time), h.Time.String())
	mine := make(map[string]event.Value)
	for _, f := range ours.System() {
		if name := strings.ReplaceAll(f.Name, ".", "/"); !identity[name] {
			mine["System/"+name] = f.Value
		}
	}
	p.provider(theirs.System, mine)
	for path, value := range theirs.System {
		p.take(mine, "System/"+path, value)
	}
	var mineUnnamed []string
	for _, f := range ours.Data() {
		if f.Name == "" {
			mineUnnamed = append(mineUnnamed, f.Value.String())
			continue
		}
		mine["EventData/"+f.Name] = f.Value
	}
	leaves(ours.UserData(), "UserData", mine)
	var theirsUnnamed []string
	for path, value := range theirs.Data {
		_, known := mine[path]
		switch {
		case !known && unnamed.MatchString(path):
			theirsUnnamed = append(theirsUnnamed, value)
		case !known && (strings.Contains(path, "xmlns") || strings.HasSuffix(path, "/Name")):
			// Attributes of elements are no fields.
		default:
			p.take(mine, path, value)
		}
	}
	for path, v := range mine {
		if v.String() != "" {
			p.text(path, "", v.String())
		}
	}
	p.unnamed(theirsUnnamed, mineUnnamed)
}

// pair is one record in the eyes of both.
type pair struct {
	*Comparison
	head event.Head
}

// provider looks for a provider that has a name and nothing else, which
// golang-evtx makes an element of that name.
func (p pair) provider(theirs map[string]string, mine map[string]event.Value) {
	name := mine["System/Provider/Name"].String()
	if _, has := theirs["Provider/Name"]; has || name == "" {
		return
	}
	if value, ok := theirs[name]; ok && value == "" {
		delete(mine, "System/Provider/Name")
		delete(theirs, name)
		p.Fields++
		p.Faults[takesNames]++
	}
}

// take compares what they say of a field, and takes it from mine.
func (p pair) take(mine map[string]event.Value, path, theirs string) {
	ours := mine[path]
	delete(mine, path)
	if said := ours.String(); theirs != said {
		if cause := faultOf(theirs, ours); cause != "" {
			p.Fields++
			p.Faults[cause]++
			return
		}
	}
	p.text(path, theirs, ours.String())
}

func (p pair) text(path, theirs, ours string) {
	p.Fields++
	if theirs == ours {
		p.Agreed++
		return
	}
	p.Differing++
	if len(p.Differences) < p.listed {
		p.Differences = append(p.Differences, Difference{p.head.RecordID, p.head.EventID, path, short(ours), short(theirs)})
	}
}

// unnamed compares Data without names, of which golang-evtx loses the order.
func (p pair) unnamed(theirs, ours []string) {
	if len(theirs) == 1 && strings.HasPrefix(theirs[0], "[") && !slices.Equal(theirs, ours) {
		filled := slices.DeleteFunc(slices.Clone(ours), func(s string) bool { return s == "" })
		if theirs[0] == "["+strings.Join(filled, " ")+"]" {
			p.Fields++
			p.Faults[joinsArrays]++
			return
		}
	}
	ours = slices.Clone(ours)
	sort.Strings(ours)
	sort.Strings(theirs)
	for i := range max(len(ours), len(theirs)) {
		p.text("EventData/Data", at(theirs, i), at(ours, i))
	}
}

func at(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return ""
}

// instant is a time as spoor writes it, or what it was if it is none.
func instant(s string) string {
	t, err := event.ParseFileTime(s)
	if err != nil {
		return s
	}
	return t.String()
}

// maxValue bounds the values that are listed, in bytes.
const maxValue = 1 << 10

func short(s string) string {
	if len(s) <= maxValue {
		return s
	}
	return strings.ToValidUTF8(s[:maxValue], "") + "…"
}

func leaves(e *event.Element, path string, out map[string]event.Value) {
	for _, c := range e.Elements() {
		below := path + "/" + c.Name
		if len(c.Elements()) == 0 {
			out[below] = c.Value()
			continue
		}
		leaves(c, below, out)
	}
}
