package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says which packages of this module each one may import besides
// itself and model/event, and which modules only it may import. What is not
// listed may import neither.
var rooms = []struct {
	room string
	may  []string
}{
	{"spoor/model/event", nil},
	{"spoor/model", nil},
	{"spoor/model/text", nil},
	{"spoor/model/search", []string{"spoor/model"}},
	{"spoor/model/export", []string{"spoor/model", "spoor/model/findings", "spoor/model/text"}},
	{"spoor/model/simulate", nil},
	{"spoor/model/findings", []string{"spoor/model"}},
	{"spoor/parser", nil},
	{"spoor/parser/evtxwrite", nil},
	{"spoor/parser/evtxwrite/bulk", []string{"spoor/parser/evtxwrite"}},
	{"spoor/parser/evidence", nil},
	{"spoor/parser/secondopinion", nil},
	{"spoor/testdata", nil},
	{"spoor/tui/table", []string{"spoor/model/text"}},
	{"spoor/tui", []string{"spoor/model", "spoor/model/findings", "spoor/model/search", "spoor/model/export", "spoor/tui/table", "spoor/model/text"}},
}

// only says which room alone may import a module.
var only = map[string]string{
	"github.com/sahilm/fuzzy":       "spoor/model/search",
	"github.com/0xrawsec/":          "spoor/parser/secondopinion",
	"charm.land/bubbletea/v2":       "spoor/tui",
	"github.com/spf13/cobra":        "spoor/cmd/spoor",
	"github.com/muesli/mango-cobra": "spoor/cmd/spoor",
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	for _, p := range listPackages(t) {
		i := slices.IndexFunc(rooms, func(r struct {
			room string
			may  []string
		}) bool {
			return r.room == p.ImportPath
		})
		if i < 0 && p.ImportPath != "spoor/cmd/spoor" {
			t.Errorf("%s is in no room: say what it may import", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			if i >= 0 && strings.HasPrefix(imported, "spoor/") && imported != "spoor/model/event" && !slices.Contains(rooms[i].may, imported) {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
			for module, room := range only {
				if strings.HasPrefix(imported, module) && p.ImportPath != room && !strings.HasPrefix(p.ImportPath, room+"/") {
					t.Errorf("%s imports %s, which is for %s alone", p.ImportPath, imported, room)
				}
			}
			if p.ImportPath == "spoor/model" && strings.Contains(imported, ".") {
				t.Errorf("%s imports %s, which is not of the standard library", p.ImportPath, imported)
			}
		}
	}
}

type listed struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "spoor/...", "spoor/testdata").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
