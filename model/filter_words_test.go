package model

import (
	"strings"
	"testing"
	"time"

	"spoor/model/search"
)

// Whatever the model calls something can be filtered by.
func TestFiltersKnowEveryWordOfTheModel(t *testing.T) {
	var filters []string
	add := func(field, word string) {
		filters = append(filters, field+":"+strings.ReplaceAll(word, " ", "-"))
	}
	for _, kind := range kindByType {
		add("kind", kind.String())
	}
	for k := KindUnknown; k <= KindUnlock; k++ {
		add("kind", k.String())
	}
	for c := ClassUnknown; c <= ClassVirtual; c++ {
		add("kind", c.String())
	}
	for _, protocol := range failureProtocols {
		add("kind", protocol)
	}
	for _, word := range stepWords {
		add("kind", word)
	}
	for _, rule := range activityRules {
		add("activity", rule.name)
		add("kind", rule.name)
	}
	add("kind", roleDomainController)
	for _, f := range filters {
		if _, err := search.ParseFilter(f, time.Time{}); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
}
