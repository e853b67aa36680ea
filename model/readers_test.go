package model_test

import (
	"fmt"
	"sync"
	"testing"

	"spoor/model"
)

// readAll asks a snapshot for everything that is made when it is first asked
// for.
func readAll(s *model.Snapshot) {
	for _, row := range s.Sessions(model.None, model.None) {
		s.Session(row)
	}
	for _, a := range s.Accounts() {
		s.Trail(a.ID)
		s.Footprint(a.ID)
		s.Story(a.ID)
		s.Runs(a.ID, model.None)
	}
	s.Failures()
}

func TestAnyNumberReadASnapshotAtOnce(t *testing.T) {
	s := build(t, practiceFiles(t))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { readAll(s) })
	}
	wg.Wait()
}

func TestReadingASnapshotChangesNothingInIt(t *testing.T) {
	s := build(t, practiceFiles(t))
	before := fmt.Sprint(s.Failures())
	readAll(s)
	if fmt.Sprint(s.Failures()) != before {
		t.Error("failures are others once trails were asked for")
	}
	for _, a := range s.Accounts() {
		first := fmt.Sprint(s.Trail(a.ID))
		if second := fmt.Sprint(s.Trail(a.ID)); first != second {
			t.Errorf("the trail of %s is another the second time", a.Display())
		}
	}
}
