package parser

import (
	"encoding/binary"

	"spoor/model/event"
)

// Forwarded logs hold every value as the text that Windows rendered. These
// read it without making a string first.

// parseNumber reads a number in decimal or, after 0x, in hexadecimal, given in
// UTF-16LE. Blanks around it do not count.
func parseNumber(raw []byte) (uint64, bool) {
	for len(raw) >= 2 && raw[0] == ' ' && raw[1] == 0 {
		raw = raw[2:]
	}
	for len(raw) >= 2 && raw[len(raw)-2] == ' ' && raw[len(raw)-1] == 0 {
		raw = raw[:len(raw)-2]
	}
	if len(raw) >= 6 && raw[0] == '0' && raw[1] == 0 && (raw[2] == 'x' || raw[2] == 'X') && raw[3] == 0 {
		return parseHex(raw[4:])
	}
	var n uint64
	for i := 0; i+1 < len(raw); i += 2 {
		c := raw[i] - '0'
		if c > 9 || raw[i+1] != 0 || n > (1<<64-1)/10 {
			return 0, false
		}
		n *= 10
		if n+uint64(c) < n {
			return 0, false
		}
		n += uint64(c)
	}
	return n, len(raw) >= 2
}

func parseHex(raw []byte) (uint64, bool) {
	var n uint64
	for i := 0; i+1 < len(raw); i += 2 {
		c := hexDigits[raw[i]]
		if c > 15 || raw[i+1] != 0 || n >= 1<<60 {
			return 0, false
		}
		n = n<<4 | uint64(c)
	}
	return n, true
}

// hexDigits is what a character is worth, or notHex. What the digits of a
// number or a GUID are cannot be foreseen: comparing them takes longer.
var hexDigits = func() (t [256]byte) {
	for i := range t {
		t[i] = notHex
	}
	for i := range byte(10) {
		t['0'+i] = i
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = 10+i, 10+i
	}
	return t
}()

const notHex = 0xff

// ascii copies UTF-16LE of at most len(b) characters, all of them ASCII, to b.
func ascii(b, raw []byte) ([]byte, bool) {
	if len(raw) > 2*len(b) {
		return nil, false
	}
	i := 0
	for ; i+8 <= len(raw); i += 8 {
		word := binary.LittleEndian.Uint64(raw[i:])
		if word&0xff80ff80ff80ff80 != 0 {
			return nil, false
		}
		binary.LittleEndian.PutUint32(b[i/2:], narrow(word))
	}
	for ; i+1 < len(raw); i += 2 {
		if raw[i] >= 0x80 || raw[i+1] != 0 {
			return nil, false
		}
		b[i/2] = raw[i]
	}
	return b[:len(raw)/2], true
}

// parseGUID reads a GUID with or without braces, given in UTF-16LE.
func parseGUID(raw []byte) (event.GUID, bool) {
	var g event.GUID
	var buffer [38]byte
	text, ok := ascii(buffer[:], raw)
	if ok && len(text) == 38 && text[0] == '{' && text[37] == '}' {
		text = text[1:37]
	}
	if !ok || len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return g, false
	}
	bad := byte(0)
	for i := range g {
		pair := text[guidDigits[i]:][:2]
		high, low := hexDigits[pair[0]], hexDigits[pair[1]]
		bad |= high | low
		g[i] = high<<4 | low
	}
	if bad > 15 {
		return event.GUID{}, false
	}
	return g, true
}

// guidDigits is where a GUID's text has the digits of each of its bytes
// ([MS-DTYP] 2.3.4.2).
var guidDigits = [16]uint8{6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34}

// parseTime reads a time as Windows renders it in XML, given in UTF-16LE.
func parseTime(raw []byte) (event.FileTime, bool) {
	var buffer [40]byte
	text, ok := ascii(buffer[:], raw)
	if !ok {
		return 0, false
	}
	if t, ok := parseUTC(text); ok {
		return t, true
	}
	t, err := event.ParseFileTime(string(text))
	return t, err == nil
}

// parseUTC reads 2006-01-02T15:04:05.000000000Z, with up to nine digits after
// the point or none, of which seven count. That is how all forwarded records
// say their time.
func parseUTC(b []byte) (event.FileTime, bool) {
	if len(b) < 20 || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' || b[len(b)-1] != 'Z' {
		return 0, false
	}
	year, ok1 := digits(b[0:4])
	month, ok2 := digits(b[5:7])
	day, ok3 := digits(b[8:10])
	hour, ok4 := digits(b[11:13])
	minute, ok5 := digits(b[14:16])
	second, ok6 := digits(b[17:19])
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) || year < 1601 || month < 1 || month > 12 ||
		day < 1 || day > 28 && day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	var ticks uint64
	if fraction := b[19 : len(b)-1]; len(fraction) > 0 {
		if fraction[0] != '.' || len(fraction) < 2 || len(fraction) > 10 {
			return 0, false
		}
		n, ok := digits(fraction[1:])
		if !ok {
			return 0, false
		}
		for range 10 - len(fraction) {
			n *= 10
		}
		ticks = uint64(n) / 100
	}
	seconds := uint64(daysSince1601(year, month, day))*86400 + uint64(hour*3600+minute*60+second)
	return event.FileTime(seconds*10_000_000 + ticks), true
}

func digits(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

func isLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year, month int) int {
	switch month {
	case 2:
		if isLeap(year) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysSince1601 counts in the Gregorian calendar; 1601 begins a cycle of 400
// years.
func daysSince1601(year, month, day int) int {
	y := year - 1601
	days := 365*y + y/4 - y/100 + y/400 + daysBefore[month-1]
	if month > 2 && isLeap(year) {
		days++
	}
	return days + day - 1
}

// daysBefore are the days of a common year before each of its months.
var daysBefore = [12]int{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}
