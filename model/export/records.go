package export

import (
	"encoding/json"
	"strconv"
)

// The public records. Fields may be added, never changed. A time that is not
// known is null; a list that this version does not determine is null, one
// that was determined and is empty is [].

// Account is an account inside other records.
type Account struct {
	SID       *string  `json:"sid"`       // where an event gives it
	Name      string   `json:"name"`      // as it is written most often
	Domain    *string  `json:"domain"`    // its short name where that is known
	Spellings []string `json:"spellings"` // every other way it was written
}

// Ref points at a record of the evidence.
type Ref struct {
	Computer string `json:"computer"`  // as written in the record
	Channel  string `json:"channel"`   // the log
	RecordID uint64 `json:"record_id"` // System/EventRecordID
	EventID  uint16 `json:"event_id"`  // its number
	Time     Time   `json:"time"`      // System/TimeCreated
	File     string `json:"file"`      // of the evidence
}

// Session is spoor.session/1.
type Session struct {
	Schema         string         `json:"schema"`         // spoor.session/1
	ID             string         `json:"id"`             // 16 hexadecimal digits, for ever the same: a hash of its anchor record
	Aliases        []string       `json:"aliases"`        // ids that it has with less evidence
	Account        Account        `json:"account"`        // whose session
	Outbound       *Outbound      `json:"outbound"`       // type 9: the account that it used on the network
	Host           string         `json:"host"`           // the computer, by its newest name
	Boot           SessionBoot    `json:"boot"`           // the run of the computer: logon IDs are unique only within it
	Kind           string         `json:"kind"`           // interactive, remote-desktop, network, network-cleartext, batch, service, new-credentials, system, unlock or unknown
	Activity       *Activity      `json:"activity"`       // what started it, where fields say so
	LogonType      *uint32        `json:"logon_type"`     // of its 4624; null where that is not in the evidence
	LogonIDs       []string       `json:"logon_ids"`      // the anchor first, then the other half, checks and network authentications
	Validated      string         `json:"validated"`      // who vouched for the credential: dc, cached, local, s4u or unknown
	TokenElevated  *bool          `json:"token_elevated"` // by 4624; not the same as being an administrator
	Privileges     []string       `json:"privileges"`     // of 4672
	Groups         []string       `json:"groups"`         // SIDs, of 4627
	Start          Start          `json:"start"`          // when it began
	End            End            `json:"end"`            // how and when it ended
	Length         Length         `json:"length"`         // how long it lasted
	Source         Source         `json:"source"`         // where it came from
	Authentication Authentication `json:"authentication"` // how it was proved
	Segments       []Segment      `json:"segments"`       // its states, oldest first
	Checks         []Check        `json:"checks"`         // logons that only proved a credential again
	Chain          []Link         `json:"chain"`          // the records that led to it, oldest first
	ChainMissing   *string        `json:"chain_missing"`  // why links are not there
	Parent         *string        `json:"parent"`         // id of the session that it came out of
	Children       []string       `json:"children"`       // ids of the sessions that came out of it
	Relations      []Relation     `json:"relations"`      // parent and children with their reasons
	Record         Ref            `json:"record"`         // the anchor
	Events         int            `json:"events"`         // how many belong to it
	Provisional    bool           `json:"provisional"`    // evidence was still being read
}

// Activity is what started a session, and the fields that say so.
type Activity struct {
	Name    string   `json:"name"`
	Because []string `json:"because"`
}

// Segment is a while of a session in one state.
type Segment struct {
	State              string `json:"state"` // connected, disconnected or locked
	Start              Time   `json:"start"`
	End                Time   `json:"end"` // null where it is not over, or not known
	Client             Client `json:"client"`
	WithoutCredentials bool   `json:"connected_without_credentials"` // the same client took it over from another account without a check
	// CheckCertainty and CheckWhy are of that, which absent records say; null where it is not so.
	CheckCertainty *string `json:"without_credentials_certainty"`
	CheckWhy       *string `json:"without_credentials_why"`
	Certainty      string  `json:"certainty"` // of the state for the whole while
	Record         *Ref    `json:"record"`    // that begins it
	Why            string  `json:"why"`       // by which kind of record
}

