// Package testdata holds the practice domain's event logs, as a collection of
// evidence would. Package simulate says what happened in it.
package testdata

import _ "embed"

//go:generate go run spoor/cmd/spoor simulate --demo --force -o demo.zip

// Demo is a zip of EVTX files, a folder for each host.
//
//go:embed demo.zip
var Demo []byte
