package parser

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"spoor/model/event"
	"spoor/parser/evtxwrite"
)

// The fields of versions that are known from published text alone: Windows
// Server 2025, and 2016 and later since January 2025.

func textOf(name, value string) event.Field {
	return event.Field{Name: name, Value: event.TextValue(value)}
}

func hexOf(name string, n uint64) event.Field {
	return event.Field{Name: name, Value: event.NumberValue(event.HexInt32, n)}
}

func logonIDOf(name string, n uint64) event.Field {
	return event.Field{Name: name, Value: event.NumberValue(event.HexInt64, n)}
}

func sidOf(name, sid string) event.Field {
	return event.Field{Name: name, Value: event.SIDValue(sid)}
}

var ticketGUID = event.GUID{0x7e, 0xad, 0xc6, 0x58, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}

func guidOf(name string) event.Field {
	return event.Field{Name: name, Value: event.GUIDValue(ticketGUID)}
}

// encryption are the fields about keys that 4768 and 4769 got in version 2.
var encryption = []event.Field{
	textOf("AccountSupportedEncryptionTypes", "0x1F (DES, RC4, AES128-SHA96, AES256-SHA96)"),
	textOf("AccountAvailableKeys", "AES-SHA1, RC4"),
	textOf("ServiceSupportedEncryptionTypes", "0x1F (DES, RC4, AES128-SHA96, AES256-SHA96)"),
	textOf("ServiceAvailableKeys", "AES-SHA1, RC4"),
	textOf("DCSupportedEncryptionTypes", "0x1F (DES, RC4, AES128-SHA96, AES256-SHA96)"),
	textOf("DCAvailableKeys", "AES-SHA1, RC4"),
	textOf("ClientAdvertizedEncryptionTypes", "\r\n\t\tAES256-CTS-HMAC-SHA1-96\r\n\t\tRC4-HMAC-NT"),
	hexOf("SessionKeyEncryptionType", 0x12),
}

// newVersions are events as those versions of Windows log them, and what of
// them fills which column.
var newVersions = []struct {
	name    string
	id      uint16
	version uint8
	fields  []event.Field
	want    map[event.Column]string
}{
	{"4768 v2", 4768, 2, slices.Concat([]event.Field{
		textOf("TargetUserName", "eva.lang"), textOf("TargetDomainName", "NORDLICHT.EXAMPLE"), sidOf("TargetSid", "S-1-5-21-1-2-3-1104"),
		textOf("ServiceName", "krbtgt"), sidOf("ServiceSid", "S-1-5-21-1-2-3-502"), hexOf("TicketOptions", 0x40810010), hexOf("Status", 0),
		hexOf("TicketEncryptionType", 0x12), textOf("PreAuthType", "2"), textOf("IpAddress", "::ffff:10.1.2.3"), textOf("IpPort", "49832"),
		textOf("CertIssuerName", ""), textOf("CertSerialNumber", ""), textOf("CertThumbprint", ""),
		textOf("ResponseTicket", "qZ7a"),
	}, encryption, []event.Field{hexOf("PreAuthEncryptionType", 0x12)}), map[event.Column]string{
		event.TargetName: `"eva.lang"`, event.TargetDomain: `"NORDLICHT.EXAMPLE"`, event.TargetSID: `"S-1-5-21-1-2-3-1104"`,
		event.ServiceName: `"krbtgt"`, event.ServiceSID: `"S-1-5-21-1-2-3-502"`, event.TicketOptions: "1082195984", event.Status: "0",
		event.TicketEncryption: "18", event.PreAuthType: `"2"`, event.IPAddress: `"::ffff:10.1.2.3"`, event.Port: "49832",
	}},
	{"4769 v2", 4769, 2, slices.Concat([]event.Field{
		textOf("TargetUserName", "eva.lang@NORDLICHT.EXAMPLE"), textOf("TargetDomainName", "NORDLICHT.EXAMPLE"), textOf("ServiceName", "FS01$"),
		sidOf("ServiceSid", "S-1-5-21-1-2-3-1110"), hexOf("TicketOptions", 0x40810000), hexOf("TicketEncryptionType", 0x17),
		textOf("IpAddress", "::ffff:10.1.2.3"), textOf("IpPort", "49833"), hexOf("Status", 0x12), guidOf("LogonGuid"), textOf("TransmittedServices", "-"),
		textOf("RequestTicketHash", "u9Vb"), textOf("ResponseTicketHash", "3fCw"),
	}, encryption), map[event.Column]string{
		event.TargetName: `"eva.lang@NORDLICHT.EXAMPLE"`, event.TargetDomain: `"NORDLICHT.EXAMPLE"`, event.ServiceName: `"FS01$"`,
		event.ServiceSID: `"S-1-5-21-1-2-3-1110"`, event.TicketOptions: "1082195968", event.TicketEncryption: "23",
		event.IPAddress: `"::ffff:10.1.2.3"`, event.Port: "49833", event.Status: "18", event.LogonGUID: ticketGUID.String(),
	}},
	{"4624 with RemoteCredentialGuard", 4624, 3, []event.Field{
		sidOf("SubjectUserSid", "S-1-5-18"), textOf("SubjectUserName", "WS1$"), textOf("SubjectDomainName", "NORDLICHT"), logonIDOf("SubjectLogonId", 0x3e7),
		sidOf("TargetUserSid", "S-1-5-21-1-2-3-1104"), textOf("TargetUserName", "eva.lang"), textOf("TargetDomainName", "NORDLICHT"), logonIDOf("TargetLogonId", 0x1a2b3c),
		{Name: "LogonType", Value: event.NumberValue(event.UInt32, 10)}, textOf("LogonProcessName", "User32 "), textOf("AuthenticationPackageName", "Negotiate"),
		textOf("WorkstationName", "WS1"), guidOf("LogonGuid"), textOf("TransmittedServices", "-"), textOf("LmPackageName", "-"),
		{Name: "KeyLength", Value: event.NumberValue(event.UInt32, 128)}, logonIDOf("ProcessId", 0x2f4), textOf("ProcessName", `C:\Windows\System32\svchost.exe`),
		textOf("IpAddress", "10.1.2.9"), textOf("IpPort", "0"), textOf("ImpersonationLevel", "%%1833"), textOf("RestrictedAdminMode", "%%1843"),
		textOf("RemoteCredentialGuard", "%%1842"), textOf("TargetOutboundUserName", "adm"), textOf("TargetOutboundDomainName", "OTHER"),
		textOf("VirtualAccount", "%%1843"), logonIDOf("TargetLinkedLogonId", 0x1a2b00), textOf("ElevatedToken", "%%1842"),
	}, map[event.Column]string{
		event.SubjectSID: `"S-1-5-18"`, event.SubjectName: `"WS1$"`, event.SubjectDomain: `"NORDLICHT"`, event.SubjectLogon: "999",
		event.TargetSID: `"S-1-5-21-1-2-3-1104"`, event.TargetName: `"eva.lang"`, event.TargetDomain: `"NORDLICHT"`, event.TargetLogon: "1715004",
		event.LogonType: "10", event.LogonGUID: ticketGUID.String(), event.KeyLength: "128", event.IPAddress: `"10.1.2.9"`,
		event.RestrictedAdmin: `"%%1843"`, event.RemoteCredentialGuard: `"%%1842"`, event.OutboundName: `"adm"`, event.OutboundDomain: `"OTHER"`,
		event.LinkedLogon: "1714944", event.Elevated: `"%%1842"`, event.VirtualAccount: `"%%1843"`,
	}},
}

