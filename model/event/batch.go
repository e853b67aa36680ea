package event

// StringID is an index in a dictionary of strings. 0 is the absent string.
type StringID uint32

// GUIDID is an index in a dictionary of GUIDs. 0 is the zero GUID.
type GUIDID uint32

// Row is the narrow shape of one event: what identifies it and where its
// columns lie in the [Batch] that holds it.
type Row struct {
	Time      FileTime // System/TimeCreated, not the record header's time
	RecordID  uint64   // System/EventRecordID, not the record header's number
	Chunk     uint32
	Offset    uint16 // bytes from the start of the chunk, which has 64 KiB
	Provider  StringID
	Channel   StringID
	Computer  StringID
	Values    uint32 // first of its values in Batch.Values; one for each column of the schema
	Present   uint64 // bit i is set if the schema's column i is in the event
	Kind      Kind
	EventID   uint16
	Version   uint8
	Recovered bool
}

// Batch is a run of one file's events in the order of the file, with what
// its reader learnt since its batch before. A reader owns a batch until it
// hands it over, and never touches it afterwards.
type Batch struct {
	File FileID
	Rows []Row
	// Values holds the columns of the rows. What a value means is its
	// column's type: a StringID for Text and Address, a GUIDID for GUIDs, the
	// number itself for the rest.
	Values []uint64

	// Dictionary names the reader's dictionaries that the rows' StringIDs and
	// GUIDIDs index. The first batch of a dictionary starts it at 1 (0 is
	// absent); each later one adds to it. Texts are distinct; a GUID may come
	// more than once.
	Dictionary uint64
	FirstText  StringID
	Texts      []string
	FirstGUID  GUIDID
	GUIDs      []GUID
	// Final is true where no later batch is of this dictionary.
	Final bool

	// Runs counts every record of the batch, indexed or not.
	Runs []Run
	// Damage lists what could not be read.
	Damage []Damage
	// Bytes is how much of the file the batch covers, for progress.
	Bytes int64
}

// Run is a row of records of one log whose numbers follow one another without
// a hole, in the order of the file. Runs make coverage: what is between two
// runs of a log is missing.
type Run struct {
	Computer, Channel   StringID
	FirstID, LastID     uint64 // System/EventRecordID
	FirstTime, LastTime FileTime
	// MinTime and MaxTime differ from the ends where the clock was set.
	MinTime, MaxTime FileTime
	Count            uint64
	Recovered        bool
}

// File is one piece of evidence.
type File struct {
	ID   FileID
	Name string // as the user named it or found below what he named
	Size int64
	// SHA256 is empty until the file was hashed.
	SHA256 string
}

// FileStats is what a reader can say of a whole file once it is read.
type FileStats struct {
	File             FileID
	Chunks           uint64 // by the file's size
	HeaderChunks     uint64 // by the file's header
	DamagedChunks    uint64
	EmptyChunks      uint64 // unused or zero padding
	Records          uint64 // read in full
	DamagedRecords   uint64
	RecoveredRecords uint64 // past the end that the chunk states; in Records too
	Dirty            bool   // the header's dirty flag: a log copied while in use
	Cut              bool   // reading was ended before the file's end: there are records that nobody has seen
	// Short says what shows that the file's log had newer records than those
	// that could be read: the file was cut off, or its end is damaged. It is ""
	// where nothing does, and where reading was ended before.
	Short string
	// Carved is true where the chunks were found one by one: nothing shows that
	// they are all, or that the newest that was found was the log's newest.
	Carved  bool
	Version string // of the format, as major.minor
}

// EndsEarly is the damage of a file that is Short.
func (s FileStats) EndsEarly(name string, size int64) Damage {
	return Damage{File: s.File, Name: name, Chunk: -1, Offset: size, Reason: "the file ends before its log does: " + s.Short}
}

// Damage is a piece of evidence that could not be read, or a note on one that
// could. It is data: reading goes on.
type Damage struct {
	File   FileID
	Name   string
	Chunk  int64 // -1 where the whole file is meant
	Offset int64 // bytes from the start of the file; -1 where none applies
	Reason string
	// Note is true where nothing was lost: a dirty flag, a stale count, zero
	// padding.
	Note bool
}
