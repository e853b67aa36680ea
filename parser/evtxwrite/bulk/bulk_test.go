package bulk_test

import (
	"bytes"
	"testing"

	"spoor/parser/evtxwrite/bulk"
)

func TestLogHasTheSizeAskedForAndIsTheSameForTheSameOptions(t *testing.T) {
	for _, o := range []bulk.Options{{Seed: 1}, {Seed: 1, Unique: true}, {Seed: 1, Rendered: true}} {
		var a, b bytes.Buffer
		records, err := bulk.Write(&a, 1<<20, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bulk.Write(&b, 1<<20, o); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%+v: written twice, the bytes differ", o)
		}
		if n := a.Len(); n < 1<<20 || n > 1<<20+64<<10 {
			t.Errorf("%+v: the log has %d bytes", o, n)
		}
		if records < 300 {
			t.Errorf("%+v: only %d records", o, records)
		}
	}
}

func TestOtherSeedGivesOtherBytes(t *testing.T) {
	var a, b bytes.Buffer
	for seed, out := range []*bytes.Buffer{&a, &b} {
		if _, err := bulk.Write(out, 1<<20, bulk.Options{Seed: uint64(seed)}); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the seed does not matter")
	}
}

func BenchmarkWrite(b *testing.B) {
	for name, o := range map[string]bulk.Options{"ordinary": {}, "unique": {Unique: true}, "rendered": {Rendered: true}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(8 << 20)
			for b.Loop() {
				if _, err := bulk.Write(&bytes.Buffer{}, 8<<20, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestASeriesEndsAtItsRecordsAndNamesItsHost(t *testing.T) {
	var out bytes.Buffer
	x := bulk.NewSeries(bulk.Options{Computer: "pc7.werk.example", Users: 3})
	for range 2 {
		out.Reset()
		if n, err := x.WriteRecords(&out, 8<<20, 3000); n != 3000 || err != nil {
			t.Errorf("%d records: %v", n, err)
		}
	}
	wide := func(s string) []byte {
		var b []byte
		for _, c := range s {
			b = append(b, byte(c), 0)
		}
		return b
	}
	if !bytes.Contains(out.Bytes(), wide("pc7.werk.example")) || bytes.Contains(out.Bytes(), wide("srv01.werk")) {
		t.Error("the records are of another host")
	}
	if bytes.Contains(out.Bytes(), wide("user0003")) || !bytes.Contains(out.Bytes(), wide("user0002")) {
		t.Error("there are other users")
	}
}
