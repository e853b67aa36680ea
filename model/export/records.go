package export

import (
	"encoding/json"
	"strconv"

	"spoor/model/event"
)

// The public records. Fields may be added, never changed. A time that is not
// known is null; a list that this version does not determine is null, one
// that was determined and is empty is [].

// Account is an account inside other records.
type Account struct {
	SID       *string  `json:"sid"`
	Name      string   `json:"name"`
	Domain    *string  `json:"domain"`
	Spellings []string `json:"spellings"`
}

// Ref points at a record of the evidence.
type Ref struct {
	Computer string `json:"computer"`
	Channel  string `json:"channel"`
	RecordID uint64 `json:"record_id"`
	EventID  uint16 `json:"event_id"`
	Time     Time   `json:"time"`
	File     string `json:"file"`
}

// Session is spoor.session/1.
type Session struct {
	Schema         string         `json:"schema"`
	ID             string         `json:"id"`
	Aliases        []string       `json:"aliases"`
	Account        Account        `json:"account"`
	Outbound       *Outbound      `json:"outbound"`
	Host           string         `json:"host"`
	Boot           SessionBoot    `json:"boot"`
	Kind           string         `json:"kind"`
	Activity       *Activity      `json:"activity"`
	LogonType      *uint32        `json:"logon_type"`
	LogonIDs       []string       `json:"logon_ids"`
	Validated      string         `json:"validated"`
	TokenElevated  *bool          `json:"token_elevated"`
	Privileges     []string       `json:"privileges"`
	Groups         []string       `json:"groups"`
	Start          Start          `json:"start"`
	End            End            `json:"end"`
	Length         Length         `json:"length"`
	Source         Source         `json:"source"`
	Authentication Authentication `json:"authentication"`
	Segments       []Segment      `json:"segments"`
	Checks         []Check        `json:"checks"`
	Chain          []Link         `json:"chain"`
	ChainMissing   *string        `json:"chain_missing"` // why links are not there
	Parent         *string        `json:"parent"`
	Children       []string       `json:"children"`
	Relations      []Relation     `json:"relations"` // parent and children with their reasons
	Record         Ref            `json:"record"`    // the anchor
	Events         int            `json:"events"`
	Provisional    bool           `json:"provisional"`
}

// Activity is what started a session, and the fields that say so.
type Activity struct {
	Name    string   `json:"name"`
	Because []string `json:"because"`
}

// Segment is a while of a session in one state.
type Segment struct {
	State              string `json:"state"`
	Start              Time   `json:"start"`
	End                Time   `json:"end"`
	Client             Client `json:"client"`
	WithoutCredentials bool   `json:"connected_without_credentials"`
	Record             *Ref   `json:"record"` // that begins it
	Why                string `json:"why"`
}

// Client is where a segment of a session is seen from: the console, or a
// Remote Desktop client.
type Client struct {
	Console bool    `json:"console"`
	Name    *string `json:"name"`
	Address *string `json:"address"`
}

// Check is a logon that only proved a credential again.
type Check struct {
	LogonIDs  []string `json:"logon_ids"`
	LogonType uint32   `json:"logon_type"`
	Time      Time     `json:"time"`
	Why       string   `json:"why"`
}

// Link is a record that led to a session. Of several candidates none is
// chosen.
type Link struct {
	Role       string `json:"role"`
	Record     Ref    `json:"record"`
	Certainty  string `json:"certainty"`
	Why        string `json:"why"`
	Candidates int    `json:"candidates"`
}

// Relation ties a session to another one.
type Relation struct {
	Role      string `json:"role"` // parent or child
	Session   string `json:"session"`
	Record    *Ref   `json:"record"`
	Certainty string `json:"certainty"`
	Why       string `json:"why"`
}

// Outbound is the account that a session of type 9 uses on the network.
type Outbound struct {
	Account string `json:"account"`
}

// SessionBoot is the boot that a session lived in.
type SessionBoot struct {
	Index     int    `json:"index"`
	Started   Time   `json:"started"`
	Certainty string `json:"certainty"`
}

