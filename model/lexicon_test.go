package model

import (
	"testing"

	"spoor/model/event"
)

func TestLexiconLearnsTextsThatAreCleanedToTheSame(t *testing.T) {
	l := newLexicon()
	l.learn(&event.Batch{Dictionary: 1, FirstText: 1, Texts: []string{"Kerberos", "Kerberos  ", "-", "eva", ""}}, false)
	r := l.learn(&event.Batch{Dictionary: 1, FirstText: 6, Texts: []string{"eva ", "", "10.0.0.1"}}, false)
	for id, want := range []string{"", "Kerberos", "Kerberos", "", "eva", "", "eva", "", "10.0.0.1"} {
		if got := l.texts.all[r.text(uint64(id))]; got != want {
			t.Errorf("text %d is %q, want %q", id, got, want)
		}
	}
	if n := len(l.texts.all); n != 4 {
		t.Errorf("%d distinct texts, want 4: %q", n, l.texts.all)
	}
}

func TestLexiconForgetsDictionariesThatHaveEnded(t *testing.T) {
	l := newLexicon()
	for _, final := range []bool{false, true} {
		b := &event.Batch{Dictionary: 7, Final: final, Texts: []string{"a"}}
		l.learn(b, false)
		if kept := l.readers[7] != nil; kept == final {
			t.Errorf("final %v: kept is %v", final, kept)
		}
	}
}
