// Package fleet turns a gate.Fleet, the result of a rescan of released images,
// into bytes: one page for a browser with a plot over time (HTML), a job
// summary (Markdown), a table for a terminal, a document for programs (JSON,
// which Read takes back), and what removes the findings, ready to be handed to
// a workflow (Remedies).
//
// It decides nothing and reads nothing but its arguments, so that equal fleets
// give equal bytes. Every text of a fleet may be hostile: it is made harmless
// for the place that it goes to. A fleet of which a part could not be scanned is
// never called clean. Whether what a fleet says is true is not known here.
package fleet
