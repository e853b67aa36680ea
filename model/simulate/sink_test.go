package simulate_test

import (
	"sync"
	"testing"

	"spoor/model/event"
	"spoor/model/simulate"
)

// counter is a sink that counts.
type counter map[string]int

func (c counter) Add(log string, _ *event.Record) error {
	c[log]++
	return nil
}

func (c counter) Clear(log string) { delete(c, log) }

// logged is one record in the shape that the tests look at.
type logged struct {
	log    string
	head   event.Head
	fields map[string]event.Value
}

func (l *logged) id(name string) uint64   { return l.fields[name].Bits }
func (l *logged) text(name string) string { return l.fields[name].String() }

// keeper is a sink that keeps all records, the cleared ones too.
type keeper struct {
	records []*logged
	cleared map[string]int // how many of a log's records were before the clearing
	count   map[string]int
}

func (k *keeper) Add(log string, r *event.Record) error {
	l := &logged{log: log, head: r.Head(), fields: make(map[string]event.Value)}
	for _, f := range append(r.Data(), r.UserFields()...) {
		l.fields[f.Name] = f.Value
	}
	k.records = append(k.records, l)
	k.count[log]++
	return nil
}

func (k *keeper) Clear(log string) { k.cleared[log] = k.count[log] }

// demo runs the practice domain once for all tests.
var demo = sync.OnceValues(func() (*keeper, *simulate.Truth) {
	k := &keeper{cleared: make(map[string]int), count: make(map[string]int)}
	w := simulate.Demo()
	if err := w.Run(k); err != nil {
		panic(err)
	}
	return k, w.Truth()
})

func security(t *testing.T) []*logged {
	t.Helper()
	k, _ := demo()
	var out []*logged
	for _, l := range k.records {
		if l.head.Channel == "Security" {
			out = append(out, l)
		}
	}
	return out
}
