package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestCleanShowsWhatIsNotPrintable(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`CORP\nick`, `CORP\nick`},
		{"a\x1b[31mb", "a<ESC>[31mb"},
		{"a\r\n\tb\x00", "a<CR><LF><TAB>b<NUL>"},
		{"\x7f\u0085\u009b1m", "<DEL><U+0085><U+009B>1m"},
		{"alice\u202egnp.exe", "alice<U+202E>gnp.exe"},
		{"\u200e\u200f\u061c\u2066\u2069", "<U+200E><U+200F><U+061C><U+2066><U+2069>"},
		{"a\u200bd\ufeffmin", "a<U+200B>d<U+FEFF>min"},
		{"a\u00a0b\u3000c", "a<U+00A0>b<U+3000>c"},
		{"\xff\xc3", "<0xFF><0xC3>"},
		{"\xed\xa0\x80", "<0xED><0xA0><0x80>"},
		{"Zoë 山田", "Zoë 山田"},
		{"e\u0301\u0301\u0301", "e\u0301\u0301<U+0301>"},
		{"\u0301", "<U+0301>"},
		{"\u2028\u2029", "<U+2028><U+2029>"},
		{"\u3164", "<U+3164>"},
		{"\U000e0041", "<U+E0041>"},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestCleanOnTerminalsWithoutUTF8IsASCII(t *testing.T) {
	if got := (Printer{ASCII: true}).Clean("Zoë"); got != "Zo<U+00EB>" {
		t.Errorf("got %q", got)
	}
}

func TestFitNeverExceedsItsWidth(t *testing.T) {
	for _, s := range []string{"", "abc", "山田太郎", "Zoë", "e\u0301e\u0301e\u0301"} {
		for w := range 10 {
			for _, p := range []Printer{{}, {ASCII: true}} {
				if got := p.Fit(p.Clean(s), w); Width(got) > w {
					t.Errorf("Fit(%q, %d) = %q of %d cells", s, w, got, Width(got))
				}
			}
		}
	}
}

func TestFitCutsASCIIAsAnyText(t *testing.T) {
	s := "0x3e7 0x2f41a 0x2f41b"
	for w := 1; w < len(s); w++ {
		if got, want := (Printer{}).Fit(s, w), ansi.Truncate(s, w, "…"); got != want {
			t.Errorf("in %d cells it is %q, want %q", w, got, want)
		}
	}
}

func TestWrapLosesNothing(t *testing.T) {
	long := strings.Repeat("SeDebugPrivilege<CR><LF>", 5) + strings.Repeat("x", 70)
	lines := Wrap(long, 30)
	if got := strings.Join(lines, ""); got != long {
		t.Errorf("got %q", got)
	}
	for _, l := range lines {
		if Width(l) > 30 {
			t.Errorf("%q is wider than 30 cells", l)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"ended 2026-03-02T13:01:00Z by 4647", 24, "ended|2026-03-02T13:01:00Z by|4647"},
		{"abc def", 3, "abc|def"}, {"abcdef", 4, "abcd|ef"}, {"", 4, ""}, {"a  b", 1, "a|b"},
		{"山田", 1, "山|田"}, {"a<LF>b", 9, "a<LF>|b"}, {"a<LF>", 9, "a<LF>"},
	} {
		if got := strings.Join(Wrap(c.in, c.width), "|"); got != c.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

// FuzzClean holds the two promises that every screen rests on.
func FuzzClean(f *testing.F) {
	f.Add("a\x1b]0;x\x07\u202e\u200d")
	f.Add("\U0001f468\u200d\U0001f469\U0001f1e9\U0001f1ea\u0915\u094d\u0937")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Clean(%q) is not UTF-8", s)
		}
		for _, r := range got {
			if r < ' ' || r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Cf, r) || r != ' ' && unicode.IsSpace(r) {
				t.Fatalf("Clean(%q) lets %U through", s, r)
			}
		}
		if Clean(got) != got {
			t.Fatalf("Clean(%q) is not clean", s)
		}
		if a, b := ansi.StringWidth(got), ansi.StringWidthWc(got); a != b {
			t.Fatalf("Clean(%q) = %q is %d or %d cells wide", s, got, a, b)
		}
	})
}

// ~ is a mark of certainty, and "10.20.0.20 = fs01" that was cut must not become
// "10.20.0.20 ~".
func TestWhatIsCutInASCIIEndsInNothingThatMeansSomething(t *testing.T) {
	for width, want := range map[int]string{17: "10.20.0.20 = fs01", 12: "10.20.0.20..", 3: "1..", 2: "1.", 1: ".", 0: ""} {
		if got := (Printer{ASCII: true}).Fit("10.20.0.20 = fs01", width); got != want {
			t.Errorf("in %d cells it is %q, want %q", width, got, want)
		}
	}
}
