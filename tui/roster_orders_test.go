package tui

import "testing"

// Each frame asks of every column whether it is sorted by.
func TestAskingWhetherAColumnIsSortedByCostsNothingForTheRows(t *testing.T) {
	d := drive(t, demo(t), 200, 50).press("3")
	rows := d.root.top().rows
	for column, c := range rows.columns() {
		if n := testing.AllocsPerRun(10, func() { rows.order(column) }); n > 8 {
			t.Errorf("column %d (%s): %.0f allocations", column, c.Title, n)
		}
	}
}
