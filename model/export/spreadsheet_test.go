package export

import "testing"

func TestASpreadsheetShowsWhatIsWritten(t *testing.T) {
	for written, want := range map[string]string{
		"125e091245798253": "'125e091245798253", // LibreOffice: 1.79769313486232E+308
		"1234567890123456": "'1234567890123456", // 15 digits are kept
		"0012":             "'0012",
		"1E5":              "'1E5",
		"=1+1":             "'=1+1",
		"@SUM(1)":          "'@SUM(1)",
		"125e0912457982ab": "125e0912457982ab",
		"123456789012345":  "123456789012345",
		"0":                "0",
		"4624":             "4624",
		"0x3e7":            "0x3e7",
		"e5":               "e5",
		"":                 "",
	} {
		if got := spreadsheetSafe(written); got != want {
			t.Errorf("%q is written as %q, want %q", written, got, want)
		}
	}
}
