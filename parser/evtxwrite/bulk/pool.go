package bulk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
	"unicode/utf16"
)

const (
	fileHeaderSize  = 4096
	chunkSize       = 64 << 10
	chunkHeaderSize = 512
)

// In a pool, what differs each time that it is read begins so, to be found: the
// four bytes are of no number that is counted.
const (
	markedRecord = 0x5a17_c4d5_0000_0000
	markedLogon  = 0x6b28_f1e3_0000_0000
	markedGUID   = 0x7c39_a6b7_0000_0000
)

// pooledHost is the computer of a pool, whose number is that of the log.
const pooledHost = "srv000.werk.example"

// mostHosts is how many logs a pool can be, by the digits of pooledHost.
const mostHosts = 1000

// Pool is a short log that long ones are made of as they are read: again and
// again, with the records' numbers, times, logon IDs and GUIDs going on and the
// checksums right. So evidence may be larger than any disk. Names of accounts,
// programs and addresses come again.
type Pool struct {
	chunks  []byte
	places  [][]place // by chunk
	header  [fileHeaderSize]byte
	records uint64
	time    uint64 // that a turn takes
	logons  uint64 // the logon IDs of a turn
	room    sync.Pool
}

// place is where in a chunk something differs each time.
type place struct {
	at   uint16
	what difference
}

type difference uint8

const (
	recordNumber difference = iota
	writtenTime
	logonNumber
	uniqueID
	hostNumber
)

// NewPool makes a pool of so many records, of a host of its own.
func NewPool(o Options, records uint64) (*Pool, error) {
	o.Computer = pooledHost
	s := newSource(o)
	first, firstLogon := s.now, s.logon
	s.record, s.logon, s.marked = markedRecord, markedLogon+s.logon, markedGUID
	var out bytes.Buffer
	x := &Series{s}
	n, err := x.WriteRecords(&out, 1<<32, records)
	if err != nil {
		return nil, err
	}
	p := &Pool{records: n, time: uint64(s.now-first) + 1, logons: s.logon - markedLogon - firstLogon}
	p.room.New = func() any { return new([chunkSize]byte) }
	copy(p.header[:], out.Bytes())
	p.chunks = out.Bytes()[fileHeaderSize:]
	for at := 0; at < len(p.chunks); at += chunkSize {
		p.places = append(p.places, p.find(p.chunks[at:at+chunkSize], s, firstLogon, uint64(first)))
	}
	return p, nil
}

// Size is how much memory the pool takes, in bytes.
func (p *Pool) Size() int64 {
	n := len(p.chunks)
	for _, places := range p.places {
		n += 4 * len(places)
	}
	return int64(n)
}

// find lists what differs in a chunk, and takes the marks off. A time counts
// where it is that of a record, which its header has. What the source has never
// given is none of it, however it looks.
func (p *Pool) find(chunk []byte, s *source, firstLogon, firstTime uint64) []place {
	var out []place
	times := map[uint64]bool{}
	for at := chunkHeaderSize; binary.LittleEndian.Uint32(chunk[at:]) == 0x2a2a; {
		times[binary.LittleEndian.Uint64(chunk[at+16:])] = true
		if at += int(binary.LittleEndian.Uint32(chunk[at+4:])); at+24 > len(chunk) {
			break
		}
	}
	host := utf16Bytes(pooledHost[:6])
	for at := 0; at+8 <= len(chunk); at++ {
		v := binary.LittleEndian.Uint64(chunk[at:])
		note := func(what difference, mark uint64) {
			out = append(out, place{uint16(at), what})
			binary.LittleEndian.PutUint64(chunk[at:], v-mark)
		}
		switch {
		case v > markedRecord && v <= s.record:
			note(recordNumber, markedRecord)
		case v >= markedLogon+firstLogon && v <= s.logon:
			note(logonNumber, markedLogon)
		case v > markedGUID && v <= s.marked:
			note(uniqueID, 0)
		case v >= firstTime && v <= uint64(s.now) && times[v]:
			note(writtenTime, 0)
		case bytes.HasPrefix(chunk[at:], host):
			note(hostNumber, 0)
		}
	}
	return out
}

