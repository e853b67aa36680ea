package export

import (
	"bufio"
	"io"
	"strings"
)

// writeMarkdown writes the page as GitHub's Markdown, its trail as a Mermaid
// diagram.
func writeMarkdown(w io.Writer, c *content) error {
	p, err := newPage(c)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	line := func(s string) { out.WriteString(s + "\n") } // an error stays until Flush
	line("# " + p.title + "\n")
	for _, s := range p.about {
		line("- " + markdownText(s))
	}
	line("")
	for _, s := range p.warnings {
		line("> **Warning:** " + markdownText(s) + "\n")
	}
	for _, s := range p.sections {
		line(heading(s) + markdownText(s.title) + "\n")
		if s.figure == movementFigure && len(p.movement.edges) > 0 {
			line("```mermaid")
			left, err := writeMermaid(out, p.movement)
			if err != nil {
				return err
			}
			line("```\n")
			if left > 0 {
				line("The diagram leaves out " + amount(left, "line") + " of the table.\n")
			}
		}
		for _, n := range s.notes {
			line("- " + markdownText(n))
		}
		if len(s.notes) > 0 {
			line("")
		}
		markdownTable(line, s)
	}
	return out.Flush()
}

func heading(s section) string {
	if s.below {
		return "### "
	}
	return "## "
}

func markdownTable(line func(string), s section) {
	if len(s.header) == 0 {
		return
	}
	if len(s.rows) == 0 {
		line("None.\n")
		return
	}
	row := func(cells []string) { line("| " + strings.Join(cells, " | ") + " |") }
	row(s.header)
	row(strings.Split(strings.Repeat("--- ", len(s.header)-1)+"---", " "))
	for _, cells := range s.rows {
		escaped := make([]string, len(cells))
		for i, cell := range cells {
			escaped[i] = markdownText(cell)
		}
		row(escaped)
	}
	line("")
	if more := s.more(); more != "" {
		line(more + ".\n")
	}
}

// markdownMarks are all that has a meaning within a line of Markdown, as
// CommonMark and GitHub's additions give it. A pipe ends a cell even behind a
// backslash, and some readers link what looks like an address: entities
// prevent both.
var markdownMarks = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "(", `\(`, ")", `\)`,
	"#", `\#`, "!", `\!`, "~", `\~`, "|", "&#124;", "&", "&amp;", "$", "&#36;", "://", "&#58;//", "www.", "www&#46;", "@", "&#64;",
)

// markdownText writes clean text so that it is shown as it is. It never
// stands where a line begins.
func markdownText(s string) string { return markdownMarks.Replace(s) }
