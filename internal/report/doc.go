// Package report turns a gate.Report into bytes: for a person at a terminal,
// for programs (JSON), for code scanning (SARIF), for a page (Markdown), for a browser (HTML) and in
// the forms of other tools (Checkstyle, JUnit, GitLab, commands to the runner).
//
// Read takes a JSON report back, from whoever wrote it.
//
// A reporter decides nothing and reads nothing but its arguments, so that equal
// reports give equal bytes. All text in a report may be hostile: each reporter
// makes it harmless for the place it goes to. What a report's text means, and
// whether it is true, is not known here.
package report
