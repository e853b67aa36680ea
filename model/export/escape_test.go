package export

import (
	"encoding/json"
	"encoding/xml"
	"testing"
	"unicode/utf8"
)

func FuzzEscapedTextSaysTheSame(f *testing.F) {
	f.Add("csi \u009b2J, bidi \u202e, tag \U000e0041, del \x7f, \u2028")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip("evidence is valid text before it is encoded")
		}
		plain, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		escaped := EscapeJSON(plain)
		assertNoneHidden(t, escaped)
		var back string
		if err := json.Unmarshal(escaped, &back); err != nil || back != s {
			t.Fatalf("%q comes back as %q (%v)", s, back, err)
		}
	})
}

func TestEscapedXMLSaysTheSame(t *testing.T) {
	const said = "csi \u009b2J, bidi \u202e, tag \U000e0041"
	escaped := EscapeXML([]byte("<a b=\"" + said + "\">" + said + "</a>"))
	assertNoneHidden(t, escaped)
	var back struct {
		B    string `xml:"b,attr"`
		Text string `xml:",chardata"`
	}
	if err := xml.Unmarshal(escaped, &back); err != nil || back.B != said || back.Text != said {
		t.Errorf("%q comes back as %q and %q (%v)", said, back.B, back.Text, err)
	}
}

func assertNoneHidden(t *testing.T, b []byte) {
	t.Helper()
	for _, r := range string(b) {
		if Hidden(r) {
			t.Fatalf("%q lets %U through", b, r)
		}
	}
}
