package export

import "testing"

func TestPrintableLeavesNothingThatATerminalObeys(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                "plain",
		"a\x1b[31mred":         `a\x1b[31mred`,
		"csi \u009b2J":         `csi \x9b2J`,
		"evil\u202egpj.exe":    `evil\u202egpj.exe`,
		"zero\u200bwidth":      `zero\u200bwidth`,
		"two\nlines\r\t":       `two\nlines\r\t`,
		"\xff\xfe":             `\xff\xfe`,
		"tag \U000e0041":       `tag \U000e0041`,
		"Ж élève 日本":           "Ж élève 日本",
		"del\x7f":              `del\x7f`,
		"mark \u200e\u061c":    `mark \u200e\u061c`,
		"separator \u2028 end": `separator \u2028 end`,
	} {
		if got := Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("\x1b]0;title\a")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range Printable(s) {
			if Hidden(r) {
				t.Fatalf("%q lets %U through", s, r)
			}
		}
	})
}