// projected writes one event and returns its columns as Scan reads them.
func projected(t *testing.T, id uint16, version uint8, fields []event.Field, rendered bool) map[event.Column]string {
	t.Helper()
	var log bytes.Buffer
	w := evtxwrite.NewWriter(&log)
	r := event.NewRecord(event.System{Head: event.Head{
		Provider: "Microsoft-Windows-Security-Auditing", EventID: id, Version: version, Time: 133_000_000_000_000_000,
		RecordID: 77, Channel: "Security", Computer: "DC1.nordlicht.example",
	}, Keywords: event.AuditSuccess}, fields...)
	write := w.Write
	if rendered {
		write = w.WriteRendered
	}
	if err := write(r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f := open(t, "made", log.Bytes())
	s := scanAll(t, f, 1)
	if n := checkRows(t, f, s); n != 1 {
		t.Fatalf("%d rows", n)
	}
	out := make(map[event.Column]string)
	l := read(t, s.batches)
	b := s.batches[0]
	row := &b.Rows[0]
	if row.EventID != id || row.Version != version {
		t.Errorf("event %d version %d", row.EventID, row.Version)
	}
	schema := event.NewSchemas().Of(row.Kind)
	for i, field := range schema.Fields {
		if row.Present>>i&1 == 1 {
			out[field.Column] = l.value(b, row, schema, i)
		}
	}
	return out
}

func holdColumns(t *testing.T, got, want map[event.Column]string) {
	t.Helper()
	for column, value := range want {
		if got[column] != value {
			t.Errorf("column %v is %s, want %s", column, got[column], value)
		}
	}
}

func TestVersionsKnownFromTextAloneFillTheirColumns(t *testing.T) {
	for _, v := range newVersions {
		for _, rendered := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, rendered %v", v.name, rendered), func(t *testing.T) {
				holdColumns(t, projected(t, v.id, v.version, v.fields, rendered), v.want)
			})
		}
	}
}

// A version that nobody knows may have other fields, in another order; those
// that keep their name keep their meaning.
func TestUnknownVersionsAreReadByTheNamesOfTheirFields(t *testing.T) {
	for _, v := range newVersions {
		t.Run(v.name, func(t *testing.T) {
			fields := slices.Clone(v.fields)
			slices.Reverse(fields)
			for i := range 10 {
				name := "FieldOfTheFuture" + strconv.Itoa(i)
				fields = slices.Insert(fields, i*len(fields)/10, textOf(name, "unknown"))
			}
			holdColumns(t, projected(t, v.id, 200, fields, false), v.want)
			gone := slices.DeleteFunc(fields, func(f event.Field) bool { return f.Name == "TargetUserName" })
			got := projected(t, v.id, 201, gone, false)
			if name, ok := got[event.TargetName]; ok {
				t.Errorf("a field that is not there is %s", name)
			}
			want := make(map[event.Column]string)
			for column, value := range v.want {
				if column != event.TargetName {
					want[column] = value
				}
			}
			holdColumns(t, got, want)
		})
	}
}
