// Package rules is the catalog of Dockerfile rules: one file per rule, and All,
// the sorted list of them. A rule's cases are in testdata/<id>.txtar.
//
// Where a rule is also another tool's, the finding carries that tool's id as an
// alias on exactly the findings that the tool would report, quirks included.
// Where gate knows better, the finding has no alias; where only the tool would
// speak, it is reported in that tool's profile alone.
package rules
