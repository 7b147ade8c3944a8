package dockerfile

import "mvdan.cc/sh/v3/syntax"

// Feed is text that a script does not take from a pipe: what a redirection gives
// commands to read, or what a for loop goes through. Text in which nothing is
// expanded is none.
type Feed struct {
	// What is the file, process substitution, here-string or heredoc behind the
	// operator, or a word that the loop goes through.
	What *Arg
	// To are the commands that read it; none for a loop.
	To []*Command
	// Descriptor is the number of the file descriptor; empty for standard input.
	Descriptor string
	// Variable is the one of the loop; empty for a redirection.
	Variable string
}

// feeding are the words of a statement's redirections that commands read from,
// where something is expanded in them.
func feeding(stmt *syntax.Stmt, visit func(*syntax.Redirect, *syntax.Word)) {
	for _, r := range stmt.Redirs {
		word := r.Word
		switch r.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			word = r.Hdoc
		case syntax.RdrIn, syntax.WordHdoc:
		default:
			continue
		}
		if word != nil && word.Lit() == "" {
			visit(r, word)
		}
	}
}

// await makes arguments of the words that a compound statement is fed with, so
// that their commands are known once they have been walked. A call does it itself.
func (w *walker) await(stmt *syntax.Stmt) {
	feeding(stmt, func(_ *syntax.Redirect, word *syntax.Word) { w.own(word) })
}

// own makes an argument of a word that belongs to no command.
func (w *walker) own(word *syntax.Word) *Arg {
	arg := w.arg(word)
	w.argOf[word] = &arg
	return &arg
}

// feed joins what a statement is fed with to the commands that read it.
func (w *walker) feed(stmt *syntax.Stmt) {
	feeding(stmt, func(r *syntax.Redirect, word *syntax.Word) {
		feed := &Feed{What: w.argOf[word], To: w.ends(stmt, true, nil)}
		if r.N != nil && r.N.Value != "0" {
			feed.Descriptor = r.N.Value
		}
		if feed.What != nil && len(feed.To) > 0 {
			w.script.Feeds = append(w.script.Feeds, feed)
		}
	})
}