// Start is when a session began: exact by its 4624, else bounded: it began
// before that time.
type Start struct {
	Time      Time   `json:"time"`
	Certainty string `json:"certainty"`
}

// End is how a session ended.
type End struct {
	Time      Time    `json:"time"`
	Reason    string  `json:"reason"`
	Certainty string  `json:"certainty"`
	NotBefore Time    `json:"not_before"`
	NotAfter  Time    `json:"not_after"`
	By        *Ref    `json:"by"`
	Account   *string `json:"account"` // who asked for the shutdown
}

// Length is how long a session lasted: exact, at least that long (bounded), or
// not known, although both ends are, because the clock was set between them.
type Length struct {
	Seconds   *float64 `json:"seconds"`
	Certainty string   `json:"certainty"`
}

// Source is where a logon came from.
type Source struct {
	Address   *string `json:"address"`
	Port      *uint32 `json:"port"`
	Name      *string `json:"name"`
	Claimed   bool    `json:"claimed"`
	Host      *string `json:"host"`
	Certainty string  `json:"certainty"`
	Why       *string `json:"why"`
}

// Authentication is how a logon was made.
type Authentication struct {
	Package   *string `json:"package"`
	Process   *string `json:"process"`
	Image     *string `json:"image"`
	LogonGUID *string `json:"logon_guid"`
	KeyLength *uint32 `json:"key_length"`

	RestrictedAdmin       *bool `json:"restricted_admin"`
	RemoteCredentialGuard *bool `json:"remote_credential_guard"`
}

// Failure is spoor.failure/1.
type Failure struct {
	Schema     string   `json:"schema"`
	ID         string   `json:"id"`
	Aliases    []string `json:"aliases"`
	Time       Time     `json:"time"`
	Account    Account  `json:"account"`
	Subject    Subject  `json:"subject"`
	LoggedOn   string   `json:"logged_on"`
	TargetHost *string  `json:"target_host"`
	Source     Source   `json:"source"`
	Protocol   string   `json:"protocol"`
	LogonType  *uint32  `json:"logon_type"`
	Status     string   `json:"status"`
	SubStatus  *string  `json:"sub_status"`
	Code       string   `json:"code"`
	Reason     string   `json:"reason"`
	Records    []Ref    `json:"records"`
}

// Subject is who tried.
type Subject struct {
	Account *string `json:"account"`
	LogonID *string `json:"logon_id"`
	Process *string `json:"process"`
}

// User is spoor.user/1.
type User struct {
	Schema          string   `json:"schema"`
	Account         Account  `json:"account"`
	Class           string   `json:"class"`
	Boring          bool     `json:"boring"`
	LocalTo         *string  `json:"local_to"` // the host of a local account
	First           Time     `json:"first"`
	Last            Time     `json:"last"`
	Hosts           []string `json:"hosts"`
	Sources         []string `json:"sources"`
	Sessions        int      `json:"sessions"`
	Failures        int      `json:"failures"`
	Authentications int      `json:"authentications"`
	Story           []Change `json:"story"`
}

// Change is something that was done to an account.
type Change struct {
	Time    Time    `json:"time"`
	What    string  `json:"what"`
	By      *string `json:"by"`
	Host    string  `json:"host"`
	Session *string `json:"session"`
	Caller  *string `json:"caller"` // of a lockout: the computer that the bad passwords came from, as it called itself
	Record  Ref     `json:"record"`
}

// Host is spoor.host/1.
type Host struct {
	Schema    string    `json:"schema"`
	Name      string    `json:"name"`
	Spellings []string  `json:"spellings"`
	DomainSID *string   `json:"domain_sid"`
	Roles     []string  `json:"roles"`
	Logged    bool      `json:"logged"`
	First     Time      `json:"first"`
	Last      Time      `json:"last"`
	Addresses []Address `json:"addresses"`
	Boots     []Boot    `json:"boots"`
	// SkewSeconds is by how much its clock is ahead of its domain controllers'.
	SkewSeconds   *float64 `json:"skew_seconds"`
	SkewCertainty string   `json:"skew_certainty"`
	Sessions      int      `json:"sessions"`
	Failures      int      `json:"failures"`
	Accounts      int      `json:"accounts"`
}

