package parser

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"spoor/model/event"
	"spoor/parser/evtxwrite/bulk"
)

func TestFilesOfOnePoolAreReadAsAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	var files []*File
	for _, o := range []bulk.Options{{Seed: 1}, {Seed: 2, Rendered: true}, {Seed: 3, Unique: true}, {Seed: 4}, {Seed: 5, Rendered: true}} {
		var log bytes.Buffer
		if _, err := bulk.Write(&log, 300<<10, o); err != nil {
			t.Fatal(err)
		}
		if o.Seed == 4 {
			mutate(r, log.Bytes()[fileHeaderSize+chunkSize:][:chunkSize])
		}
		files = append(files, open(t, "log", log.Bytes()))
	}
	for _, workers := range []int{1, 2} {
		pool := NewPool(nil)
		var all []*event.Batch
		of := make([]scanned, len(files))
		stop := errors.New("stop")
		for i, f := range append(files, files[0]) {
			stats, err := f.Scan(context.Background(), Options{Workers: workers, Pool: pool}, func(b *event.Batch) error {
				if i == len(files) {
					return stop
				}
				all = append(all, b)
				of[i].batches = append(of[i].batches, b)
				return nil
			})
			if i == len(files) {
				if !errors.Is(err, stop) {
					t.Errorf("the error of who takes batches is lost: %v", err)
				}
				continue
			}
			if alone := scanAll(t, f, 1); err != nil || stats != alone.stats {
				t.Errorf("log %d: %+v %v, alone %+v", i, stats, err, alone.stats)
			}
		}
		// What was lost with a batch that nobody took must not be missed later.
		if _, err := files[2].Scan(context.Background(), Options{Workers: workers, Pool: pool}, func(b *event.Batch) error {
			all = append(all, b)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		texts := read(t, all)
		dictionaries := map[uint64]bool{}
		for i, f := range files {
			if rows, alone := checkBatches(t, f, texts, of[i].batches), checkRows(t, f, scanAll(t, f, 1)); rows != alone {
				t.Errorf("log %d: %d rows, alone %d", i, rows, alone)
			}
			for _, b := range of[i].batches {
				dictionaries[b.Dictionary] = true
			}
		}
		if len(dictionaries) > workers {
			t.Errorf("%d workers have made %d dictionaries of %d small logs", workers, len(dictionaries), len(files))
		}
	}
}
