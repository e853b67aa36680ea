package evtxwrite_test

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"spoor/parser/evtxwrite"
)

func TestCollectionHoldsEachLogInOrderOfPathsAndForgetsWhatWasCleared(t *testing.T) {
	made := time.Date(2026, time.March, 9, 0, 0, 0, 0, time.UTC)
	write := func() []byte {
		var b bytes.Buffer
		c := evtxwrite.NewCollection(&b, made)
		for n := uint64(1); n <= 20; n++ {
			for _, log := range []string{"WS1/System.evtx", "DC1/Security.evtx", "WS1/Security.evtx", "DC1/System.evtx", "FS1/Security.evtx"} {
				if err := c.Add(log, logon(n)); err != nil {
					t.Fatal(err)
				}
			}
			if n == 15 {
				c.Clear("FS1/Security.evtx")
			}
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	b := write()
	if !bytes.Equal(b, write()) {
		t.Error("written twice, the bytes differ")
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		if !f.Modified.Equal(made) {
			t.Errorf("%s is of %s", f.Name, f.Modified)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		log, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		want := uint64(1)
		if f.Name == "FS1/Security.evtx" {
			want = 16
		}
		if got := readBack(t, log); len(got) != int(21-want) || got[0].HeaderID != want {
			t.Errorf("%s holds %d records from %d", f.Name, len(got), got[0].HeaderID)
		}
	}
	if want := []string{"DC1/Security.evtx", "DC1/System.evtx", "FS1/Security.evtx", "WS1/Security.evtx", "WS1/System.evtx"}; !slices.Equal(names, want) {
		t.Errorf("its logs are %v, want %v", names, want)
	}
}
