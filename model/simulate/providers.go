package simulate

import "spoor/model/event"

const (
	securityLog = "Security"
	systemLog   = "System"
	lsmLog      = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"
	rcmLog      = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"
	clientLog   = "Microsoft-Windows-TerminalServices-RDPClient/Operational"
)

// provider is who writes an event, and where.
type provider struct {
	name, guid, channel string
	source              string // the name from before Vista
	level               uint8
	keywords            uint64
	userID              string
	qualifiers          uint16
	classic             bool
}

const (
	classicKeywords = 0x80000000000000
	localSystem     = "S-1-5-18"
)

var (
	auditing = provider{name: "Microsoft-Windows-Security-Auditing", guid: "54849625-5478-4994-a5ba-3e3b0328c30d", channel: securityLog, keywords: event.AuditSuccess}
	logAudit = provider{name: "Microsoft-Windows-Eventlog", guid: "fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148", channel: securityLog, level: 4, keywords: 0x4020000000000000}

	kernelGeneral = provider{name: "Microsoft-Windows-Kernel-General", guid: "a68ca8b7-004f-d7b6-a698-07e2de0f1f5d", channel: systemLog, level: 4, keywords: 0x8000000000000080, userID: localSystem}
	kernelBoot    = provider{name: "Microsoft-Windows-Kernel-Boot", guid: "15ca44ff-4d7a-4baa-bba5-0998955e531e", channel: systemLog, level: 4, keywords: 0x8000000000000000, userID: localSystem}
	kernelPower   = provider{name: "Microsoft-Windows-Kernel-Power", guid: "331c3b3a-2005-44c2-ac5e-77220c37d6b4", channel: systemLog, level: 4, keywords: 0x8000000000000404, userID: localSystem}
	troubleshoot  = provider{name: "Microsoft-Windows-Power-Troubleshooter", guid: "cdc05e28-c449-49c6-b9d2-88cf761644df", channel: systemLog, level: 4, keywords: 0x8000000000000000, userID: "S-1-5-19"}
	user32        = provider{name: "User32", guid: "b0aa8734-56f7-41cc-b2f4-de228e98b946", source: "User32", channel: systemLog, level: 4, keywords: classicKeywords, qualifiers: 32768, classic: true}
	serviceCtl    = provider{name: "Service Control Manager", guid: "555908d1-a6d7-4695-8e1e-26931d2012f4", source: "Service Control Manager", channel: systemLog, level: 4, keywords: 0x8080000000000000, qualifiers: 16384, classic: true}
	eventLog      = provider{name: "EventLog", channel: systemLog, level: 4, keywords: classicKeywords, qualifiers: 32768, classic: true}

	lsm       = provider{name: "Microsoft-Windows-TerminalServices-LocalSessionManager", guid: "5d896912-022d-40aa-a3a8-4fa5515c76d7", channel: lsmLog, level: 4, keywords: 0x1000000000000000, userID: localSystem}
	rcm       = provider{name: "Microsoft-Windows-TerminalServices-RemoteConnectionManager", guid: "c76baa63-ae81-421c-b425-340b4b24157f", channel: rcmLog, level: 4, keywords: 0x1000000000000000, userID: "S-1-5-20"}
	rdpClient = provider{name: "Microsoft-Windows-TerminalServices-ClientActiveXCore", guid: "28aa95bb-d444-4719-a36f-40462168127e", channel: clientLog, level: 4, keywords: 0x4000000000000000}
)

// system fills in what the provider says of each of its events.
func (p provider) system(id uint16, version uint8, task uint16) event.System {
	s := event.System{
		Head:  event.Head{Provider: p.name, EventID: id, Version: version, Channel: p.channel},
		Level: p.level, Task: task, Keywords: p.keywords, UserID: p.userID,
		EventSource: p.source, Classic: p.classic, Qualifiers: p.qualifiers,
	}
	if p.guid != "" {
		s.ProviderGUID, _ = event.ParseGUID(p.guid) // the constants above
	}
	return s
}

// fields makes event data from names and values in turn.
func fields(pairs ...any) []event.Field {
	out := make([]event.Field, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, event.Field{Name: pairs[i].(string), Value: value(pairs[i+1])})
	}
	return out
}

// The types of values by what they are.
type (
	sid   string
	hex32 uint32
	hex64 uint64
)

func value(v any) event.Value {
	switch v := v.(type) {
	case string:
		return event.TextValue(v)
	case sid:
		return event.SIDValue(string(v))
	case hex32:
		return event.NumberValue(event.HexInt32, uint64(v))
	case hex64:
		return event.NumberValue(event.HexInt64, uint64(v))
	case uint32:
		return event.NumberValue(event.UInt32, uint64(v))
	case uint16:
		return event.NumberValue(event.UInt16, uint64(v))
	case bool:
		if v {
			return event.NumberValue(event.Bool, 1)
		}
		return event.NumberValue(event.Bool, 0)
	case event.GUID:
		return event.GUIDValue(v)
	case event.FileTime:
		return event.TimeValue(v)
	}
	return event.Value{}
}
