package main

import (
	"errors"
	"io"
	"io/fs"
	"iter"

	"spoor/model/export"
)

// print writes rows to where -o says in the format of --format.
func printRows[T any](e *environment, o *options, columns []export.Column[T], rows iter.Seq[T]) error {
	return e.write(o.output, func(w io.Writer) error {
		return export.Encode(w, export.Format(o.format), columns, rows)
	})
}

// write calls fill with stdout, or with a new file that must not exist.
func (e *environment) write(path string, fill func(io.Writer) error) error {
	if path == "-" {
		return unwritten(fill(e.out))
	}
	err := export.Create(path, fill)
	if errors.Is(err, fs.ErrExist) {
		return &failure{exitUnwritten, &fs.PathError{Op: "write", Path: path, Err: errors.New("the file exists; choose another name")}}
	}
	return unwritten(err)
}
