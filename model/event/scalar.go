package event

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// FileTime is a moment as Windows keeps it: 100-nanosecond intervals since
// 1601-01-01 UTC ([MS-DTYP] 2.3.3). Zero means absent.
type FileTime uint64

const (
	ticksPerSecond = 10_000_000
	// epochSeconds is the time between 1601-01-01 and 1970-01-01.
	epochSeconds = 11_644_473_600
)

// FileTimeOf returns t rounded down to 100 ns. A time before 1601 or after
// the year 60056 gives 0.
func FileTimeOf(t time.Time) FileTime {
	s := t.Unix() + epochSeconds
	if s < 0 || uint64(s) > (1<<64-1)/ticksPerSecond-1 {
		return 0
	}
	return FileTime(uint64(s)*ticksPerSecond + uint64(t.Nanosecond())/100)
}

// Time returns t in UTC. All 64-bit values are in the range of [time.Time].
func (t FileTime) Time() time.Time {
	return time.Unix(int64(uint64(t)/ticksPerSecond)-epochSeconds, int64(uint64(t)%ticksPerSecond)*100).UTC()
}

// Sub returns t-u, saturated at the range of [time.Duration] (292 years).
func (t FileTime) Sub(u FileTime) time.Duration {
	const most = FileTime(1<<63-1) / 100
	switch {
	case t >= u && t-u > most:
		return 1<<63 - 1
	case t < u && u-t > most:
		return -1 << 63
	}
	return time.Duration(int64(t-u)) * 100
}

// Add returns t+d, kept within the range of FileTime.
func (t FileTime) Add(d time.Duration) FileTime {
	if d < 0 {
		if back := FileTime(-(d / 100)); back < t {
			return t - back
		}
		return 0
	}
	if ahead := FileTime(d / 100); t+ahead >= t {
		return t + ahead
	}
	return 1<<64 - 1
}

// Format returns t in RFC 3339 with all seven digits that Windows keeps, in
// zone (nil is UTC). Years after 9999 print with as many digits as they have.
func (t FileTime) Format(zone *time.Location) string {
	if t == 0 {
		return ""
	}
	at := t.Time()
	if zone != nil {
		at = at.In(zone)
	}
	return at.Format("2006-01-02T15:04:05.0000000Z07:00")
}

// String is Format in UTC.
func (t FileTime) String() string { return t.Format(nil) }

// ParseFileTime reads a time as Windows renders it in XML, with up to nine
// fractional digits, or as a plain number of 100 ns intervals.
func ParseFileTime(s string) (FileTime, error) {
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return FileTime(n), nil
	}
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return FileTimeOf(t), nil
		}
	}
	return 0, fmt.Errorf("%q is no time", s)
}

// LogonID is the locally unique identifier of a logon: unique on one computer
// between two starts of it, and only there (Microsoft's page on event 4634).
type LogonID uint64

// The logon IDs that Windows gives to its own accounts on every computer.
// They never name a session that ends.
const (
	LogonIDIUSR           LogonID = 0x3e3
	LogonIDNetworkService LogonID = 0x3e4
	LogonIDLocalService   LogonID = 0x3e5
	LogonIDAnonymous      LogonID = 0x3e6
	LogonIDSystem         LogonID = 0x3e7
)

// Fixed reports whether id is one of Windows' own accounts on every computer.
func (id LogonID) Fixed() bool { return id >= LogonIDIUSR && id <= LogonIDSystem }

// String returns id as 0x and lower-case hexadecimal without padding.
func (id LogonID) String() string { return "0x" + strconv.FormatUint(uint64(id), 16) }

// ParseLogonID reads hexadecimal after 0x, else decimal.
func ParseLogonID(s string) (LogonID, error) {
	n, err := strconv.ParseUint(strings.ToLower(strings.TrimSpace(s)), 0, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no logon ID", s)
	}
	return LogonID(n), nil
}

// GUID is a 128-bit identifier in the byte order of the log ([MS-DTYP] 2.3.4.2:
// the first three groups little-endian). The zero GUID means absent.
type GUID [16]byte

// String returns g in lower case with braces.
func (g GUID) String() string {
	var b [38]byte
	b[0], b[9], b[14], b[19], b[24], b[37] = '{', '-', '-', '-', '-', '}'
	var big [16]byte
	binary.BigEndian.PutUint32(big[0:], binary.LittleEndian.Uint32(g[0:]))
	binary.BigEndian.PutUint16(big[4:], binary.LittleEndian.Uint16(g[4:]))
	binary.BigEndian.PutUint16(big[6:], binary.LittleEndian.Uint16(g[6:]))
	copy(big[8:], g[8:])
	hex.Encode(b[1:], big[0:4])
	hex.Encode(b[10:], big[4:6])
	hex.Encode(b[15:], big[6:8])
	hex.Encode(b[20:], big[8:10])
	hex.Encode(b[25:], big[10:16])
	return string(b[:])
}

// ParseGUID reads a GUID with or without braces, in either case.
func ParseGUID(s string) (GUID, error) {
	var g GUID
	t := strings.TrimSuffix(strings.TrimPrefix(s, "{"), "}")
	if len(t) != 36 || t[8] != '-' || t[13] != '-' || t[18] != '-' || t[23] != '-' {
		return g, fmt.Errorf("%q is no GUID", s)
	}
	raw, err := hex.DecodeString(t[0:8] + t[9:13] + t[14:18] + t[19:23] + t[24:])
	if err != nil {
		return g, fmt.Errorf("%q is no GUID", s)
	}
	binary.LittleEndian.PutUint32(g[0:], binary.BigEndian.Uint32(raw[0:]))
	binary.LittleEndian.PutUint16(g[4:], binary.BigEndian.Uint16(raw[4:]))
	binary.LittleEndian.PutUint16(g[6:], binary.BigEndian.Uint16(raw[6:]))
	copy(g[8:], raw[8:])
	return g, nil
}
