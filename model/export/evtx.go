package export

import (
	"errors"
	"io"
)

// errNoLogWriter says that a program has linked no writer of logs.
var errNoLogWriter = errors.New("this program writes no logs")

// writeLog writes the sessions' records as they were logged, in the order of
// their times. They keep their numbers, which those of other computers may
// have as well.
func writeLog(w io.Writer, c *content) error {
	switch {
	case c.newLog == nil:
		return errNoLogWriter
	case c.noEvents:
		return errors.New("a log without events is none")
	}
	out := c.newLog(w)
	for range c.sessions() { // counted: an original record names no session
	}
	for _, row := range c.order {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		rec, err := c.record(row)
		if err == nil && c.view.mask != nil {
			// An original record is never altered.
			if e := c.view.recorded(row, nil, rec); c.view.mask.hides(&e) {
				c.missing(row, "withheld: it holds a name that is masked")
				continue
			}
		}
		if err == nil {
			err = out.Write(rec)
		}
		if err != nil {
			c.missing(row, err.Error())
			continue
		}
		c.result.Events++
	}
	return out.Close()
}
