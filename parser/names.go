package parser

import (
	"unicode/utf16"

	"spoor/model/event"
)

// nameID is a name that means something to the reader: an element of an
// event's frame, or a field of a schema. 0 is any other.
type nameID uint16

// The names of an event's frame.
const (
	otherName nameID = iota
	nameSystem
	nameEventData
	nameUserData
	nameData
	nameName
	nameProvider
	nameEventID
	nameVersion
	nameTimeCreated
	nameSystemTime
	nameEventRecordID
	nameChannel
	nameComputer
	firstFieldName
)

var frameNames = [firstFieldName]string{
	nameSystem: "System", nameEventData: "EventData", nameUserData: "UserData", nameData: "Data",
	nameName: "Name", nameProvider: "Provider", nameEventID: "EventID", nameVersion: "Version",
	nameTimeCreated: "TimeCreated", nameSystemTime: "SystemTime", nameEventRecordID: "EventRecordID",
	nameChannel: "Channel", nameComputer: "Computer",
}

// noColumn is a field that a schema does not ask for.
const noColumn = 0xff

// vocabulary is every name that the reader knows, and which column of which
// schema each fills. It is made once for each scan and then only read.
type vocabulary struct {
	ids   map[string]nameID // by UTF-16LE
	table []knownName       // the same, open addressing; a power of two
	logon []bool            // by nameID: carries a logon ID
	kinds []kindFields      // by event.Kind
}

type knownName struct {
	name string
	id   nameID
}

// kindFields says which fields an event of one kind is asked for.
type kindFields struct {
	columns []uint8 // by nameID: index of the schema's column, or noColumn
	types   []event.ColumnType
	// positions are the columns that unnamed Data fill, by their position.
	positions []position
}

type position struct {
	at     int
	column uint8
}

func newVocabulary(schemas *event.Schemas) *vocabulary {
	v := &vocabulary{ids: make(map[string]nameID)}
	for id := otherName + 1; id < firstFieldName; id++ {
		v.ids[utf16Key(frameNames[id])] = id
	}
	var named []*event.Schema
	for k := range schemas.Len() {
		schema := schemas.Of(event.Kind(k))
		named = append(named, schema)
		for _, f := range schema.Fields {
			v.add(f.Name)
		}
	}
	for _, name := range event.LogonFields() {
		v.add(name)
	}
	v.fillTable()
	v.logon = make([]bool, int(firstFieldName)+len(v.ids))
	for _, name := range event.LogonFields() {
		v.logon[v.ids[utf16Key(name)]] = true
	}
	for _, schema := range named {
		v.kinds = append(v.kinds, v.fields(schema))
	}
	return v
}

func (v *vocabulary) add(name string) {
	key := utf16Key(name)
	if _, known := v.ids[key]; !known {
		v.ids[key] = nameID(len(v.ids) + 1)
	}
}

func (v *vocabulary) fields(schema *event.Schema) kindFields {
	k := kindFields{columns: make([]uint8, len(v.logon))}
	for i := range k.columns {
		k.columns[i] = noColumn
	}
	for i, f := range schema.Fields {
		k.types = append(k.types, f.Column.Type())
		if at, ok := positional(f.Name); ok {
			k.positions = append(k.positions, position{at, uint8(i)})
			continue
		}
		if id := v.ids[utf16Key(f.Name)]; k.columns[id] == noColumn {
			k.columns[id] = uint8(i)
		}
	}
	return k
}

// positional reads a name like #2, which stands for the third unnamed Data.
func positional(name string) (int, bool) {
	if len(name) != 2 || name[0] != '#' || name[1] < '0' || name[1] > '9' {
		return 0, false
	}
	return int(name[1] - '0'), true
}

// fillTable makes the table that id looks names up in: a fragment without a
// template asks for a hundred of them. Which names are in it no log decides.
func (v *vocabulary) fillTable() {
	size := 1
	for size < 4*len(v.ids) {
		size *= 2
	}
	v.table = make([]knownName, size)
	for name, id := range v.ids {
		i := mix([]byte(name)) & uint64(size-1)
		for v.table[i].id != otherName {
			i = (i + 1) & uint64(size-1)
		}
		v.table[i] = knownName{name, id}
	}
}

// id returns the name's number, or otherName.
func (v *vocabulary) id(name []byte) nameID {
	mask := uint64(len(v.table) - 1)
	for i := mix(name) & mask; v.table[i].id != otherName; i = (i + 1) & mask {
		if v.table[i].name == string(name) {
			return v.table[i].id
		}
	}
	return otherName
}

// utf16Key returns s as a log writes it.
func utf16Key(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// localName returns name without a namespace prefix.
func localName(name []byte) []byte {
	for i := 0; i+1 < len(name); i += 2 {
		if name[i] == ':' && name[i+1] == 0 {
			return name[i+2:]
		}
	}
	return name
}