// Client is where a segment of a session is seen from: the console, or a
// Remote Desktop client.
type Client struct {
	Console bool    `json:"console"` // at the machine itself
	Name    *string `json:"name"`    // as the client called itself
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
	Role       string `json:"role"` // tgt, referral, service-ticket, ntlm-validation, explicit-credentials or network-authentication
	Record     Ref    `json:"record"`
	Certainty  string `json:"certainty"`  // exact, strong, medium or weak
	Why        string `json:"why"`        // the rule that joined it
	Candidates int    `json:"candidates"` // how many records could have this part; of several none is chosen
	Served     int    `json:"served"`     // how many sessions have the service ticket in their chain; 0 for other records
}

// Relation ties a session to another one.
type Relation struct {
	Role      string `json:"role"`      // parent or child
	Session   string `json:"session"`   // its id
	Record    *Ref   `json:"record"`    // that says so
	Certainty string `json:"certainty"` // exact, strong, medium or weak
	Why       string `json:"why"`       // the rule that joined them
}

// Outbound is the account that a session of type 9 uses on the network.
type Outbound struct {
	Account string `json:"account"`
}

// SessionBoot is the boot that a session lived in.
type SessionBoot struct {
	Index     int    `json:"index"`     // from 1
	Started   Time   `json:"started"`   // null: before the log begins
	Certainty string `json:"certainty"` // exact by an event, medium where inferred
}

// Start is when a session began: exact by its 4624, else bounded: it began
// before that time.
type Start struct {
	Time      Time   `json:"time"`
	Certainty string `json:"certainty"` // exact, or bounded: it began before
}

// End is how a session ended.
type End struct {
	Time      Time    `json:"time"`       // null unless certainty is exact
	Reason    string  `json:"reason"`     // logoff, terminated, shutdown, boot, open or unknown
	Certainty string  `json:"certainty"`  // exact, bounded or unknown
	NotBefore Time    `json:"not_before"` // the last sign of life
	NotAfter  Time    `json:"not_after"`  // null: nothing bounds it
	By        *Ref    `json:"by"`         // the record that says so
	Account   *string `json:"account"`    // who asked for the shutdown
}

// Length is how long a session lasted: exact, at least that long (bounded), or
// not known, although both ends are, because the clock was set between them.
type Length struct {
	Seconds   *float64 `json:"seconds"`   // exact, or at least; null where it is not known
	Certainty string   `json:"certainty"` // exact, bounded or unknown
}

// Source is where a logon came from.
type Source struct {
	Address   *string `json:"address"` // normalised: ::ffff:10.0.0.1 is 10.0.0.1
	Port      *uint32 `json:"port"`
	Name      *string `json:"name"`      // of the workstation
	Claimed   bool    `json:"claimed"`   // the name is only what the client said
	Host      *string `json:"host"`      // the computer that had the address then
	Certainty string  `json:"certainty"` // of the host where there is one, else of the address
	Why       *string `json:"why"`
}

// Authentication is how a logon was made.
type Authentication struct {
	Package   *string `json:"package"` // Kerberos, NTLM, Negotiate
	Process   *string `json:"process"` // the logon process, trimmed
	Image     *string `json:"image"`   // the program that asked for the logon
	LogonGUID *string `json:"logon_guid"`
	KeyLength *uint32 `json:"key_length"` // of NTLM, bits

	RestrictedAdmin       *bool `json:"restricted_admin"`        // no password was handed to the host
	RemoteCredentialGuard *bool `json:"remote_credential_guard"` // no password was handed to the host
}

// Failure is spoor.failure/1.
type Failure struct {
	Schema     string   `json:"schema"`  // spoor.failure/1
	ID         string   `json:"id"`      // 16 hexadecimal digits, stable
	Aliases    []string `json:"aliases"` // ids of its other records
	Time       Time     `json:"time"`
	Account    Account  `json:"account"`     // who was tried
	Subject    Subject  `json:"subject"`     // who tried
	LoggedOn   string   `json:"logged_on"`   // the computer whose record says most
	TargetHost *string  `json:"target_host"` // that was logged on to; a domain controller never names it
	Source     Source   `json:"source"`
	Protocol   string   `json:"protocol"`   // kerberos, ntlm or logon
	LogonType  *uint32  `json:"logon_type"` // of 4625
	Status     string   `json:"status"`     // as logged
	SubStatus  *string  `json:"sub_status"` // as logged, of 4625
	Code       string   `json:"code"`       // the one that decides: the sub-status unless it is 0x0
	Reason     string   `json:"reason"`     // what the code means
	Records    []Ref    `json:"records"`    // all that speak of the attempt, oldest first
}

