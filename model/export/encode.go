package export

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"

	"spoor/model/text"
)

// Column is one column of a table of records.
type Column[T any] struct {
	Name string
	Text func(T) string
	// CSVOnly columns are too much for a table on a screen.
	CSVOnly bool
	// Rank sorts rows where their text does not; nil where it does.
	Rank func(T) int
}

// Encode writes records in a format: each as one JSON object, or its columns
// as CSV or as a plain table. It reads rows once and keeps none of them, but
// for the first 500 that a table's widths are taken from.
func Encode[T any](w io.Writer, f Format, columns []Column[T], rows iter.Seq[T]) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	var err error
	switch f {
	case JSONL:
		err = encodeLines(buffered, rows)
	case JSON:
		err = encodeArray(buffered, rows)
	case CSV:
		err = encodeCSV(buffered, columns, rows)
	case Table:
		err = encodeTable(buffered, columns, rows)
	default:
		err = fmt.Errorf("unknown format %q", f)
	}
	if err != nil {
		return err
	}
	return buffered.Flush()
}

func encodeLines[T any](w io.Writer, rows iter.Seq[T]) error {
	for row := range rows {
		b, err := marshal(row)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(b, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func encodeArray[T any](w io.Writer, rows iter.Seq[T]) error {
	before := "[\n  "
	for row := range rows {
		b, err := marshal(row)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, before); err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		before = ",\n  "
	}
	end := "\n]\n"
	if before == "[\n  " {
		end = "[]\n"
	}
	_, err := io.WriteString(w, end)
	return err
}

// marshal encodes v as JSON in which every rune that a terminal might obey is
// escaped; the decoded value is the same.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return EscapeJSON(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

func encodeCSV[T any](w io.Writer, columns []Column[T], rows iter.Seq[T]) error {
	out := csv.NewWriter(w)
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = c.Name
	}
	if err := out.Write(cells); err != nil {
		return err
	}
	for row := range rows {
		for i, c := range columns {
			cells[i] = spreadsheetSafe(text.Clean(c.Text(row)))
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// spreadsheetSafe puts an apostrophe before what a spreadsheet would run as a
// formula (OWASP, "CSV injection"), and before what it would show as another
// number: LibreOffice and Excel read an ID such as 125e091245798253 as a power of
// ten, keep 15 digits and drop zeros in front.
func spreadsheetSafe(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) || misread.MatchString(s) {
		return "'" + s
	}
	return s
}

var misread = regexp.MustCompile(`^([0-9]+[eE][0-9]+|[0-9]{16,}|0[0-9]+)$`)

const (
	tableSample  = 500
	tableCellMax = 60
)

func encodeTable[T any](w io.Writer, columns []Column[T], rows iter.Seq[T]) error {
	var shown []Column[T]
	for _, c := range columns {
		if !c.CSVOnly {
			shown = append(shown, c)
		}
	}
	widths := make([]int, len(shown))
	for i, c := range shown {
		widths[i] = text.Width(c.Name)
	}
	var sample [][]string
	headed := false
	flush := func() error {
		if err := writeCells(w, widths, upper(shown)); err != nil {
			return err
		}
		for _, cells := range sample {
			if err := writeCells(w, widths, cells); err != nil {
				return err
			}
		}
		headed, sample = true, nil
		return nil
	}
	for row := range rows {
		cells := make([]string, len(shown))
		for i, c := range shown {
			cells[i] = text.Clean(c.Text(row))
		}
		if headed {
			if err := writeCells(w, widths, cells); err != nil {
				return err
			}
			continue
		}
		for i, cell := range cells {
			widths[i] = max(widths[i], min(text.Width(cell), tableCellMax))
		}
		if sample = append(sample, cells); len(sample) == tableSample {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if headed {
		return nil
	}
	return flush()
}

func upper[T any](columns []Column[T]) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = strings.ToUpper(strings.ReplaceAll(c.Name, "_", " "))
	}
	return out
}

func writeCells(w io.Writer, widths []int, cells []string) error {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(cell)
		if pad := widths[i] - text.Width(cell); pad > 0 && i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", pad))
		}
	}
	_, err := io.WriteString(w, strings.TrimRight(b.String(), " ")+"\n")
	return err
}
