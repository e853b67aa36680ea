// Package findings says what in a snapshot is unusual, and what that judgement
// presumes.
//
// A rule is a row of one table: what it looks for, how it decides, what it
// needs of the evidence, which innocent causes look the same, and what would
// confirm or refute it. [Find] applies all of them. A [Finding] is a reason to
// look, never a verdict: it names accounts, not persons, states facts of the
// records, and says of each thing that its rule needs whether the evidence
// covers it. Where it does not, the finding weighs less, and says why.
//
// The texts of a finding are made of what records say, which attackers write:
// they are plain strings, to be escaped where they are shown.
package findings
