// Package tui is the keyboard investigator: screens on a stack, one list each,
// details below it, a status line that always says what is filtered, marked,
// loading and damaged.
//
// It reads snapshots of the model and knows nothing of files: whoever starts
// it hands it a [Loader] and a reader of single records.
package tui
