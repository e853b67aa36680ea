package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == secondOpinion {
		// verify, run within a test, has started this program.
		os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
	}
	testscript.Main(m, map[string]func(){
		"spoor": func() {
			os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"mklog":    makeLog,
			"truncate": truncate,
			"zip":      zipFiles,
			"image":    makeImage,
			"exits":    exits,
			"for":      forEach,
			"changed":  changed,
		},
	})
}

// makeLog writes the log of one ordinary or hostile session: mklog KIND FILE.
func makeLog(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: mklog ordinary|hostile FILE")
	}
	t := scriptT{TB: nil, ts: ts}
	path := ts.MkAbs(args[1])
	switch args[0] {
	case "ordinary":
		ordinaryLog(t, path)
	case "hostile":
		hostileLog(t, path)
	default:
		ts.Fatalf("no log is called %s", args[0])
	}
}

// exits runs a command and checks its exit code: exits CODE COMMAND ARG...
func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// forEach runs a command for each word, which stands for {}: for WORD... -- COMMAND ARG...
func forEach(ts *testscript.TestScript, _ bool, args []string) {
	end := slices.Index(args, "--")
	if end < 1 || end+2 > len(args) {
		ts.Fatalf("usage: for WORD... -- COMMAND ARG...")
	}
	for _, word := range args[:end] {
		var command []string
		for _, a := range args[end+1:] {
			command = append(command, strings.ReplaceAll(a, "{}", word))
		}
		ts.Check(ts.Exec(command[0], command[1:]...))
	}
}

// changed changes the last letter of a file: changed FILE.
func changed(ts *testscript.TestScript, _ bool, args []string) {
	b := []byte(ts.ReadFile(args[0]))
	b[len(b)-1] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

// truncate cuts a file: truncate FILE BYTES.
func truncate(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: truncate FILE BYTES")
	}
	var n int64
	_, err := fmt.Sscan(args[1], &n)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

// zipFiles makes a collection: zip ARCHIVE FILE...
func zipFiles(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: zip ARCHIVE FILE...")
	}
	out, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer out.Close()
	z := zip.NewWriter(out)
	for _, name := range args[1:] {
		w, err := z.Create(name)
		ts.Check(err)
		_, err = io.WriteString(w, ts.ReadFile(name))
		ts.Check(err)
	}
	ts.Check(z.Close())
}

// makeImage writes bytes that hold files at sectors, as a disk does: image
// IMAGE FILE...
func makeImage(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: image IMAGE FILE...")
	}
	image := bytes.Repeat([]byte{0xeb, 0x52}, 3*512)
	for _, name := range args[1:] {
		image = append(image, ts.ReadFile(name)...)
		image = append(image, make([]byte, 512-len(image)%512)...)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), image, 0o600))
}

// scriptT lets helpers for tests report to a script.
type scriptT struct {
	testing.TB
	ts *testscript.TestScript
}

func (t scriptT) Helper()           {}
func (t scriptT) Fatal(args ...any) { t.ts.Fatalf("%s", fmt.Sprintln(args...)) }
