package parser

import (
	"math"
	"strings"
	"testing"
	"time"

	"spoor/model/event"
)

func TestValuesOfEveryType(t *testing.T) {
	const array = event.Array
	for _, tt := range []struct {
		name string
		t    event.Type
		raw  string
		want string
		is   event.Type // Binary where the bytes are none of the type
	}{
		{"null", event.Null, "", "", event.Null},
		{"null with bytes", event.Null, "abc", "", event.Null},
		{"string", event.String, "a\x00\xe9\x00", "aé", event.String},
		{"string that ends in zeros", event.String, "a\x00\x00\x00\x00\x00", "a", event.String},
		{"string beyond the basic plane", event.String, "\x3d\xd8\x00\xde", "😀", event.String},
		{"string with a high surrogate alone", event.String, "\x3d\xd8a\x00", "\xed\xa0\xbda", event.String},
		{"string with a low surrogate alone", event.String, "\x00\xde", "\xed\xb8\x80", event.String},
		{"string of an odd size", event.String, "a\x00b", "a", event.String},
		{"byte-wise string", event.AnsiString, "abc\x00", "abc", event.AnsiString},
		{"byte-wise string beyond ASCII", event.AnsiString, "caf\xe9", "café", event.AnsiString},
		{"int8", event.Int8, "\xff", "-1", event.Int8},
		{"uint8", event.UInt8, "\xff", "255", event.UInt8},
		{"int16", event.Int16, "\x00\x80", "-32768", event.Int16},
		{"uint16", event.UInt16, "\x10\x12", "4624", event.UInt16},
		{"int32", event.Int32, "\xfe\xff\xff\xff", "-2", event.Int32},
		{"uint32", event.UInt32, "\xff\xff\xff\xff", "4294967295", event.UInt32},
		{"int64", event.Int64, "\x00\x00\x00\x00\x00\x00\x00\x80", "-9223372036854775808", event.Int64},
		{"uint64", event.UInt64, "\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615", event.UInt64},
		{"uint32 in two bytes", event.UInt32, "\x01\x02", "513", event.UInt32},
		{"uint32 in three bytes", event.UInt32, "\x01\x02\x03", "010203", event.Binary},
		{"uint32 of no bytes", event.UInt32, "", "", event.Null},
		{"real32", event.Real32, "\x00\x00\xc0\x3f", "1.5", event.Real32},
		{"real64", event.Real64, "\x00\x00\x00\x00\x00\x00\xf8\xbf", "-1.5", event.Real64},
		{"real64 in four bytes", event.Real64, "\x00\x00\xc0\x3f", "0000C03F", event.Binary},
		{"true", event.Bool, "\x01\x00\x00\x00", "true", event.Bool},
		{"true in one byte", event.Bool, "\x05", "true", event.Bool},
		{"false", event.Bool, "\x00\x00\x00\x00", "false", event.Bool},
		{"binary", event.Binary, "\x00\xab", "00AB", event.Binary},
		{"GUID", event.GUIDType, "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff", "{00112233-4455-6677-8899-aabbccddeeff}", event.GUIDType},
		{"GUID cut off", event.GUIDType, "\x33\x22", "3322", event.Binary},
		{"size of 32 bits", event.SizeT, "\x00\x10\x00\x00", "0x1000", event.SizeT},
		{"size of 64 bits", event.SizeT, "\x00\x10\x00\x00\x01\x00\x00\x00", "0x100001000", event.SizeT},
		{"FILETIME", event.Time, "\x00\x80\x3e\xd5\xde\xb1\x9d\x01", "1970-01-01T00:00:00.0000000Z", event.Time},
		{"FILETIME cut off", event.Time, "\x00\x80\x3e\xd5", "00803ED5", event.Binary},
		{"SYSTEMTIME", event.SysTime, "\xe5\x07\x02\x00\x05\x00\x0c\x00\x0c\x00\x21\x00\x33\x00\x7b\x00", "2021-02-12T12:33:51.1230000Z", event.SysTime},
		{"SYSTEMTIME in month 13", event.SysTime, "\xe5\x07\x0d\x00\x05\x00\x0c\x00\x0c\x00\x21\x00\x33\x00\x7b\x00", "E5070D0005000C000C00210033007B00", event.Binary},
		{"SID", event.SIDType, "\x01\x02\x00\x00\x00\x00\x00\x05\x20\x00\x00\x00\x20\x02\x00\x00", "S-1-5-32-544", event.SIDType},
		{"SID of a large authority", event.SIDType, "\x01\x01\x00\x01\x00\x00\x00\x05\x20\x00\x00\x00", "S-1-0x100000005-32", event.SIDType},
		{"SID cut off", event.SIDType, "\x01\x05\x00\x00\x00\x00\x00\x05", "0105000000000005", event.Binary},
		{"hexint32", event.HexInt32, "\x6d\x00\x00\xc0", "0xc000006d", event.HexInt32},
		{"hexint64", event.HexInt64, "\xe7\x03\x00\x00\x00\x00\x00\x00", "0x3e7", event.HexInt64},
		{"handle, which no log should hold", 0x20, "\x01\x02\x03\x04", "01020304", event.Binary},
		{"array of strings", event.String | array, "a\x00\x00\x00\x00\x00b\x00", "a,,b", event.String | array},
		{"array of byte-wise strings", event.AnsiString | array, "a\x00bc\x00", "a,bc", event.AnsiString | array},
		{"array of uint16", event.UInt16 | array, "\x01\x00\x02\x00", "1,2", event.UInt16 | array},
		{"array of uint16 of an odd size", event.UInt16 | array, "\x01\x00\x02", "010002", event.Binary},
		{"array of hexint64", event.HexInt64 | array, "\xe7\x03\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00", "0x3e7,0x1", event.HexInt64 | array},
		{"array of real32", event.Real32 | array, "\x00\x00\xc0\x3f\x00\x00\xc0\xbf", "1.5,-1.5", event.Real32 | array},
		{"array of booleans", event.Bool | array, "\x01\x00\x00\x00\x00\x00\x00\x00", "true,false", event.Bool | array},
		{"array of SIDs", event.SIDType | array, "\x01\x01\x00\x00\x00\x00\x00\x05\x12\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00", "S-1-5-18,S-1-1-0", event.SIDType | array},
		{"array of SIDs cut off", event.SIDType | array, "\x01\x01\x00\x00\x00\x00\x00\x05\x12\x00\x00\x00\x01", "010100000000000512000000" + "01", event.Binary},
		{"array of nothing known", 0x7f | array, "\x01\x02", "0102", event.Binary},
		{"empty array", event.UInt32 | array, "", "", event.UInt32 | array},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := decodeValue(uint8(tt.t), []byte(tt.raw))
			if v.Type != tt.is || v.String() != tt.want {
				t.Errorf("type %#x %q, want %#x %q", v.Type, v.String(), tt.is, tt.want)
			}
		})
	}
}