// Subject is who tried.
type Subject struct {
	Account *string `json:"account"`
	LogonID *string `json:"logon_id"`
	Process *string `json:"process"` // the program that tried
}

// User is spoor.user/1.
type User struct {
	Schema          string   `json:"schema"` // spoor.user/1
	Account         Account  `json:"account"`
	Class           string   `json:"class"`    // user, machine, built-in, virtual or unknown
	Boring          bool     `json:"boring"`   // hidden unless asked for
	LocalTo         *string  `json:"local_to"` // the host of a local account
	First           Time     `json:"first"`
	Last            Time     `json:"last"`
	Hosts           []string `json:"hosts"`   // with a session of it, newest first
	Sources         []string `json:"sources"` // addresses it came from, newest first
	Sessions        int      `json:"sessions"`
	Failures        int      `json:"failures"`        // attempts, not records
	Authentications int      `json:"authentications"` // 4768, 4769, 4770 and 4776 about it that succeeded
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
	Schema    string    `json:"schema"`    // spoor.host/1
	Name      string    `json:"name"`      // its newest name as logged
	Spellings []string  `json:"spellings"` // every name that is this computer
	DomainSID *string   `json:"domain_sid"`
	Roles     []string  `json:"roles"`  // domain controller
	Logged    bool      `json:"logged"` // its own Security log is in the evidence
	First     Time      `json:"first"`
	Last      Time      `json:"last"`
	Addresses []Address `json:"addresses"` // bound to times
	Boots     []Boot    `json:"boots"`     // oldest first
	// SkewSeconds is by how much its clock is ahead of its domain controllers'.
	SkewSeconds   *float64 `json:"skew_seconds"`
	SkewCertainty string   `json:"skew_certainty"`
	Sessions      int      `json:"sessions"`
	Failures      int      `json:"failures"`
	Accounts      int      `json:"accounts"` // with a session on it
}

// Address is an address that a host had.
type Address struct {
	Address   string `json:"address"`
	From      Time   `json:"from"`
	To        Time   `json:"to"`
	Certainty string `json:"certainty"` // strong by the machine's own tickets, medium by 4778, weak by a name that a client claims
}

// Boot is one run of a host.
type Boot struct {
	Index     int    `json:"index"`     // from 1
	Started   Time   `json:"started"`   // null: before the log begins
	Ended     Time   `json:"ended"`     // null: not in the log
	Reason    string `json:"reason"`    // shutdown, dirty, unknown; empty while open
	Certainty string `json:"certainty"` // exact, strong, medium where inferred
	Why       string `json:"why"`
}

// Coverage is spoor.coverage/1: one log of one computer in one file. A file
// that holds none has one record with its damage.
type Coverage struct {
	Schema           string   `json:"schema"` // spoor.coverage/1
	File             string   `json:"file"`
	SHA256           *string  `json:"sha256"` // null until hashed
	Size             int64    `json:"size"`   // bytes
	Host             *string  `json:"host"`
	Computer         *string  `json:"computer"`
	Channel          *string  `json:"channel"`
	First            Time     `json:"first"`
	Last             Time     `json:"last"`
	Records          uint64   `json:"records"`
	FirstRecordID    *uint64  `json:"first_record_id"`
	LastRecordID     *uint64  `json:"last_record_id"`
	FileRecords      uint64   `json:"file_records"`
	Chunks           uint64   `json:"chunks"` // of the file
	DamagedChunks    uint64   `json:"damaged_chunks"`
	EmptyChunks      uint64   `json:"empty_chunks"`
	DamagedRecords   uint64   `json:"damaged_records"`
	RecoveredRecords uint64   `json:"recovered_records"`
	Gaps             []Gap    `json:"gaps"`             // record numbers that none of the files of this log hold
	NeverSeen        []string `json:"audit_never_seen"` // subcategories of which the host's Security log holds no event
	Damage           []string `json:"damage"`           // what could not be read
	Notes            []string `json:"notes"`            // what is worth knowing and lost nothing
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
	Schema   string   `json:"schema"` // spoor.event/1
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
	Data     []Field  `json:"data"` // in the order of the record, repeated and unnamed fields kept
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
