package evtxwrite_test

import (
	"fmt"
	"math"
	"strings"

	"spoor/model/event"
)

const start = event.FileTime(134_168_832_000_000_000) // 2026-03-02

var provider = event.GUID{0x25, 0x96, 0x84, 0x54, 0x78, 0x54, 0x94, 0x49, 0xa5, 0xba, 0x3e, 0x3b, 0x03, 0x28, 0xc3, 0x0d}

func head(n uint64, id uint16) event.System {
	return event.System{
		Head: event.Head{
			Provider: "Microsoft-Windows-Security-Auditing", EventID: id,
			Time: start + event.FileTime(n)*10_000_001, RecordID: n,
			Channel: "Security", Computer: "fs01.nordlicht.example",
		},
		ProviderGUID: provider, Task: 12544, Keywords: event.AuditSuccess, ProcessID: 712, ThreadID: 744,
	}
}

// logon is an ordinary event with values of the types that logs are full of.
func logon(n uint64) *event.Record {
	return event.NewRecord(head(n, 4624),
		event.Field{Name: "SubjectUserSid", Value: event.SIDValue("S-1-5-18")},
		event.Field{Name: "TargetUserName", Value: event.TextValue(fmt.Sprintf("user%d", n))},
		event.Field{Name: "TargetLogonId", Value: event.NumberValue(event.HexInt64, 0x1000+n)},
		event.Field{Name: "LogonType", Value: event.NumberValue(event.UInt32, 3)},
		event.Field{Name: "LogonGuid", Value: event.GUIDValue(provider)},
		event.Field{Name: "IpPort", Value: event.TextValue("")},
	)
}

// cleared has its data in UserData, with an activity and a user.
func cleared(n uint64) *event.Record {
	s := head(n, 1102)
	s.Provider, s.ActivityID, s.UserID = "Microsoft-Windows-Eventlog", provider, "S-1-5-21-1-2-3-1104"
	return event.NewUserDataRecord(s, "LogFileCleared", "http://manifests.microsoft.com/win/2004/08/windows/eventlog",
		event.Field{Name: "SubjectUserName", Value: event.TextValue("j.brandt")},
		event.Field{Name: "SubjectLogonId", Value: event.NumberValue(event.HexInt64, 0x3e7a1)})
}

// classic has unnamed Data, as providers from before Vista write them.
func classic(n uint64) *event.Record {
	s := head(n, 6013)
	s.Provider, s.ProviderGUID, s.Classic, s.Qualifiers, s.Channel = "EventLog", event.GUID{}, true, 32768, "System"
	return event.NewRecord(s,
		event.Field{Value: event.TextValue("")}, event.Field{Value: event.TextValue("10")},
		event.Field{Value: event.NumberValue(event.Binary, 0)})
}

func items(t event.Type, bits ...uint64) event.Value {
	v := event.Value{Type: t | event.Array}
	for _, b := range bits {
		v.Items = append(v.Items, event.NumberValue(t, b))
	}
	return v
}

// everyType holds each type that a log can hold, at its limits.
func everyType(n uint64) *event.Record {
	minus := func(i int64) uint64 { return uint64(i) }
	var fields []event.Field
	for _, v := range []event.Value{
		{},
		event.TextValue("Müller, Ωmega, 😀, \xed\xa0\x80 alone"),
		event.TextValue("NUL \x00 within"), event.TextValue("Ends in a surrogate \xed\xb0\x80"),
		event.TextValue(strings.Repeat("long ", 2000)),
		{Type: event.AnsiString, Text: "plain"}, {Type: event.AnsiString, Text: "virusé"}, {Type: event.AnsiString, Text: "Ω and é"},
		event.NumberValue(event.Int8, minus(-128)), event.NumberValue(event.UInt8, 255),
		event.NumberValue(event.Int16, minus(-32768)), event.NumberValue(event.UInt16, 65535),
		event.NumberValue(event.Int32, minus(-1<<31)), event.NumberValue(event.UInt32, 1<<32-1),
		event.NumberValue(event.Int64, minus(-1<<63)), event.NumberValue(event.UInt64, 1<<64-1),
		event.NumberValue(event.Real32, math.Float64bits(1.5)), event.NumberValue(event.Real64, math.Float64bits(math.Pi)),
		event.NumberValue(event.Bool, 1), event.NumberValue(event.Bool, 0),
		{Type: event.Binary, Bytes: []byte{0, 1, 0xff}},
		event.GUIDValue(provider), event.TimeValue(start + 7),
		event.NumberValue(event.SysTime, uint64(start+10_000)),
		event.SIDValue("S-1-5-21-4228717743-1032521047-1810997296-1106"), event.SIDValue("S-1-0-0"),
		event.NumberValue(event.HexInt32, 0xc000006d), event.NumberValue(event.HexInt64, 0x3_08fa_bb0c),
		{Type: event.SizeT, Size: 4, Bits: 0x5dc}, {Type: event.SizeT, Size: 8, Bits: 1 << 40},
		{Type: event.String | event.Array, Items: []event.Value{event.TextValue("one"), event.TextValue(""), event.TextValue("drei")}},
		{Type: event.GUIDType | event.Array, Items: []event.Value{event.GUIDValue(provider)}},
		items(event.UInt16, 1, 65535), items(event.UInt32, 1, 2, 3), items(event.UInt64, 1<<63), items(event.HexInt64, 0x3e7),
		items(event.Int8, minus(-1), 1), items(event.Bool, 1, 0), items(event.Time, uint64(start)),
		items(event.Real64, math.Float64bits(-0.25)), items(event.SysTime, uint64(start)),
	} {
		fields = append(fields, event.Field{Name: fmt.Sprintf("Type%02x", byte(v.Type)), Value: v})
	}
	return event.NewRecord(head(n, 9999), fields...)
}