func TestNumbersInText(t *testing.T) {
	for _, tt := range []struct {
		text string
		want uint64
		ok   bool
	}{
		{"0", 0, true}, {"4624", 4624, true}, {"0x3e7", 0x3e7, true}, {"0X3E7", 0x3e7, true},
		{" 12 ", 12, true}, {"18446744073709551615", math.MaxUint64, true}, {"0xffffffffffffffff", math.MaxUint64, true},
		{"18446744073709551616", 0, false}, {"99999999999999999999", 0, false}, {"0x10000000000000000", 0, false},
		{"", 0, false}, {"-", 0, false}, {"-1", 0, false}, {"0x", 0, false}, {"0xg", 0, false}, {"1a", 0, false}, {"１", 0, false}, {"1 2", 0, false},
	} {
		if got, ok := parseNumber([]byte(utf16Key(tt.text))); ok != tt.ok || ok && got != tt.want {
			t.Errorf("%q: %d %v, want %d %v", tt.text, got, ok, tt.want, tt.ok)
		}
	}
}

// Whatever the fast way reads, the slow one reads the same.
func TestTimesInText(t *testing.T) {
	for _, s := range []string{
		"2021-12-16T10:25:32.351835800Z", "2021-12-16T10:25:32.3518358Z", "2021-12-16T10:25:32Z", "2021-12-16T10:25:32.3Z",
		"2020-02-29T23:59:59.9999999Z", "2000-02-29T00:00:00Z", "1601-01-01T00:00:00.0000001Z", "9999-12-31T23:59:59.9999999Z",
		"2021-12-16T10:25:32+02:00", "132576068316543217",
		"2021-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2021-13-01T00:00:00Z", "2021-00-01T00:00:00Z", "2021-01-01T24:00:00Z", "2021-01-01T00:60:00Z",
		"2021-04-31T00:00:00Z", "2021-01-01T00:00:00.Z", "2021-1-1T00:00:00Z", "", "-", "yesterday",
		"2021-12-16T10:25:32.3518358Z and more than forty characters",
	} {
		want, err := event.ParseFileTime(s)
		got, ok := parseTime([]byte(utf16Key(s)))
		if ok != (err == nil) || ok && got != want {
			t.Errorf("%q: %s %v, want %s %v", s, got, ok, want, err)
		}
	}
	for at := time.Date(1601, 1, 1, 0, 0, 0, 100, time.UTC); at.Year() < 2500; at = at.Add(997 * time.Hour) {
		s := at.Format("2006-01-02T15:04:05.0000000Z")
		if got, ok := parseUTC([]byte(s)); !ok || got != event.FileTimeOf(at) {
			t.Fatalf("%s: %s %v", s, got, ok)
		}
	}
}

