package tui

import (
	"strings"
	"testing"
)

// heads returns the line of column titles.
func (d *driver) heads() string { return strings.Join(strings.Fields(d.lines()[1]), " ") }

func TestColumnsAreChosenForEveryListOfTheirKind(t *testing.T) {
	d := drive(t, options(t, story()), 200, 40).press("f", "3")
	if got := d.heads(); !strings.HasPrefix(got, "START LENGTH ENDED KIND ACCOUNT HOST FROM") {
		t.Fatalf("the columns are %q", got)
	}
	d.press("C").sees("› columns", "(x)", "LENGTH").press("down", "space").sees("( )")
	d.press("down", ">", "esc")
	if got := d.heads(); !strings.HasPrefix(got, "START KIND ENDED ACCOUNT HOST FROM") {
		t.Errorf("after hiding LENGTH and moving ENDED the columns are %q", got)
	}
	d.press("1", "enter", "enter")
	if got := d.heads(); !strings.HasPrefix(got, "START KIND ENDED FROM") {
		t.Errorf("on another list of sessions they are %q", got)
	}
	if d.press("1"); !strings.HasPrefix(d.heads(), "ACCOUNT LAST") {
		t.Errorf("those of the users are %q", d.heads())
	}
	// What one list leaves out keeps its place on the others.
	d.press("enter", "enter", "C", "<", "enter", "3")
	if got := d.heads(); !strings.Contains(got, "ACCOUNT HOST FROM") || strings.Contains(got, "LENGTH") {
		t.Errorf("after a choice on the list of one account all sessions have %q", got)
	}
}

func TestAColumnThatWasAskedForComesBeforeOthers(t *testing.T) {
	d := drive(t, options(t, story()), 80, 24)
	if strings.Contains(d.heads(), "SID") {
		t.Fatal("SID has room at 80 columns without being asked for")
	}
	d.press("C", "/", "sid", "tab").sees("no room").press("space", "esc", "esc")
	if got := d.heads(); !strings.HasPrefix(got, "ACCOUNT") || !strings.Contains(got, "SID") {
		t.Errorf("the columns are %q", got)
	}
	d.press("C", "G").sees("(x)").press("space").sees("( )").press("esc")
	if strings.Contains(d.heads(), "SID") {
		t.Error("SID is still there")
	}
}

func TestOneColumnStays(t *testing.T) {
	o := options(t, story())
	o.Columns = map[string][]string{"users": {"LAST", "ACCOUNT"}}
	d := drive(t, o, 160, 24)
	if got := d.heads(); got != "LAST ACCOUNT" {
		t.Fatalf("the columns of the settings are shown as %q", got)
	}
	d.press("C", "space", "down", "space").sees("one column has to stay").press("enter")
	if got := d.heads(); got != "ACCOUNT" {
		t.Errorf("the columns are %q", got)
	}
	d.press("?", "C").sees("the columns of this list are fixed")
}

// A kind that is offered must be the kind of some list, with those columns.
func TestKindsOfColumnsAreThoseOfTheLists(t *testing.T) {
	d := drive(t, options(t, story()), 160, 24).press("f")
	want := map[string]string{"users": "1", "account-hosts": "1 enter", "hosts": "2", "host-accounts": "2 enter", "sessions": "3",
		"logons": "3 enter", "events": "3 enter enter", "fields": "3 enter enter enter", "failures": "4", "trail": "1 6", "evidence": "8", "kin": "3 p"}
	for _, k := range columnKinds() {
		keys, ok := want[k.name]
		if !ok {
			continue
		}
		d.press(strings.Fields(keys)...)
		l := d.root.top()
		if got := l.rows.about().kind; got != k.name {
			t.Errorf("after %s the list is of kind %q, not %q", keys, got, k.name)
			continue
		}
		known := strings.Join(columnsOf(k.name), " ")
		for _, c := range l.rows.columns() {
			if !strings.Contains(known, c.Title) {
				t.Errorf("%s have a column %s that cannot be chosen", k.name, c.Title)
			}
		}
	}
}
