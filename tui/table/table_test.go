package table

import (
	"slices"
	"strings"
	"testing"

	"spoor/model/text"
)

func plainPen() *Pen { return &Pen{Paint: func(_ Style, s string) string { return s }} }

func TestWindow(t *testing.T) {
	for _, c := range []struct {
		name          string
		count, height int
		move          func(*Window)
		cursor, top   int
	}{
		{"down stays in sight", 100, 10, func(w *Window) { w.Move(10) }, 10, 1},
		{"nothing is below the last row", 5, 10, func(w *Window) { w.Move(99) }, 4, 0},
		{"nothing is above the first row", 5, 10, func(w *Window) { w.Move(-99) }, 0, 0},
		{"a page keeps one row in sight", 100, 10, func(w *Window) { w.Page(10) }, 9, 9},
		{"a page back returns", 100, 10, func(w *Window) { w.Page(10); w.Page(-10) }, 0, 0},
		{"half a page", 100, 11, func(w *Window) { w.Page(5) }, 5, 5},
		{"the end", 100, 10, func(w *Window) { w.MoveTo(1 << 30) }, 99, 90},
		{"an empty list has no cursor", 0, 10, func(w *Window) { w.Move(1) }, -1, 0},
		{"no room has a cursor", 3, 0, func(w *Window) { w.Move(1) }, 1, 2},
		{"a row that moves keeps its line", 100, 10, func(w *Window) { w.MoveTo(50); w.Hold(60) }, 60, 51},
		{"a list that shrinks takes the cursor along", 100, 10, func(w *Window) { w.MoveTo(99); w.Resize(3, 10) }, 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w Window
			w.Resize(c.count, c.height)
			c.move(&w)
			if w.Cursor() != c.cursor || w.top != c.top {
				t.Errorf("cursor %d top %d, want %d and %d", w.Cursor(), w.top, c.cursor, c.top)
			}
			from, to := w.Visible()
			if from < 0 || to > w.count || to-from > w.height {
				t.Errorf("rows %d to %d of %d on %d lines", from, to, w.count, w.height)
			}
		})
	}
}

var columns = []Column{
	{Title: "NAME", Min: 6, Max: 20},
	{Title: "LAST", Min: 5, Max: 5, Priority: 1},
	{Title: "COUNT", Min: 5, Max: 8, Priority: 2, Right: true},
	{Title: "NOTES", Min: 8, Priority: 3},
}

func TestColumnsHideByPriorityWhenNarrow(t *testing.T) {
	for _, c := range []struct {
		width  int
		hidden []string
	}{
		{80, nil}, {29, nil}, {28, []string{"NOTES"}}, {19, []string{"COUNT", "NOTES"}},
		{13, []string{"LAST", "COUNT", "NOTES"}}, {1, []string{"LAST", "COUNT", "NOTES"}},
	} {
		l := NewLayout(columns)
		l.Fit(c.width)
		if got := l.Hidden(); !slices.Equal(got, c.hidden) {
			t.Errorf("at %d cells %q are hidden, want %q", c.width, got, c.hidden)
		}
	}
}

func TestPinnedColumnsStayLongerThanOthers(t *testing.T) {
	for _, c := range []struct {
		width  int
		hidden []string
	}{
		{29, nil}, {28, []string{"COUNT"}}, {22, []string{"LAST", "COUNT"}}, {16, []string{"LAST", "COUNT", "NOTES"}},
	} {
		l := NewLayout(columns)
		l.Arrange([]int{3, 0, 1, 2}, func(c int) bool { return c == 3 })
		l.Fit(c.width)
		if got := l.Hidden(); !slices.Equal(got, c.hidden) {
			t.Errorf("at %d cells %q are hidden, want %q", c.width, got, c.hidden)
		}
	}
}

func TestColumnsGrowToTheirValues(t *testing.T) {
	l := NewLayout(columns)
	l.Note(0, 50)
	l.Note(3, 12)
	l.Fit(120)
	row := l.Draw(plainPen(), Row{Mark: "*", Cell: func(c int) Cell {
		return Cell{Text: []string{strings.Repeat("n", 50), "12:00", "7", "twelve chars"}[c]}
	}})
	if want := "* " + strings.Repeat("n", 19) + "…  12:00       7  twelve chars"; row != want {
		t.Errorf("got  %q\nwant %q", row, want)
	}
}

func TestRowsNeverExceedTheWidth(t *testing.T) {
	for width := 8; width < 130; width++ {
		l := NewLayout(columns)
		l.Note(3, 300)
		l.Fit(width)
		for _, value := range []string{"x", strings.Repeat("山", 40), "\x1b[31m\u202e" + strings.Repeat("z", 90)} {
			row := l.Draw(plainPen(), Row{Chosen: true, Cell: func(int) Cell { return Cell{Text: value} }})
			if got := text.Width(row); got != width {
				t.Errorf("a chosen row at %d cells has %d: %q", width, got, row)
			}
			if text.Clean(row) != row {
				t.Errorf("%q is not clean", row)
			}
		}
	}
}

func TestMatchesAreStyledWithinWhatIsShown(t *testing.T) {
	l := NewLayout([]Column{{Title: "NAME", Min: 6, Max: 6}})
	l.Fit(20)
	pen := &Pen{Paint: func(style Style, s string) string {
		if style&Match != 0 {
			return "[" + s + "]"
		}
		return s
	}}
	row := l.Draw(pen, Row{
		Cell:      func(int) Cell { return Cell{Text: "alphabet"} },
		Highlight: func(string) []Span { return []Span{{0, 2}, {4, 8}} },
	})
	if want := "  [al]ph[a]…"; row != want {
		t.Errorf("got %q, want %q", row, want)
	}
}

func TestHeaderShowsTheSort(t *testing.T) {
	l := NewLayout(columns)
	l.Fit(40)
	if got, want := l.Header(plainPen(), 2, "v"), "  NAME   LAST  COUNTv NOTES   "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAPenCleansWhateverItDraws(t *testing.T) {
	pen := plainPen()
	pen.Put(Plain, "a\x1b[2J")
	pen.PutWithin(Plain, "\u202eb", 40)
	if got, want := pen.Line(), "a<ESC>[2J<U+202E>b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestANameThatIsToldByItsEndIsCutInItsMiddle(t *testing.T) {
	for _, c := range []struct {
		name, want string
		width      int
	}{
		{"FS01/Security.evtx", "FS01/Security.evtx", 18},
		{"FS01/Security.evtx", "FS01/S…ty.evtx", 14},
		{"FS01/Security.evtx", "FS01/S…", 7},
		{"山山山山山山山山", "山…山山山", 10}, // a letter of two cells is not cut in two
		{"\x1b[2J/one/two.evtx", "<ESC>[2…two.evtx", 16},
	} {
		l := NewLayout([]Column{{Min: c.width, Max: c.width, Ends: true}})
		l.Fit(c.width + Gutter)
		line := l.Draw(plainPen(), Row{Cell: func(int) Cell { return Cell{Text: c.name} }})
		if got := strings.TrimRight(line[Gutter:], " "); got != c.want || text.Width(line) != c.width+Gutter {
			t.Errorf("%q in %d cells is %q (%d), want %q", c.name, c.width, got, text.Width(line)-Gutter, c.want)
		}
	}
}
