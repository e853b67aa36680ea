package parser

import (
	"sync"

	"spoor/model/event"
)

// Pool keeps what one [File.Scan] learns for those after it: templates, the
// names of fields, and dictionaries, which then go on from file to file. It is
// safe for concurrent use, and holds some megabytes for each worker.
type Pool struct {
	schemas *event.Schemas
	words   *vocabulary

	mu           sync.Mutex
	idle         []*decoder
	dictionaries uint64 // the name of the last
}

// sharedDictionaries is where the names of dictionaries that are not one
// file's begin.
const sharedDictionaries = 1 << 63

// NewPool returns an empty pool for scans with these schemas; nil means
// [event.NewSchemas].
func NewPool(schemas *event.Schemas) *Pool {
	if schemas == nil {
		schemas = event.NewSchemas()
	}
	return &Pool{schemas: schemas, words: newVocabulary(schemas), dictionaries: sharedDictionaries}
}

// take returns a decoder for f.
func (p *Pool) take(f *File) *decoder {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle) - 1
	if n < 0 {
		return newDecoder(f, p.words, p.schemas)
	}
	d := p.idle[n]
	p.idle = p.idle[:n]
	d.file = f
	return d
}

// give takes back a decoder between two batches.
func (p *Pool) give(d *decoder) {
	d.file, d.data, d.walker.chunk, d.stats, d.ending = nil, nil, chunk{}, event.FileStats{}, ending{}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, d)
}

// dictionary returns the name of a new dictionary.
func (p *Pool) dictionary() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dictionaries++
	return p.dictionaries
}
