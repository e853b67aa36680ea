package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/model/event"
	"spoor/model/export"
)

const passwordAsName = "Summer!2026 rain"

// passwordTyped is the log of a session of alice in which a password was typed
// where a name belongs, and another account, which is known, was tried.
func passwordTyped(t testing.TB, path string) string {
	attempt := func(id uint64, name string) *event.Record {
		return auditRecord(4625, id, minutes(int(id)), "WS1.example",
			event.Field{Name: "SubjectUserSid", Value: event.SIDValue(aliceSID)}, textField("SubjectUserName", "alice"), textField("SubjectDomainName", "EXAMPLE"), hexID("SubjectLogonId", 0x11111),
			textField("TargetUserName", name), textField("TargetDomainName", "EXAMPLE"), event.Field{Name: "TargetUserSid", Value: event.SIDValue("S-1-0-0")},
			event.Field{Name: "Status", Value: event.NumberValue(event.HexInt32, 0xc000006d)}, event.Field{Name: "SubStatus", Value: event.NumberValue(event.HexInt32, 0xc0000064)},
			event.Field{Name: "LogonType", Value: event.NumberValue(event.UInt32, 2)}, textField("WorkstationName", "WS1"))
	}
	return writeLog(t, path,
		logon(1, minutes(0), "WS1.example", "alice", aliceSID, 0x11111),
		logon(2, minutes(1), "WS1.example", "eve", eveSID, 0x22222),
		attempt(3, passwordAsName),
		attempt(4, "eve"),
		logoff(5, minutes(30), "WS1.example", "alice", aliceSID, 0x11111))
}

// files returns all files of an export in one text; what is UTF-16 is there a
// second time without its zero bytes.
func files(t *testing.T, path string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(filepath.Dir(path), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		all.Write(b)
		all.WriteString(strings.ReplaceAll(string(b), "\x00", ""))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestNamesOfUnknownAccountsAreMaskedInEveryFormat(t *testing.T) {
	log := passwordTyped(t, filepath.Join(t.TempDir(), "WS1.evtx"))
	for _, format := range export.Formats() {
		for _, mask := range []bool{false, true} {
			out := filepath.Join(t.TempDir(), "out")
			args := []string{"export", log, "--session", "WS1/0x11111", "--format", string(format), "-o", out}
			want := exitFine
			if mask {
				args = append(args, "--mask-unknown-names")
				if format == export.EVTX {
					want = exitDamaged // a record is withheld
				}
			}
			_, stderr, code := spoor(args...)
			if code != want {
				t.Fatalf("%s: exit code %d: %s", format, code, stderr)
			}
			manifest := out + ".manifest.json"
			if format.Folder() {
				manifest = filepath.Join(out, "manifest.json")
			}
			var m export.Manifest
			if err := json.Unmarshal([]byte(read(t, manifest)), &m); err != nil {
				t.Fatal(err)
			}
			warned := strings.Contains(strings.Join(m.Warnings, " "), "password") && strings.Contains(stderr, "password")
			if m.Masked != mask || warned == mask {
				t.Errorf("%s: masked %t, warned %t, want %t: %s", format, m.Masked, warned, !mask, stderr)
			}
			all := files(t, out)
			// Markdown writes the mark in it with an escape, and HTML says where a
			// line may break.
			all = strings.NewReplacer(`\!`, "!", "<wbr>", "").Replace(all)
			if told := strings.Contains(strings.ToLower(all), strings.ToLower(passwordAsName)); told == mask && format != export.Dot {
				t.Errorf("%s with mask %t tells the password: %t", format, mask, told)
			}
			if mask && format != export.Dot && format != export.EVTX && !strings.Contains(all, "masked-name-1") {
				t.Errorf("%s: nothing stands for the name", format)
			}
			if mask && format == export.EVTX && (len(m.Missing) != 1 || m.Missing[0].Record.RecordID != 3 || !strings.Contains(stderr, "withheld")) {
				t.Errorf("missing %+v: %s", m.Missing, stderr)
			}
			if format != export.Dot && !strings.Contains(all, "eve") {
				t.Errorf("%s: a known account is masked", format)
			}
		}
	}
}

// The sentence of a finding names what was typed where a name belongs.
func TestNamesOfUnknownAccountsAreMaskedInFindings(t *testing.T) {
	records := []*event.Record{logon(1, minutes(0), "WS1.example", "alice", aliceSID, 0x11111)}
	for i, name := range []string{"Winter!2025", "Spring-2026!", `a,b`, "(paren)", passwordAsName, "root"} {
		records = append(records, auditRecord(4625, uint64(2+i), minutes(1+i), "WS1.example",
			event.Field{Name: "SubjectUserSid", Value: event.SIDValue(aliceSID)}, textField("SubjectUserName", "alice"), textField("SubjectDomainName", "EXAMPLE"), hexID("SubjectLogonId", 0x11111),
			textField("TargetUserName", name), textField("TargetDomainName", "EXAMPLE"), event.Field{Name: "TargetUserSid", Value: event.SIDValue("S-1-0-0")},
			event.Field{Name: "Status", Value: event.NumberValue(event.HexInt32, 0xc000006d)}, event.Field{Name: "SubStatus", Value: event.NumberValue(event.HexInt32, 0xc0000064)},
			event.Field{Name: "LogonType", Value: event.NumberValue(event.UInt32, 3)}, textField("WorkstationName", "WS9"), textField("IpAddress", "10.0.0.9")))
	}
	log := writeLog(t, filepath.Join(t.TempDir(), "WS1.evtx"), records...)
	for _, format := range []string{"jsonl", "json", "csv", "timesketch", "markdown", "html"} {
		for _, mask := range []bool{false, true} {
			out := filepath.Join(t.TempDir(), "out")
			args := []string{"export", log, "--session", "WS1/0x11111", "--format", format, "-o", out}
			if mask {
				args = append(args, "--mask-unknown-names")
			}
			if _, stderr, code := spoor(args...); code != exitFine {
				t.Fatalf("%s: exit code %d: %s", format, code, stderr)
			}
			all := strings.ToLower(strings.NewReplacer(`\`, "", "<wbr>", "").Replace(files(t, out)))
			if !strings.Contains(all, "account-enumeration") {
				t.Errorf("%s does not tell of the finding", format)
			}
			for _, name := range []string{"winter!2025", "spring-2026!", strings.ToLower(passwordAsName)} {
				if strings.Contains(all, name) == mask {
					t.Errorf("%s with mask %t tells %s: %t", format, mask, name, !mask)
				}
			}
		}
	}
}
