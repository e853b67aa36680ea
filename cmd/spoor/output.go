package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"

	"spoor/model/export"
)

// printRows writes rows to where -o says in the format of --format. Rows that
// end because the context did are no result.
func printRows[T any](ctx context.Context, e *environment, o *options, columns []export.Column[T], rows iter.Seq[T]) error {
	return e.write(o.output, func(w io.Writer) error {
		if err := export.Encode(w, export.Format(o.format), columns, rows); err != nil {
			return err
		}
		return ctx.Err()
	})
}

// write calls fill with stdout, or with a new file that must not exist.
func (e *environment) write(path string, fill func(io.Writer) error) error {
	if path == "-" {
		return unwritten(fill(e.out))
	}
	err := export.Create(path, fill)
	if errors.Is(err, fs.ErrExist) {
		return unwritten(&fs.PathError{Op: "write", Path: path, Err: errors.New("it exists; choose another name")})
	}
	return unwritten(err)
}
