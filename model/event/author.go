package event

// Keywords of the Security log's records: what was audited succeeded or
// failed. Windows writes one of them in every such record.
const (
	AuditSuccess uint64 = 0x8020000000000000
	AuditFailure uint64 = 0x8010000000000000
)

const eventNamespace = "http://schemas.microsoft.com/win/2004/08/events/event"

// System is what a provider and the log service say about an event, for
// making records. A zero GUID, an empty UserID and zero Qualifiers are left
// out, as Windows leaves them out.
type System struct {
	Head
	ProviderGUID GUID
	// EventSource is the classic name of a provider that has a GUID too.
	EventSource string
	// Qualifiers and Classic are for the providers from before Vista, which
	// have no GUID and whose EventID has the attribute Qualifiers.
	Qualifiers          uint16
	Classic             bool
	Level               uint8
	Task                uint16
	Opcode              uint8
	Keywords            uint64
	ActivityID          GUID
	ProcessID, ThreadID uint32
	UserID              string // a SID
}

// NewRecord makes a record whose EventData has the fields given, in order; a
// field without a name becomes unnamed Data.
func NewRecord(s System, data ...Field) *Record {
	body := &Element{Name: "EventData"}
	for _, f := range data {
		d := &Element{Name: "Data", Children: []Node{{Value: f.Value}}}
		if f.Name != "" {
			d.Attrs = []Attr{{"Name", []Value{TextValue(f.Name)}}}
		}
		body.Children = append(body.Children, Node{Element: d})
	}
	return s.record(body)
}

// NewUserDataRecord makes a record whose UserData is one element of that name
// and namespace, with the fields given as its children.
func NewUserDataRecord(s System, name, namespace string, fields ...Field) *Record {
	e := &Element{Name: name}
	if namespace != "" {
		e.Attrs = []Attr{{"xmlns", []Value{TextValue(namespace)}}}
	}
	for _, f := range fields {
		e.Children = append(e.Children, Node{Element: leaf(f.Name, f.Value)})
	}
	return s.record(&Element{Name: "UserData", Children: []Node{{Element: e}}})
}

func (s System) record(body *Element) *Record {
	root := &Element{
		Name:     "Event",
		Attrs:    []Attr{{"xmlns", []Value{TextValue(eventNamespace)}}},
		Children: []Node{{Element: s.element()}, {Element: body}},
	}
	return &Record{HeaderID: s.RecordID, Written: s.Time, Root: root}
}

// element is the System element, its children in the order of Windows.
func (s System) element() *Element {
	provider := &Element{Name: "Provider", Attrs: []Attr{{"Name", []Value{TextValue(s.Provider)}}}}
	if s.ProviderGUID != (GUID{}) {
		provider.Attrs = append(provider.Attrs, Attr{"Guid", []Value{GUIDValue(s.ProviderGUID)}})
	}
	if s.EventSource != "" {
		provider.Attrs = append(provider.Attrs, Attr{"EventSourceName", []Value{TextValue(s.EventSource)}})
	}
	id := leaf("EventID", NumberValue(UInt16, uint64(s.EventID)))
	if s.Classic {
		id.Attrs = []Attr{{"Qualifiers", []Value{NumberValue(UInt16, uint64(s.Qualifiers))}}}
	}
	correlation, security := &Element{Name: "Correlation"}, &Element{Name: "Security"}
	if s.ActivityID != (GUID{}) {
		correlation.Attrs = []Attr{{"ActivityID", []Value{GUIDValue(s.ActivityID)}}}
	}
	if s.UserID != "" {
		security.Attrs = []Attr{{"UserID", []Value{SIDValue(s.UserID)}}}
	}
	sys := &Element{Name: "System"}
	for _, e := range []*Element{
		provider,
		id,
		leaf("Version", NumberValue(UInt8, uint64(s.Version))),
		leaf("Level", NumberValue(UInt8, uint64(s.Level))),
		leaf("Task", NumberValue(UInt16, uint64(s.Task))),
		leaf("Opcode", NumberValue(UInt8, uint64(s.Opcode))),
		leaf("Keywords", NumberValue(HexInt64, s.Keywords)),
		{Name: "TimeCreated", Attrs: []Attr{{"SystemTime", []Value{TimeValue(s.Time)}}}},
		leaf("EventRecordID", NumberValue(UInt64, s.RecordID)),
		correlation,
		{Name: "Execution", Attrs: []Attr{
			{"ProcessID", []Value{NumberValue(UInt32, uint64(s.ProcessID))}},
			{"ThreadID", []Value{NumberValue(UInt32, uint64(s.ThreadID))}},
		}},
		leaf("Channel", TextValue(s.Channel)),
		leaf("Computer", TextValue(s.Computer)),
		security,
	} {
		sys.Children = append(sys.Children, Node{Element: e})
	}
	return sys
}

func leaf(name string, v Value) *Element {
	return &Element{Name: name, Children: []Node{{Value: v}}}
}
