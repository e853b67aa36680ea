package tui

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"html"
	"image/color"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"spoor/model"
	"spoor/model/event"
	"spoor/parser"
	"spoor/parser/evidence"
	"spoor/testdata"
)

// pictures are the README's, taken of the practice domain.
var pictures = []struct {
	name          string
	width, height int
	keys          []string
}{
	{"users", 100, 26, []string{"/", "lars", "esc", "esc"}},
	{"session", 100, 30, []string{"/", "lars", "enter", "/", "fs01", "enter", "space"}},
	{"event", 100, 30, []string{"3", "/", "0x999bb", "enter", "enter", "/", "4624", "enter"}},
	{"timeline", 100, 24, []string{"/", "lars", "tab", "5"}},
	{"findings", 100, 26, []string{"7"}},
	{"trail", 100, 30, []string{"/", "lars", "tab", "6", "/", "after:2026-03-06 before:2026-03-06T03:00", "esc"}},
}

// TestScreenshots holds the pictures in doc to what the program draws.
func TestScreenshots(t *testing.T) {
	for _, p := range pictures {
		t.Run(p.name, func(t *testing.T) {
			o := demo(t)
			o.Find = nil // they show what the rules find
			if p.name == "findings" {
				o.Find = gravest
			}
			tm, e := run(t, o, colorprofile.ANSI, p.width, p.height)
			d := drive(t, o, p.width, p.height)
			await(t, tm, e, trimmed(d.screen()))
			for _, k := range p.keys {
				d.press(k)
				if _, ok := named[k]; ok {
					tm.Send(key(k))
				} else {
					tm.Type(k)
				}
			}
			await(t, tm, e, trimmed(d.screen()))
			got := svg(e, p.width, p.height)
			path := filepath.Join("..", "doc", p.name+".svg")
			if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil && !os.IsNotExist(err) || string(want) != got {
				t.Errorf("%s does not show what the program draws; go test ./tui -run Screenshots -update draws it anew", path)
			}
		})
	}
}

// practice is the practice domain, read once for all tests.
var practice = sync.OnceValues(func() (*model.Snapshot, []*parser.File) {
	ctx := context.Background()
	set := evidence.FindIn(ctx, "demo.zip", bytes.NewReader(testdata.Demo), int64(len(testdata.Demo)), evidence.Options{})
	files := make([]*parser.File, len(set.Sources))
	b := model.NewBuilder(event.NewSchemas())
	for i, s := range set.Sources {
		content, err := s.Open()
		if err != nil {
			panic(err)
		}
		if files[i], err = parser.Open(content, s.Size, event.FileID(i), s.Name); err != nil {
			panic(err)
		}
		b.AddFile(event.File{ID: event.FileID(i), Name: s.Name, Size: s.Size})
		stats, err := files[i].Scan(ctx, parser.Options{Workers: 1}, func(batch *event.Batch) error { b.Add(batch); return nil })
		if err != nil {
			panic(err)
		}
		b.FileDone(stats)
	}
	return b.Finish(), files
})

// demo is the practice domain as the UI gets it.
func demo(t *testing.T) Options {
	snap, files := practice()
	o := options(t, nil)
	o.Find = foundInDemo
	o.Load = func(_ context.Context, publish func(Progress)) {
		publish(Progress{Snapshot: snap, Finished: true, Files: len(files), TotalFiles: len(files)})
	}
	o.Read = func(ref event.Ref) (*event.Record, error) {
		if int(ref.File) >= len(files) {
			return nil, fs.ErrNotExist
		}
		return files[ref.File].Record(ref)
	}
	return o
}

const cellWidth, cellHeight = 8, 17

// The terminal of the pictures is dark.
const (
	paper = "#16181d"
	ink   = "#d6d9e0"
)

// svg draws what a terminal shows; runs of one style are one text.
func svg(e terminal, width, height int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="13">`+"\n",
		width*cellWidth+24, height*cellHeight+24)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="6" fill="%s"/>`+"\n", paper)
	for y := range height {
		for x := 0; x < width; {
			style := styleAt(e, x, y)
			from, text := x, ""
			for x < width && styleAt(e, x, y) == style {
				content := " "
				if c := e.CellAt(x, y); c != nil && c.Content != "" {
					content = c.Content
				}
				text += content
				x++
			}
			drawRun(&b, text, style, from, y, x-from)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// cellStyle is how a run of cells looks.
type cellStyle struct {
	ink           string
	bold, reverse bool
}

func styleAt(e terminal, x, y int) cellStyle {
	c := e.CellAt(x, y)
	if c == nil {
		return cellStyle{ink: ink}
	}
	return cellStyle{hex(c.Style.Fg), c.Style.Attrs&uv.AttrBold != 0, c.Style.Attrs&uv.AttrReverse != 0}
}

// palette is the eight colours that the theme may use, readable on paper.
var palette = [...]string{"#5c6370", "#f07178", "#a6d189", "#e5c890", "#8caaee", "#d7a1f9", "#5ccfe6", ink}

func hex(c color.Color) string {
	if c == nil {
		return ink
	}
	if basic, ok := c.(ansi.BasicColor); ok && int(basic) < len(palette) {
		return palette[basic]
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func drawRun(b *strings.Builder, text string, s cellStyle, x, y, cells int) {
	left, top := 12+x*cellWidth, 12+y*cellHeight
	fill := s.ink
	if s.reverse {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", left, top, cells*cellWidth, cellHeight, s.ink)
		fill = paper
	}
	bare := strings.Trim(text, " ")
	if bare == "" {
		return
	}
	left += strings.Index(text, bare) * cellWidth
	weight := ""
	if s.bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s"%s textLength="%d" lengthAdjust="spacingAndGlyphs" xml:space="preserve">%s</text>`+"\n",
		left, top+cellHeight-4, fill, weight, ansi.StringWidth(bare)*cellWidth, html.EscapeString(bare))
}
