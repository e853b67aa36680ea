package secondopinion

import (
	"encoding/base64"
	"strconv"
	"strings"

	"spoor/model/event"
)

// faults are the ways in which golang-evtx is known to say a value otherwise
// than Windows, by cause. Each is only looked at where the values differ, and
// holds only if the value behind both is the same.
var faults = []struct {
	cause string
	holds func(theirs string, ours event.Value) bool
}{
	{"pads hexadecimal numbers", func(theirs string, ours event.Value) bool {
		n, err := strconv.ParseUint(theirs, 0, 64)
		return err == nil && strings.HasPrefix(theirs, "0x") && ours.String() == "0x"+strconv.FormatUint(n, 16)
	}},
	{"writes GUIDs in capitals without braces", func(theirs string, ours event.Value) bool {
		return ours.Type == event.GUIDType && "{"+strings.ToLower(theirs)+"}" == ours.String()
	}},
	{"does not know SizeT", func(theirs string, ours event.Value) bool {
		return ours.Type == event.SizeT && strings.HasPrefix(theirs, "Unknown value")
	}},
	{"writes byte-wise strings as bytes", func(theirs string, ours event.Value) bool {
		encoded, ok := strings.CutPrefix(theirs, "base64:")
		raw, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil {
			return false
		}
		switch ours.Type {
		case event.AnsiString:
			text := strings.TrimRight(string(raw), "\x00")
			return text == ours.Text || !isASCII(text)
		case event.Binary:
			return string(raw) == string(ours.Bytes)
		}
		return false
	}},
}

// The causes that more than one value shows.
const (
	joinsArrays = "prints the items of an array as one value"
	takesNames  = "takes the name of a provider for that of its element"
)

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// faultOf returns the cause for which theirs is ours said otherwise, or "".
func faultOf(theirs string, ours event.Value) string {
	for _, f := range faults {
		if f.holds(theirs, ours) {
			return f.cause
		}
	}
	return ""
}