func utf16Bytes(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// Log is a log that is made of a pool. Any number of goroutines may read it.
type Log struct {
	pool   *Pool
	host   int
	chunks int64
	header [fileHeaderSize]byte
}

// Log returns a log of a host, from 0 to 999, of at least so many records: all
// of the pool as often as it takes. Its times begin where those of others do.
func (p *Pool) Log(host int, records uint64) (*Log, error) {
	if host < 0 || host >= mostHosts {
		return nil, fmt.Errorf("a pool has no host %d: there are %d", host, mostHosts)
	}
	turns := max(1, (records+p.records-1)/p.records)
	l := &Log{pool: p, host: host, chunks: int64(turns) * int64(len(p.places)), header: p.header}
	binary.LittleEndian.PutUint64(l.header[16:], uint64(l.chunks-1)) // the newest chunk
	binary.LittleEndian.PutUint64(l.header[24:], turns*p.records+1)  // the next record
	binary.LittleEndian.PutUint16(l.header[42:], uint16(l.chunks))
	binary.LittleEndian.PutUint32(l.header[124:], crc32.ChecksumIEEE(l.header[:120]))
	return l, nil
}

// Size is that of the log, in bytes.
func (l *Log) Size() int64 { return fileHeaderSize + l.chunks*chunkSize }

// ReadAt implements [io.ReaderAt].
func (l *Log) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("a negative offset")
	}
	if off < fileHeaderSize {
		n = copy(p, l.header[off:])
	}
	for n < len(p) {
		at := off + int64(n) - fileHeaderSize
		chunk, within := at/chunkSize, at%chunkSize
		if chunk >= l.chunks {
			return n, io.EOF
		}
		if within == 0 && len(p)-n >= chunkSize {
			l.make(p[n:n+chunkSize], chunk)
			n += chunkSize
			continue
		}
		room := l.pool.room.Get().(*[chunkSize]byte)
		l.make(room[:], chunk)
		n += copy(p[n:], room[within:])
		l.pool.room.Put(room)
	}
	return n, nil
}

// make makes a chunk.
func (l *Log) make(out []byte, chunk int64) {
	p := l.pool
	turn, of := uint64(chunk)/uint64(len(p.places)), int(chunk%int64(len(p.places)))
	copy(out, p.chunks[of*chunkSize:])
	for _, x := range p.places[of] {
		at := out[x.at : x.at+8]
		switch v := binary.LittleEndian.Uint64(at); x.what {
		case recordNumber:
			binary.LittleEndian.PutUint64(at, v+turn*p.records)
		case writtenTime:
			binary.LittleEndian.PutUint64(at, v+turn*p.time)
		case logonNumber:
			binary.LittleEndian.PutUint64(at, v+turn*p.logons)
		case uniqueID:
			// Odd factors leave what was unique unique.
			binary.LittleEndian.PutUint64(at, (v+turn<<40)*0x9e37_79b9_7f4a_7c15+uint64(l.host)*0xbf58_476d_1ce4_e5b9)
		case hostNumber:
			for i, digit := range [...]int{l.host / 100, l.host / 10 % 10, l.host % 10} {
				out[int(x.at)+6+2*i] = byte('0' + digit)
			}
		}
	}
	free := binary.LittleEndian.Uint32(out[48:])
	binary.LittleEndian.PutUint32(out[52:], crc32.ChecksumIEEE(out[chunkHeaderSize:free]))
	binary.LittleEndian.PutUint32(out[124:], crc32.Update(crc32.ChecksumIEEE(out[:120]), crc32.IEEETable, out[128:chunkHeaderSize]))
}