func TestGUIDsInText(t *testing.T) {
	for _, s := range []string{
		"{00112233-4455-6677-8899-aabbccddeeff}", "00112233-4455-6677-8899-AABBCCDDEEFF",
		"00112233-4455-6677-8899-aabbccddeefg", "001122334455-6677-8899-aabbccddeeff--", "------------------------------------",
		"00112233-4455-6677-8899aabb-ccddeeff", "", "-", "{00112233-4455-6677-8899-aabbccddee-f}", "0-112233-4455-6677-8899-aabbccddeeff",
	} {
		want, err := event.ParseGUID(s)
		got, ok := parseGUID([]byte(utf16Key(s)))
		if ok != (err == nil) || ok && got != want {
			t.Errorf("%q: %v %v, want %v %v", s, got, ok, want, err)
		}
	}
}

func TestTextRoundTrips(t *testing.T) {
	for _, raw := range []string{"", "a\x00", "\x3d\xd8\x00\xde", "\x3d\xd8", "\x00\xde\x3d\xd8", "\xff\xff", "\xac\x20", "\x00\x00a\x00"} {
		if got := string(appendUTF16LE(nil, utf16Text([]byte(raw)))); got != raw {
			t.Errorf("%q comes back as %q", raw, got)
		}
	}
	if got := utf16Text([]byte(strings.Repeat("a\x00", 1000))); got != strings.Repeat("a", 1000) {
		t.Errorf("%q", got)
	}
}

// A column of 32 bits that was logged as a negative number is a status.
func TestNegativeStatusIsItsBits(t *testing.T) {
	d := &decoder{data: []byte{0x6d, 0, 0, 0xc0}, slots: []slot{newSlot(0, 4, uint8(event.Int32))}}
	u := use{first: 0, last: 1}
	s := source{kind: substituted}
	if n, ok := d.number(&u, &s); !ok || n != 0xc000006d {
		t.Errorf("%#x %v", n, ok)
	}
}
