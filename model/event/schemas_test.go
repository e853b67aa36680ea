package event

import (
	"strings"
	"testing"
)

func TestEveryKindHasOneSchema(t *testing.T) {
	s := NewSchemas()
	if len(table) != int(kindCount) {
		t.Fatalf("%d rows for %d kinds", len(table), kindCount)
	}
	for k := Other; k < kindCount; k++ {
		if table[k].kind != k {
			t.Errorf("row %d is of kind %d: the table's order is the constants' order", k, table[k].kind)
		}
		if k == Other {
			continue
		}
		schema := s.Of(k)
		if got, ok := s.Find(strings.ToUpper(schema.Provider), schema.Channel, schema.EventID); !ok || got != k {
			t.Errorf("%s %s %d finds %d, want %d", schema.Provider, schema.Channel, schema.EventID, got, k)
		}
	}
}

func TestEveryFieldHasAColumn(t *testing.T) {
	s := NewSchemas()
	for k := Other; k < kindCount; k++ {
		if n := len(s.Of(k).Fields); n > 64 {
			t.Errorf("kind %d has %d fields; Row.Present holds 64", k, n)
		}
		for _, f := range s.Of(k).Fields {
			if f.Column == NoColumn {
				t.Errorf("%s: field %s fills no column", s.Of(k).Title, f.Name)
			}
		}
	}
}

// The number alone names nothing: 1102 of the RDP client is no cleared log.
func TestSameNumberOfAnotherProviderIsAnotherKind(t *testing.T) {
	s := NewSchemas()
	if k, ok := s.Find("Microsoft-Windows-TerminalServices-ClientActiveXCore", "Microsoft-Windows-TerminalServices-RDPClient/Operational", 1102); !ok || k != RDPClientAddress {
		t.Errorf("RDPClient 1102 is kind %d", k)
	}
	if k, _ := s.Find("Microsoft-Windows-Time-Service", "System", 12); k != Other {
		t.Errorf("Time-Service 12 is kind %d", k)
	}
}
