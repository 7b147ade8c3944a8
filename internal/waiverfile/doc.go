// Package waiverfile edits the waivers of a YAML file: .gate-waivers.yaml, or
// the waivers of .gate.yaml. Only the lines of the waivers in question change;
// comments, blank lines, quotes and line ends stay as their authors wrote them.
//
// A file is never encoded anew. The place of an edit comes from the parsed
// document, and the edited text is parsed again before it is returned: it must
// say what it said before, and the edit, and nothing else. Where that can't be
// had the result is an error and no text. Errors name lines and no file, which
// the caller knows.
//
// The package reads and writes no files, and does not know whether a waiver
// keeps to a policy's terms.
package waiverfile
