package secondopinion

// key says which record is meant, in the words of both readers.
type key struct{ record, computer, channel string }

// line holds what one reader has told and the other has not yet, oldest first.
type line[T any] struct {
	waiting []waiting[T]
	first   uint64           // number of waiting[0]
	numbers map[key][]uint64 // of those that wait, oldest first
	bytes   int
}

type waiting[T any] struct {
	key    key
	record T
	bytes  int
}

func newLine[T any]() *line[T] { return &line[T]{numbers: make(map[key][]uint64)} }

func (l *line[T]) add(k key, record T, bytes int) {
	l.numbers[k] = append(l.numbers[k], l.first+uint64(len(l.waiting)))
	l.waiting = append(l.waiting, waiting[T]{k, record, bytes})
	l.bytes += bytes
}

// find returns how many wait before the oldest record of that key.
func (l *line[T]) find(k key) (before int, ok bool) {
	n := l.numbers[k]
	if len(n) == 0 {
		return 0, false
	}
	return int(n[0] - l.first), true
}

// drop takes the oldest n away and hands over each one's key.
func (l *line[T]) drop(n int, gone func(key)) {
	for i := range n {
		w := &l.waiting[i]
		if rest := l.numbers[w.key][1:]; len(rest) > 0 {
			l.numbers[w.key] = rest
		} else {
			delete(l.numbers, w.key)
		}
		l.bytes -= w.bytes
		gone(w.key)
		*w = waiting[T]{}
	}
	l.waiting = l.waiting[n:]
	l.first += uint64(n)
}
