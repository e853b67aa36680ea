package model_test

import (
	"strings"
	"testing"
)

// Dictionaries grow by what is new to tell apart, and not by more events of the
// same.
func TestDictionariesGrowByWhatIsNewAlone(t *testing.T) {
	pc := func(images ...string) *machine {
		m := newMachine("PC01.corp.local").at("08:00:00").logon(alice, 0x5000, 2)
		for _, image := range images {
			m.runs(alice, 0x5000, image)
		}
		return m
	}
	short, long := `C:\a.exe`, `C:\`+strings.Repeat("a", 500)+`.exe`
	once := tell(t, pc(short, long)).Dictionaries()
	if again := tell(t, pc(short, long, long, short, long)).Dictionaries(); again != once {
		t.Errorf("%d bytes, and of the same again %d", once, again)
	}
	if without := tell(t, pc(short, short)).Dictionaries(); once-without < 500 {
		t.Errorf("%d bytes, and without a text of 500 %d", once, without)
	}
}
