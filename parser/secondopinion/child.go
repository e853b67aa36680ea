package secondopinion

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
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
	// Data holds EventData and UserData by path, like EventData/LogonType.
	// Its order is lost, and of one name only the last value is left.
	Data map[string]string `json:"data,omitempty"`
}

// Child reads the file of that name and writes each record to out as a line of
// JSON. It may panic beyond recovery, hang, or write to standard error.
func Child(name string, out io.Writer) error {
	file, err := evtx.OpenDirty(name)
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriter(out)
	lines := json.NewEncoder(w)
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
		Data:     make(map[string]string),
	}
	if r.EventID == "" {
		r.EventID = flat["System/EventID/Value"]
	}
	for path, value := range flat {
		if len(path) > 7 && path[:7] == "System/" {
			continue
		}
		r.Data[path] = value
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
