package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A logon is one line of the graph, though the trails of two accounts tell of
// it where one opened it with the other's credentials.
func TestEachSessionIsOneLogonOfTheGraph(t *testing.T) {
	const demo = "../../testdata/demo.zip"
	list, _, _ := spoor("sessions", "--all", "--format", "jsonl", demo)
	graph, _, _ := spoor("export", "--all", "--user", "*", "--format", "dot", "-o", "-", demo)
	logon := regexp.MustCompile(`label="(?:logon|session seen|[a-z-]+ logon)(?: by [^,"]*)?, [^"]*?(?: x(\d+))? \(`)
	drawn := 0
	for _, m := range logon.FindAllStringSubmatch(graph, -1) {
		n := 1
		if m[1] != "" {
			n, _ = strconv.Atoi(m[1])
		}
		drawn += n
	}
	if sessions := strings.Count(list, "\n"); drawn != sessions || sessions < 1000 {
		t.Errorf("%d logons are drawn of %d sessions", drawn, sessions)
	}
}
