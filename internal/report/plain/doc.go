// Package plain makes text from outside harmless for the place where a report
// shows it: one line (Text, Word, Sentence), Markdown on GitHub (Escape, Code),
// JSON that somebody prints (JSON), and the lines of a terminal (Printer).
//
// Nothing that it returns acts on the reader's side, whatever it is given. What
// a text means, and whether it is true, is not known here.
package plain
