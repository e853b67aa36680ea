package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// dotShapes tell what is known of a place.
var dotShapes = map[placeKind]string{
	placeHost: "box", placeAddress: "ellipse", placeClaimed: "ellipse, style=dashed", placeUnknown: "plaintext",
}

// dotStyles are the lines of edges by their weakest certainty.
var dotStyles = map[string]string{"exact": "solid", "strong": "solid", "medium": "dashed", "weak": "dotted", "unknown": "dotted"}

// writeDot writes the movement between hosts for GraphViz.
func writeDot(w io.Writer, c *content) error {
	c.countOnly()
	m := c.movement()
	if err := c.ctx.Err(); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "digraph movement {\n  rankdir=LR;\n  node [shape=box];\n")
	for i, p := range m.places {
		fmt.Fprintf(out, "  n%d [label=%s, shape=%s];\n", i, dotQuote(p.label), dotShapes[p.kind])
	}
	for _, e := range m.edges {
		fmt.Fprintf(out, "  n%d -> n%d [label=%s, style=%s];\n", e.from, e.to, dotQuote(e.label()), dotStyles[e.weakest.String()])
	}
	fmt.Fprintf(out, "}\n")
	return out.Flush()
}

// dotQuote writes clean text as a string of the DOT language in which nothing
// is an escape or an entity.
func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(s) + `"`
}
