package model_test

import "testing"

// Verified of the real log: 12:32:35 1102, log cleared.
func TestAClearedLogIsNamedWithWhoClearedIt(t *testing.T) {
	s := load(t, logsIn(t, "windomain-dc-2021-02-12")...)
	for _, c := range s.Clears() {
		if c.Channel == "Security" && c.Time.String()[:19] == "2021-02-12T12:32:35" && c.By == `WINDOMAIN\vagrant` && s.Host(c.Host).Short() == "dc" {
			return
		}
	}
	t.Errorf("cleared: %+v", s.Clears())
}
