// Package evidence finds the logs below the paths that a user names and opens
// them for reading: files, folders, globs, members of zip collections, gzipped
// files, and collections that a program carries within itself.
//
// Evidence is never written to, and nothing is written beside it. Members that
// cannot be read in place are unpacked once, small ones into memory, large ones
// into a temporary file that has no name any more. What cannot be read is a
// [Problem] that names the path and the reason; the rest is still found.
package evidence