// Address is an address that a host had.
type Address struct {
	Address   string `json:"address"`
	From      Time   `json:"from"`
	To        Time   `json:"to"`
	Certainty string `json:"certainty"`
}

// Boot is one run of a host.
type Boot struct {
	Index     int    `json:"index"`
	Started   Time   `json:"started"`
	Ended     Time   `json:"ended"`
	Reason    string `json:"reason"`
	Certainty string `json:"certainty"`
	Why       string `json:"why"`
}

// Coverage is spoor.coverage/1: one log of one computer in one file. A file
// that holds none has one record with its damage.
type Coverage struct {
	Schema           string   `json:"schema"`
	File             string   `json:"file"`
	SHA256           *string  `json:"sha256"`
	Size             int64    `json:"size"`
	Host             *string  `json:"host"`
	Computer         *string  `json:"computer"`
	Channel          *string  `json:"channel"`
	First            Time     `json:"first"`
	Last             Time     `json:"last"`
	Records          uint64   `json:"records"`
	FirstRecordID    *uint64  `json:"first_record_id"`
	LastRecordID     *uint64  `json:"last_record_id"`
	FileRecords      uint64   `json:"file_records"`
	Chunks           uint64   `json:"chunks"`
	DamagedChunks    uint64   `json:"damaged_chunks"`
	EmptyChunks      uint64   `json:"empty_chunks"`
	DamagedRecords   uint64   `json:"damaged_records"`
	RecoveredRecords uint64   `json:"recovered_records"`
	Gaps             []Gap    `json:"gaps"`
	NeverSeen        []string `json:"audit_never_seen"` // subcategories of which the host's Security log holds no event
	Damage           []string `json:"damage"`
	Notes            []string `json:"notes"`
}

// Gap is a hole in the record numbers of a log.
type Gap struct {
	AfterRecord  uint64 `json:"after_record"`
	BeforeRecord uint64 `json:"before_record"`
	From         Time   `json:"from"`
	To           Time   `json:"to"`
}

// Event is spoor.event/1. Data keeps order, repeated and unnamed fields.
type Event struct {
	Schema   string   `json:"schema"`
	File     string   `json:"file"`
	Chunk    uint32   `json:"chunk"`
	Offset   uint32   `json:"offset"` // bytes from the start of the chunk
	RecordID uint64   `json:"record_id"`
	Time     Time     `json:"time"`
	Computer string   `json:"computer"`
	Channel  string   `json:"channel"`
	Provider string   `json:"provider"`
	EventID  uint16   `json:"event_id"`
	Version  uint8    `json:"version"`
	What     string   `json:"what"`
	Session  []string `json:"sessions"` // the sessions that it belongs to
	System   System   `json:"system"`
	Data     []Field  `json:"data"`
	UserData *Node    `json:"user_data"`
	Error    *string  `json:"error"` // why the fields could not be read again
}

// Field is a named value, as Windows renders it.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// System is the fields of an event's System element, in order. In JSON it is
// one object; a name that repeats is numbered, so that none is lost.
type System []Field

// MarshalJSON implements json.Marshaler.
func (s System) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	seen := make(map[string]int, len(s))
	for i, f := range s {
		if i > 0 {
			b = append(b, ',')
		}
		name := f.Name
		if seen[name]++; seen[name] > 1 {
			name += "#" + strconv.Itoa(seen[f.Name])
		}
		for j, text := range [...]string{name, f.Value} {
			quoted, err := json.Marshal(text)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				b = append(b, ':')
			}
			b = append(b, quoted...)
		}
	}
	return append(b, '}'), nil
}

// Node is an element of UserData.
type Node struct {
	Name       string  `json:"name"`
	Attributes []Field `json:"attributes,omitempty"`
	Value      string  `json:"value,omitempty"`
	Children   []Node  `json:"children,omitempty"`
}

// Time is a moment in a record: RFC 3339 with seven digits, or null.
type Time struct{ event.FileTime }

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.FileTime == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + t.FileTime.String() + `"`), nil
}
