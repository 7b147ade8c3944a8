package dockerfile

import (
	"path"
	"strings"
)

// ShellText is the text that a Unix shell gets to run, without the
// continuation characters and comments that the builder takes out of it.
type ShellText struct {
	// Text is the script.
	Text string
	// Program is the program that a line "#!" at its top names, by its base
	// name and without env; empty when there is no such line.
	Program string

	at func(offset int) Position
}

// At returns the place in the file of a byte offset into the text; offsets
// behind its end have the place of the end.
func (t ShellText) At(offset int) Position { return t.at(min(max(offset, 0), len(t.Text))) }

// ShellText returns what the shell form runs. ok is false for the exec form,
// for instructions that run nothing, and where it is not for a Unix shell.
func (i *Instruction) ShellText() (text ShellText, ok bool) {
	skip, runs := i.scriptStart()
	if !runs || i.JSON || len(i.Shell) > 0 && !IsUnixShell(i.Shell[0]) {
		return text, false
	}
	script, ok := i.shellText(skip)
	if !ok {
		return text, false
	}
	program, _ := shebang(script.text)
	return ShellText{Text: script.text, Program: program, at: script.at}, true
}

// scriptStart counts the words before the script of an instruction. ok is
// false when it has none.
func (i *Instruction) scriptStart() (words int, ok bool) {
	switch i.Name {
	case "RUN", "CMD", "ENTRYPOINT":
		return 0, true
	case "HEALTHCHECK":
		return 1, len(i.Args) >= 2 && strings.EqualFold(i.Args[0], "CMD")
	}
	return 0, false
}

// shebang returns the base name of the program that a script's first line
// names, without env.
func shebang(text string) (program string, ok bool) {
	line, ok := strings.CutPrefix(text, "#!")
	line, _, _ = strings.Cut(line, "\n")
	words := strings.Fields(line)
	if len(words) > 1 && path.Base(words[0]) == "env" {
		words = words[1:]
	}
	if !ok || len(words) == 0 {
		return "", false
	}
	return path.Base(words[0]), true
}
