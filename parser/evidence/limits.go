package evidence

import "errors"

// Limits bounds what a collection may make the program do. What is zero has
// the default.
type Limits struct {
	Members int   // in one collection and those within it
	Depth   int   // of collections within collections
	Path    int   // bytes of a member's path
	Bytes   int64 // unpacked, of one member
	Total   int64 // unpacked, of all
	Ratio   int64 // unpacked by packed, of one member beyond Free bytes
	Free    int64 // a member may unpack to so much whatever the ratio
	Memory  int64 // of what is unpacked, kept in memory
	Small   int64 // a member up to this size may be kept in memory
}

// Logs of a collector unpack to some twenty times; one that is nearly empty
// holds up to a mebibyte of zeros, and deflate makes at most 1032 times of
// anything.
var defaults = Limits{
	Members: 100_000, Depth: 4, Path: 4096,
	Bytes: 64 << 30, Total: 256 << 30, Ratio: 250, Free: 64 << 20,
	Memory: 256 << 20, Small: 16 << 20,
}

// OrDefault returns the limits with those that are zero set.
func (l Limits) OrDefault() Limits {
	return Limits{
		Members: or(l.Members, defaults.Members), Depth: or(l.Depth, defaults.Depth), Path: or(l.Path, defaults.Path),
		Bytes: or(l.Bytes, defaults.Bytes), Total: or(l.Total, defaults.Total),
		Ratio: or(l.Ratio, defaults.Ratio), Free: or(l.Free, defaults.Free),
		Memory: or(l.Memory, defaults.Memory), Small: or(l.Small, defaults.Small),
	}
}

func or[N int | int64](n, otherwise N) N {
	if n > 0 {
		return n
	}
	return otherwise
}

// The reasons why a member is not read.
var (
	ErrTooManyMembers = errors.New("more members than are read from one collection")
	ErrTooDeep        = errors.New("collections lie within collections more deeply than is read")
	ErrPathTooLong    = errors.New("the member's path is longer than is read")
	ErrTooLarge       = errors.New("unpacks to more than the limit")
	ErrOverlap        = errors.New("the members are larger than the collection: they overlap")
	ErrEncrypted      = errors.New("the member is encrypted; unpack the collection with its password first")
)
