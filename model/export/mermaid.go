package export

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// maxMermaid is how many edges a Mermaid diagram draws: more are not to be
// read, and Mermaid refuses more than 500.
const maxMermaid = 150

// writeMermaid draws a movement as a Mermaid flowchart, and returns how many
// edges were left out.
func writeMermaid(w io.Writer, m movement) (left int, err error) {
	edges := m.edges[:min(len(m.edges), maxMermaid)]
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	told := map[int]bool{}
	node := func(i int) {
		if told[i] {
			return
		}
		told[i] = true
		p, open, end := m.places[i], "[", "]"
		if p.kind != placeHost {
			open, end = "([", "])"
		}
		fmt.Fprintf(&b, "    n%d%s\"%s\"%s\n", i, open, mermaidText(p.label), end)
	}
	for _, e := range edges {
		node(e.from)
		node(e.to)
	}
	for i, e := range edges { // a number with a dot would be read as a list
		arrow := "-->"
		if s := e.weakest.String(); s != "exact" && s != "strong" {
			arrow = "-.->"
		}
		fmt.Fprintf(&b, "    n%d %s|\"(%d) %s\"| n%d\n", e.from, arrow, i+1, mermaidText(e.label()), e.to)
	}
	_, err = io.WriteString(w, b.String())
	return len(m.edges) - len(edges), err
}

// mermaidText writes clean text for a quoted label: all but letters, digits and
// a few marks as Mermaid's entities, which are numbers between # and ;.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" .,()-", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
