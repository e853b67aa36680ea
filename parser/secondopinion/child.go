package secondopinion

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/0xrawsec/golang-evtx/evtx"
)

// Record is one event as golang-evtx says it. All its values are text.
type Record struct {
	RecordID string `json:"record_id"`
	EventID  string `json:"event_id"`
	Channel  string `json:"channel"`
	Computer string `json:"computer"`
	Time     string `json:"time"` // RFC 3339, UTC, seven digits
	// System holds the rest of System by path, like Provider/Name.
	System map[string]string `json:"system,omitempty"`
	// Data holds EventData and UserData by path, like EventData/LogonType.
	// Its order is lost, and of one name only the last value is left.
	Data map[string]string `json:"data,omitempty"`
}

// Child reads the log as golang-evtx's OpenDirty and UnorderedEvents do and
// writes each record to out as a line of JSON, in the order of the file. It may
// panic beyond recovery, hang, or write to standard error.
func Child(log io.ReadSeeker, out io.Writer) error {
	file, err := evtx.New(log)
	if err == nil {
		err = file.Header.Verify()
	}
	if errors.Is(err, evtx.ErrDirtyFile) {
		err = file.Header.Repair(log)
	}
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for e := range file.UnorderedEvents() {
		if e == nil {
			continue
		}
		if err := lines.Encode(convert(e)); err != nil {
			return err
		}
		// What was read before a panic still counts.
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// identity are the paths in System that are fields of Record.
var identity = map[string]bool{
	"EventRecordID": true, "EventID": true, "EventID/Value": true, "Channel": true, "Computer": true, "TimeCreated/SystemTime": true,
}

func convert(e *evtx.GoEvtxMap) Record {
	flat := make(map[string]string)
	if event, ok := (*e)["Event"]; ok {
		flatten("", event, flat)
	}
	r := Record{
		RecordID: flat["System/EventRecordID"],
		EventID:  flat["System/EventID"],
		Channel:  flat["System/Channel"],
		Computer: flat["System/Computer"],
		Time:     flat["System/TimeCreated/SystemTime"],
		System:   make(map[string]string),
		Data:     make(map[string]string),
	}
	if r.EventID == "" {
		r.EventID = flat["System/EventID/Value"]
	}
	for path, value := range flat {
		if name, ok := strings.CutPrefix(path, "System/"); !ok {
			r.Data[path] = value
		} else if !identity[name] {
			r.System[name] = value
		}
	}
	return r
}

// flatten collects the leaves of golang-evtx's maps by their path.
func flatten(path string, v any, flat map[string]string) {
	below := func(key string, v any) {
		if path != "" {
			key = path + "/" + key
		}
		flatten(key, v, flat)
	}
	switch v := v.(type) {
	case evtx.GoEvtxMap:
		for key, value := range v {
			below(key, value)
		}
	case map[string]any:
		for key, value := range v {
			below(key, value)
		}
	case []any:
		for i, value := range v {
			below(fmt.Sprint(i), value)
		}
	case evtx.UTCTime:
		flat[path] = time.Time(v).UTC().Format("2006-01-02T15:04:05.0000000Z")
	case []byte:
		flat[path] = "base64:" + base64.StdEncoding.EncodeToString(v)
	case nil:
		flat[path] = ""
	default:
		flat[path] = fmt.Sprint(v)
	}
}
