// Package table is a virtual table: it lays out columns, keeps a cursor and a
// window over any number of rows, and draws the rows that are on screen. It
// knows nothing of what the rows mean and holds none of them.
package table

// Column says how a column is shown.
type Column struct {
	Title string
	// Min and Max bound its width in cells; between them it is as wide as
	// its widest value seen. Max 0 means no bound.
	Min, Max int
	// Priority decides which columns go first on a narrow terminal: the
	// highest. Columns of priority 0 stay.
	Priority int
	Right    bool // numbers
	// Ends is true where a value that does not fit is cut in its middle:
	// for names that are told apart at their end.
	Ends bool
}

// Window is the part of a list that is on screen and the cursor in it. The
// zero Window is an empty list.
type Window struct {
	cursor, top   int
	count, height int
}

// Cursor returns the selected row, or -1 where there is none.
func (w *Window) Cursor() int {
	if w.count == 0 {
		return -1
	}
	return w.cursor
}

// Visible returns the rows on screen: from up to, not including, to.
func (w *Window) Visible() (from, to int) {
	return w.top, min(w.count, w.top+w.height)
}

// Height returns how many rows fit.
func (w *Window) Height() int { return w.height }

// Resize sets how many rows there are and how many fit, keeping the cursor in
// sight.
func (w *Window) Resize(count, height int) {
	w.count, w.height = max(0, count), max(0, height)
	w.MoveTo(w.cursor)
}

// MoveTo puts the cursor on a row, or on the nearest that there is.
func (w *Window) MoveTo(row int) {
	w.cursor = max(0, min(row, w.count-1))
	if w.cursor < w.top {
		w.top = w.cursor
	}
	if w.cursor >= w.top+w.height {
		w.top = w.cursor - w.height + 1
	}
	w.top = max(0, min(w.top, w.count-w.height))
}

// Move moves the cursor by n rows.
func (w *Window) Move(n int) { w.MoveTo(w.cursor + n) }

// Page scrolls by whole screens and takes the cursor along; half screens are
// tenths 5.
func (w *Window) Page(tenths int) {
	n := max(1, w.height-1) * tenths / 10
	w.top = max(0, min(w.top+n, w.count-w.height))
	w.Move(n)
}

// Scroll scrolls by n rows; the cursor stays on its row while that is in sight.
func (w *Window) Scroll(n int) {
	w.top = max(0, min(w.top+n, w.count-w.height))
	w.MoveTo(max(w.top, min(w.cursor, w.top+w.height-1)))
}

// Hold puts the cursor on a row so that it stays on the same line of the
// screen: for lists that change under it.
func (w *Window) Hold(row int) {
	line := w.cursor - w.top
	w.cursor = max(0, min(row, w.count-1))
	w.top = max(0, w.cursor-line)
	w.MoveTo(w.cursor)
}
