package advise

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// ErrNoEdit marks a base image that cannot be changed by one line for certain.
// The error that wraps it says why, and what a person can do.
var ErrNoEdit = errors.New("no edit of the Dockerfile")

// Edit is a change of one line.
type Edit struct {
	// Line counts from 1. Old and New are the whole line, without its end.
	Line     int
	Old, New string
	// Stages are the indexes of all stages whose base the edit changes, in order.
	Stages []int
}

// EditFrom gives the one line that makes a stage, by its index, begin with
// another image. That is the line of its FROM, or of the ARG with the default
// that FROM uses: for the whole reference, or for a part of it that is all that
// changes, such as the version.
//
// The new reference takes the place of the old one with its digest. It must have
// a digest where the old one has. Nothing else may change: the file is read again
// with the edit, and where another stage would then begin otherwise, or where the
// variable is used for something else, the error is ErrNoEdit. So it is for
// scratch, for stages that begin with a stage, and for what build arguments or
// nothing in the file decide. The file is not changed.
func EditFrom(file *dockerfile.File, stage int, reference string) (Edit, error) {
	switch {
	case stage < 0 || stage >= len(file.Stages):
		return Edit{}, fmt.Errorf("%w: %s has no stage %d", ErrNoEdit, file.Path, stage)
	case !referenceForm.MatchString(reference):
		return Edit{}, fmt.Errorf("%w: %q is no image reference", ErrNoEdit, reference)
	}
	from := file.Stages[stage].From
	edit, why := planEdit(file, file.Stages[stage], reference)
	if why == "" {
		why = edit.check(file, reference)
	}
	if why != "" {
		return Edit{}, fmt.Errorf("%w: %s:%d: %s", ErrNoEdit, file.Path, from.Line, why)
	}
	return edit, nil
}

// planEdit finds the place and the new text, or says why there is none.
func planEdit(file *dockerfile.File, stage *dockerfile.Stage, reference string) (Edit, string) {
	old := ParseReference(stage.BaseName)
	switch plain := dockerfile.Parse(file.Path, file.Source); {
	case !file.Complete():
		return Edit{}, "the file cannot be read to its end"
	case stage.Parent != nil:
		return Edit{}, "the stage begins with the stage " + stage.Parent.Label() + ", not with an image"
	case stage.BaseName == "scratch":
		return Edit{}, "the stage begins with scratch, which is empty"
	case stage.BaseName == "":
		return Edit{}, "FROM names no image"
	case stage.Unresolved():
		return Edit{}, "the image is a variable without a value; give its ARG a default"
	case plain.Stages[stage.Index].BaseName != stage.BaseName:
		return Edit{}, "a build argument decides about the image; change it where the build is called"
	case old.Digest != "" && ParseReference(reference).Digest == "":
		return Edit{}, "the image is pinned to a digest, and the new one has none"
	case reference == stage.BaseName:
		return Edit{}, "it names this image already"
	}
	text, quote, ok := unquoted(stage.RawBase)
	switch {
	case ok && !strings.Contains(text, "$"):
		return replaceAt(file, stage.From.ArgAt(0), quote, text, reference, []int{stage.Index})
	case quote == "'" || !ok && !strings.Contains(text, "$"):
		return Edit{}, spelling
	default:
		return editVariable(file, stage, text, reference)
	}
}

const spelling = "the image is written in a way that gate does not rewrite; put the name on one line, without escapes"

// replaceAt replaces a text at a position, behind what stands before it there.
func replaceAt(file *dockerfile.File, at dockerfile.Position, before, old, text string, stages []int) (Edit, string) {
	if at.Line < 1 || at.Line > len(file.Lines) {
		return Edit{}, spelling
	}
	line := file.Lines[at.Line-1]
	start := runeOffset(line, at.Column)
	if start < 0 || !strings.HasPrefix(line[start:], before+old) {
		return Edit{}, spelling
	}
	start += len(before)
	return Edit{Line: at.Line, Old: line, New: line[:start] + text + line[start+len(old):], Stages: stages}, ""
}

// runeOffset is where a column, which counts characters from 1, is in bytes.
func runeOffset(line string, column int) int {
	at := 1
	for offset := range line {
		if at == column {
			return offset
		}
		at++
	}
	return -1
}

// unquoted takes the quotes off a word, and says which they were. Not ok is a
// word with quotes or escapes inside.
func unquoted(word string) (text, quote string, ok bool) {
	text = word
	if len(word) > 1 && (word[0] == '"' || word[0] == '\'') && word[len(word)-1] == word[0] {
		text, quote = word[1:len(word)-1], word[:1]
	}
	return text, quote, !strings.ContainsAny(text, "\"'\\`")
}

// Apply carries out the edit on the text of the file that it was made for. The
// ends of lines stay as they are. A text that has another line there is refused.
func (e Edit) Apply(source []byte) ([]byte, error) {
	start := 0
	if bytes.HasPrefix(source, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	for range e.Line - 1 {
		next := bytes.IndexByte(source[start:], '\n')
		if next < 0 {
			return nil, fmt.Errorf("%w: the file has changed, and has no line %d any more", ErrNoEdit, e.Line)
		}
		start += next + 1
	}
	line, _, _ := bytes.Cut(source[start:], []byte("\n"))
	if string(bytes.TrimRight(line, "\r")) != e.Old {
		return nil, fmt.Errorf("%w: the file has changed, and line %d is another one", ErrNoEdit, e.Line)
	}
	return slices.Concat(source[:start], []byte(e.New), source[start+len(e.Old):]), nil
}

const byteOrderMark = "\uFEFF"
