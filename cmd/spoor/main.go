// Spoor follows a user's logon tracks through a Windows domain: it reads the
// event logs of domain controllers, workstations and servers, joins them into
// sessions, and shows who logged on where, from where, until when.
package main

import (
	"context"
	"os"
	_ "time/tzdata" // zones by name on machines that hold none
)

func main() {
	ctx, stop := untilSignal(context.Background())
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
	stop()
	os.Exit(code)
}
