package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGitHubsReaderSeesTheTablesOfAPage renders pages with cmark-gfm, GitHub's
// own reader of Markdown, where it is installed: each table that was written is
// one, all its rows have the cells of its head, and names that try to be markup
// are text.
func TestGitHubsReaderSeesTheTablesOfAPage(t *testing.T) {
	reader := tool(t, "cmark-gfm")
	evidence := map[string][]string{
		"ordinary": {"--user", "lars.hinrichs", "../../testdata/demo.zip"},
		"hostile":  {"--user", "*", "--all", hostileLog(t, filepath.Join(t.TempDir(), "Hostile.evtx"))},
	}
	for name, args := range evidence {
		page := filepath.Join(t.TempDir(), "page.md")
		if _, stderr, code := spoor(append([]string{"export", "--quiet", "--format", "markdown", "-o", page}, args...)...); code != exitFine {
			t.Fatalf("%s: exit code %d\n%s", name, code, stderr)
		}
		c := exec.Command(reader, "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e", "tagfilter", "--unsafe", page)
		var out bytes.Buffer
		c.Stdout = &out
		if err := c.Run(); err != nil {
			t.Fatal(err)
		}
		written := len(regexp.MustCompile(`(?m)^\|( ?:?-+:? ?\|)+$`).FindAllString(pageAt(t, page), -1))
		tables := regexp.MustCompile(`(?s)<table>.*?</table>`).FindAllString(out.String(), -1)
		if len(tables) != written || written == 0 {
			t.Errorf("%s: %d tables were written, %d are read", name, written, len(tables))
		}
		for _, table := range tables {
			columns := strings.Count(table, "<th") - strings.Count(table, "<thead")
			for _, row := range regexp.MustCompile(`(?s)<tr>.*?</tr>`).FindAllString(table, -1) {
				if n := strings.Count(row, "<td") + strings.Count(row, "<th>") + strings.Count(row, "<th "); n != columns {
					t.Errorf("%s: a row has %d cells of %d:\n%s", name, n, columns, row)
				}
			}
		}
		for _, tag := range regexp.MustCompile(`<(script|img|a|iframe|style)\b[^>]*>`).FindAllString(out.String(), -1) {
			// GitHub makes a link of whatever looks like an address of mail, as
			// NAME@DOMAIN does; it leads to nothing but a window to write in.
			if !strings.HasPrefix(tag, `<a href="mailto:`) {
				t.Errorf("%s: a reader sees %s", name, tag)
			}
		}
	}
}

func pageAt(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
