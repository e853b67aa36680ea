package simulate

import (
	"bytes"
	"errors"
	"testing"

	"spoor/model/event"
)

type nowhere struct{}

func (nowhere) Add(string, *event.Record) error { return nil }
func (nowhere) Clear(string)                    {}

func TestNothingIsLoggedByAMachineThatIsOff(t *testing.T) {
	w := Demo()
	if err := w.Run(nowhere{}); err != nil {
		t.Fatal(err)
	}
	if w.lost != 0 {
		t.Errorf("%d events came when their machine was off", w.lost)
	}
}

func TestSameSeedGivesSameTruth(t *testing.T) {
	var a, b bytes.Buffer
	for _, out := range []*bytes.Buffer{&a, &b} {
		w := Demo()
		if err := w.Run(nowhere{}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Truth().WriteTo(out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two runs tell of different truths")
	}
	if n := bytes.Count(a.Bytes(), []byte("\n")); n < 2000 {
		t.Errorf("the truth has %d lines", n)
	}
}

type broken struct{ nowhere }

var errBroken = errors.New("broken")

func (broken) Add(string, *event.Record) error { return errBroken }

func TestSinkThatFailsEndsTheRun(t *testing.T) {
	if err := Demo().Run(broken{}); !errors.Is(err, errBroken) {
		t.Errorf("Run gives %v, want %v", err, errBroken)
	}
}
