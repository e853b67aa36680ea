package findings

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// code is the functions of this package by their names, the methods of scope
// after "x.".
func code(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	out := map[string]*ast.FuncDecl{}
	files(t, func(_ string, f *ast.File) {
		for _, d := range f.Decls {
			switch fn, ok := d.(*ast.FuncDecl); {
			case !ok:
			case fn.Recv == nil:
				out[fn.Name.Name] = fn
			case len(fn.Recv.List[0].Names) > 0 && fn.Recv.List[0].Names[0].Name == "x":
				out["x."+fn.Name.Name] = fn
			}
		}
	})
	return out
}

func files(t *testing.T, use func(name string, f *ast.File)) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("no files: %v", err)
	}
	set := token.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		use(name, f)
	}
}

// passed are functions that rules share and that decide nothing by the
// thresholds that they read: what else they were asked for is what decides.
var passed = map[string]bool{"x.askedAbout": true, "x.add": true}

// decidesBy returns the thresholds that a function reads, itself or by those
// that it calls.
func decidesBy(all map[string]*ast.FuncDecl, name string, seen map[string]bool) (out []string) {
	fn := all[name]
	if fn == nil || seen[name] || passed[name] {
		return nil
	}
	seen[name] = true
	ast.Inspect(fn, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch f := call.Fun.(type) {
		case *ast.Ident:
			out = append(out, decidesBy(all, f.Name, seen)...)
		case *ast.SelectorExpr:
			if of, ok := f.X.(*ast.Ident); !ok || of.Name != "x" {
				return true
			}
			if f.Sel.Name == "value" || f.Sel.Name == "span" {
				if text, ok := call.Args[0].(*ast.BasicLit); ok {
					name, _ := strconv.Unquote(text.Value)
					out = append(out, name)
				}
				return true
			}
			out = append(out, decidesBy(all, "x."+f.Sel.Name, seen)...)
		}
		return true
	})
	return out
}

// finders are the names of the functions of the table of rules, by the rules'.
func finders(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files(t, func(name string, f *ast.File) {
		if name != "rules.go" {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			row, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			id := ""
			for _, e := range row.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				switch key, _ := kv.Key.(*ast.Ident); {
				case key == nil:
				case key.Name == "ID":
					id, _ = strconv.Unquote(kv.Value.(*ast.BasicLit).Value)
				case key.Name == "find":
					out[id] = kv.Value.(*ast.SelectorExpr).Sel.Name
				}
			}
			return true
		})
	})
	return out
}

func TestARuleNamesTheThresholdsThatItsCodeReads(t *testing.T) {
	all, find := code(t), finders(t)
	used := map[string]bool{}
	for _, r := range rules {
		reads := decidesBy(all, "x."+find[r.ID], map[string]bool{})
		if len(find) != len(rules) || find[r.ID] == "" {
			t.Fatalf("%d functions of rules are known, want %d; of %s %q", len(find), len(rules), r.ID, find[r.ID])
		}
		for _, q := range r.Needs {
			if q.Need == needHistory {
				reads = append(reads, "history-days")
			}
		}
		for _, name := range reads {
			if used[name] = true; !slices.Contains(r.Thresholds, name) {
				t.Errorf("%s decides by %s and does not name it", r.ID, name)
			}
		}
		for _, name := range r.Thresholds {
			if !slices.Contains(reads, name) && !strings.Contains(r.Decides, name) {
				t.Errorf("%s names %s, which neither its code reads nor its words say", r.ID, name)
			}
		}
	}
	for _, x := range thresholds {
		if !used[x.Name] && x.Name != "edge-seconds" { // which is of the needs
			t.Errorf("no rule decides by %s", x.Name)
		}
	}
}

// lengths are the constants of this package that are lengths of time, and why
// none can set them.
var lengths = map[string]string{
	"ticketLife": "of Microsoft's default policy",
	"renewLife":  "of Microsoft's default policy",
	"day":        "a unit",
	"edge":       "it decides no finding, but what is said of logs that are not there",
}

// TestNoNumberThatDecidesHides holds the code of rules to the table of
// thresholds: neither a length of time nor a count to compare with stands in it.
func TestNoNumberThatDecidesHides(t *testing.T) {
	units := []string{"Second", "Minute", "Hour", "Millisecond"}
	files(t, func(name string, f *ast.File) {
		if name == "words.go" || name == "thresholds.go" {
			return // sentences, and the units themselves
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if _, ok := lengths[n.Names[0].Name]; ok {
					return false
				}
			case *ast.SelectorExpr:
				if p, ok := n.X.(*ast.Ident); ok && p.Name == "time" && slices.Contains(units, n.Sel.Name) && name != "places.go" {
					t.Errorf("%s: a length of time in time.%s is no threshold", name, n.Sel.Name)
				}
			case *ast.BinaryExpr:
				if strings.HasPrefix(name, "rule_") && compares[n.Op] && (counts(n.X) || counts(n.Y)) {
					t.Errorf("%s: a number above 1 is compared with, which is no threshold", name)
				}
			}
			return true
		})
	})
}

var compares = map[token.Token]bool{token.LSS: true, token.LEQ: true, token.GTR: true, token.GEQ: true}

// counts reports whether an expression is a number above 1.
func counts(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.INT {
		return false
	}
	n, err := strconv.ParseInt(lit.Value, 0, 64)
	return err == nil && n > 1
}
