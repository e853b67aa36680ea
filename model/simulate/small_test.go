package simulate_test

import (
	"testing"
	"time"

	"spoor/model/simulate"
)

// Intruders come to the smallest domains too, where one account is all there is.
func TestIntrudersComeToTheSmallestDomains(t *testing.T) {
	for hosts := 1; hosts <= 4; hosts++ {
		w, err := simulate.New(simulate.Options{Seed: 200, Hosts: hosts, Days: 1, Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Intruders: simulate.Intruders()})
		if err != nil {
			t.Fatal(err)
		}
		logged := counter{}
		if err := w.Run(logged); err != nil || len(logged) == 0 {
			t.Errorf("%d hosts: %d logs, %v", hosts, len(logged), err)
		}
	}
}
