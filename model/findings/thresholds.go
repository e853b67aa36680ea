package findings

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Threshold is one number that a rule decides by.
type Threshold struct {
	Name    string
	Default int
	Unit    string // of the number: accounts, minutes, days
	Least   int
	Most    int
	For     string // what it decides
}

// units are those of lengths of time.
var units = map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": day}

// Thresholds are the values of the table of thresholds; the zero value has the
// defaults.
type Thresholds struct {
	set map[string]int
}

// ErrThreshold is wrapped by the errors for thresholds that cannot be set.
var ErrThreshold = errors.New("this threshold cannot be set")

// AllThresholds returns the table, in its order.
func AllThresholds() []Threshold { return slices.Clone(thresholds) }

// Value returns a threshold's value: what was set, else its default. It is 0
// for a name that is not in the table.
func (t Thresholds) Value(name string) int {
	if v, ok := t.set[name]; ok {
		return v
	}
	if i := slices.IndexFunc(thresholds, func(x Threshold) bool { return x.Name == name }); i >= 0 {
		return thresholds[i].Default
	}
	return 0
}

// Changed returns the names of those that differ from their defaults.
func (t Thresholds) Changed() []string {
	var out []string
	for _, x := range thresholds {
		if t.Value(x.Name) != x.Default {
			out = append(out, x.Name)
		}
	}
	return out
}

// Parse reads thresholds as name=value, each of a table's row: several in one
// string are separated by commas. Errors wrap [ErrThreshold] and say what may
// be written.
func Parse(settings ...string) (Thresholds, error) {
	t := Thresholds{set: map[string]int{}}
	for _, list := range settings {
		for _, one := range strings.Split(list, ",") {
			if one = strings.TrimSpace(one); one == "" {
				continue
			}
			if err := t.parse(one); err != nil {
				return Thresholds{}, err
			}
		}
	}
	return t, nil
}

func (t Thresholds) parse(one string) error {
	name, value, ok := strings.Cut(one, "=")
	if !ok {
		return fmt.Errorf("%w: %q is not name=value", ErrThreshold, one)
	}
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	i := slices.IndexFunc(thresholds, func(x Threshold) bool { return x.Name == name })
	if i < 0 {
		return fmt.Errorf("%w: no threshold is called %q", ErrThreshold, name)
	}
	x := thresholds[i]
	n, err := strconv.Atoi(value)
	if err != nil || n < x.Least || n > x.Most {
		return fmt.Errorf("%w: %s is a number of %s from %d to %d, not %q", ErrThreshold, name, x.Unit, x.Least, x.Most, value)
	}
	t.set[name] = n
	return nil
}
