package model_test

import (
	"strings"
	"testing"

	"spoor/model"
	"spoor/model/event"
)

// A log that is missing where a file was left unread may be in that file.
func TestWhatWasNotReadIsNotSaidToBeMissing(t *testing.T) {
	for _, unread := range []bool{false, true} {
		b := model.NewBuilder(schemas)
		b.AddFile(event.File{Name: "x"})
		b.AddDamage(event.Damage{Chunk: -1, Offset: -1, Reason: "no permission", Note: !unread})
		s := b.Finish()
		words := strings.Join([]string{s.InEvidence(), s.NotInEvidence(), s.Evidence()}, ", ")
		want := "is in the evidence, is not in the evidence, the evidence"
		if unread {
			want = "was read, was not read, what was read"
		}
		if words != want {
			t.Errorf("unread %t: %s; want %s", unread, words, want)
		}
	}
}
