package export

import (
	"encoding/json"

	"spoor/model/event"
)

// Time is a moment in a record: RFC 3339 with seven digits, or null.
type Time struct{ event.FileTime }

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.FileTime == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + t.FileTime.String() + `"`), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t.FileTime = 0
	if s == nil {
		return nil
	}
	var err error
	t.FileTime, err = event.ParseFileTime(*s)
	return err
}
