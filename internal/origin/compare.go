package origin

import (
	"path"
	"strings"
	"unicode"

	"github.com/containergate/gate/internal/dockerfile"
)

// likeness is how well an instruction and a step of the history agree.
type likeness int

const (
	// different: they cannot be the same.
	different likeness = iota
	// possible: the keyword is the same, and the text tells neither yes nor no.
	possible
	// same: the text agrees.
	same
)

// compare holds an instruction against a step.
func compare(instruction *dockerfile.Instruction, entry step) likeness {
	if instruction.Name != entry.keyword {
		return different
	}
	switch instruction.Name {
	case "RUN":
		return compareRun(instruction, entry)
	case "COPY", "ADD":
		return compareCopy(instruction, entry)
	case "WORKDIR":
		return compareWorkdir(instruction, entry)
	default:
		// Builders rewrite these in many ways, and they make no layers.
		if glob(squeeze(instruction.Text), squeeze(entry.text)) {
			return same
		}
		return possible
	}
}

// compareRun: builders leave the script as it is written, behind the shell and
// the build arguments.
func compareRun(instruction *dockerfile.Instruction, entry step) likeness {
	told := squeeze(withoutFlags(entry.text))
	for _, script := range scripts(instruction) {
		before, found := strings.CutSuffix(told, script)
		switch {
		case script == "" || !found:
		case instruction.JSON && (before == "" || strings.HasPrefix(before, "|")):
			return same
		case !instruction.JSON && strings.HasSuffix(before, squeeze(strings.Join(instruction.Shell, " "))):
			return same
		case !instruction.JSON && endsWithShell(before):
			return same
		}
	}
	if len(instruction.Heredocs) > 0 && strings.Contains(told, squeeze(instruction.Heredocs[0].Content)) {
		return possible
	}
	return different
}

// scripts are the forms in which a builder may write down what RUN runs.
func scripts(instruction *dockerfile.Instruction) []string {
	if instruction.JSON {
		return []string{squeeze(strings.Join(instruction.Args, " "))}
	}
	if len(instruction.Heredocs) == 0 {
		return []string{squeeze(instruction.Text)}
	}
	var contents, whole strings.Builder
	whole.WriteString(instruction.Text)
	for _, document := range instruction.Heredocs {
		contents.WriteString(document.Content)
		whole.WriteString(document.Content + document.Name)
	}
	return []string{squeeze(whole.String()), squeeze(contents.String())}
}

// endsWithShell reports whether text ends like "/bin/bash -o pipefail -c": the
// base image may have set a shell that the Dockerfile does not tell of.
func endsWithShell(text string) bool {
	at := strings.LastIndex(text, "sh-")
	if at < 0 {
		return false
	}
	options := text[at+2:]
	return strings.HasSuffix(options, "c") && strings.IndexFunc(options, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) }) < 0
}

// compareCopy: BuildKit keeps the names, with variables expanded; the classic
// builder keeps the target only.
func compareCopy(instruction *dockerfile.Instruction, entry step) likeness {
	words := instruction.Args
	if len(words) == 0 {
		return possible
	}
	told := withoutFlags(entry.text)
	if !entry.classic {
		if glob(squeeze(strings.Join(words, " ")), squeeze(told)) {
			return same
		}
		return different
	}
	at := strings.LastIndex(told, " in ")
	if at < 0 {
		return possible
	}
	return comparePath(words[len(words)-1], strings.TrimSpace(told[at+len(" in "):]))
}

// compareWorkdir: both builders may make a relative directory absolute.
func compareWorkdir(instruction *dockerfile.Instruction, entry step) likeness {
	return comparePath(instruction.Text, entry.text)
}

// comparePath holds a path of the Dockerfile against one of the history.
func comparePath(written, told string) likeness {
	written, told = squeeze(written), squeeze(told)
	if glob(written, told) || glob(path.Clean(written), path.Clean(told)) {
		return same
	}
	relative := path.Clean(written)
	switch {
	case path.IsAbs(relative):
		return different
	case relative == ".":
		return possible
	case glob("${PARENT}/"+relative, path.Clean(told)):
		return same
	default:
		return different
	}
}

// withoutFlags drops what stands before the arguments: --chown=1:1, --from=x.
// The classic builder puts no blank behind a flag that a hash follows.
func withoutFlags(text string) string {
	for strings.HasPrefix(text, "--") {
		end := strings.IndexAny(text, " \t\n")
		if end < 0 {
			return ""
		}
		if word := text[:end]; strings.Contains(word, "file:") || strings.Contains(word, "dir:") || strings.Contains(word, "multi:") {
			return text
		}
		text = strings.TrimLeft(text[end:], " \t\n")
	}
	return text
}

// squeeze leaves out what builders write differently: blanks, quotes and
// backslashes.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '"' || r == '\'' || r == '\\' {
			return -1
		}
		return r
	}, text)
}
