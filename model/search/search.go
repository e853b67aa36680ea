// Package search finds by few letters: it matches queries fuzzily against the
// distinct values of a list (accounts, hosts, addresses, logon IDs), never
// against rendered lines, and says which letters matched.
package search
