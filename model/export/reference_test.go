package export

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var updateReference = flag.Bool("update-reference", false, "write doc/records.md anew")

// TestReferencePageSaysWhatTheRecordsAre holds doc/records.md to the types of
// the public records and their comments.
func TestReferencePageSaysWhatTheRecordsAre(t *testing.T) {
	got := referencePage(t)
	path := filepath.Join("..", "..", "doc", "records.md")
	if *updateReference {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what the code says; go test ./model/export -run Reference -update-reference writes it anew", path)
	}
}

// referencePage describes every exported struct of the package that has JSON
// keys: those with a schema first.
func referencePage(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var records, parts strings.Builder
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				spec := s.(*ast.TypeSpec)
				st, ok := spec.Type.(*ast.StructType)
				if !ok || !spec.Name.IsExported() || !hasKeys(st) {
					continue
				}
				out := &parts
				if key(st.Fields.List[0]) == "schema" {
					out = &records
				}
				describe(out, spec.Name.Name, g.Doc.Text(), st)
			}
		}
	}
	return "# The public records\n\n" +
		"Every command that prints JSON prints these objects: one a line with `--format jsonl`, an array with `--format json`.\n" +
		"Fields may be added, never changed. Times are UTC, RFC 3339, with the seven digits that Windows keeps; what is not\n" +
		"known is `null`. Logon IDs are hexadecimal without padding. This page is written from the code.\n\n" +
		records.String() + "# Parts of records\n\n" + parts.String()
}

func hasKeys(s *ast.StructType) bool {
	for _, f := range s.Fields.List {
		if key(f) != "" {
			return true
		}
	}
	return false
}

func key(f *ast.Field) string {
	if f.Tag == nil {
		return ""
	}
	name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
	return name
}

func describe(out *strings.Builder, name, doc string, s *ast.StructType) {
	fmt.Fprintf(out, "## %s\n\n%s\n\n| key | type | |\n|---|---|---|\n", name, strings.ReplaceAll(strings.TrimSpace(doc), "\n", " "))
	for _, f := range s.Fields.List {
		if key(f) == "" {
			continue
		}
		what := strings.TrimSpace(f.Comment.Text())
		if what == "" {
			what = strings.TrimSpace(f.Doc.Text())
		}
		fmt.Fprintf(out, "| `%s` | %s | %s |\n", key(f), typeWords(f.Type), strings.ReplaceAll(strings.ReplaceAll(what, "\n", " "), "|", `\|`))
	}
	out.WriteString("\n")
}

// typeWords says a Go type as JSON has it.
func typeWords(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		switch e.Name {
		case "string":
			return "text"
		case "bool":
			return "true or false"
		case "Time":
			return "time or null"
		}
		if ast.IsExported(e.Name) {
			return "[" + e.Name + "](#" + strings.ToLower(e.Name) + ")"
		}
		return "number"
	case *ast.StarExpr:
		return typeWords(e.X) + " or null"
	case *ast.ArrayType:
		return "list of " + typeWords(e.Elt)
	case *ast.MapType:
		return "object"
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return "value"
}
