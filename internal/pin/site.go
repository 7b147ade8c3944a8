package pin

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/containergate/gate/internal/dockerfile"
)

// site is a place in a Dockerfile that names an image.
type site struct {
	dockerfile.Position
	// text is the reference as it stands there, without quotes.
	text string
	// start is where the text begins in the source, in bytes.
	start int
	// left says why nothing is done here; then start has no meaning.
	left string
	// open is true for a site that is left and has no digest.
	open bool
}

// finder collects the sites of a file.
type finder struct {
	file     *dockerfile.File
	contexts []string
	// starts are the offsets at which the lines begin.
	starts    []int
	variables variables
	// stages are the names of all stages, in lower case.
	stages map[string]bool
	sites  []site
}

// find lists the places of a file that name images, in order, each once. Names
// of stages, scratch and numbers of stages are none. contexts are the names that
// the build gives to contexts of its own; syntax asks for the frontend, too.
func find(file *dockerfile.File, contexts []string, syntax bool) []site {
	f := &finder{file: file, starts: lineStarts(file.Source), variables: newVariables(file), stages: map[string]bool{}}
	for _, stage := range file.Stages {
		f.stages[strings.ToLower(stage.Name)] = true
	}
	for _, name := range contexts {
		f.contexts = append(f.contexts, familiar(name))
	}
	if syntax && file.Syntax != nil {
		f.frontend(file.Syntax)
	}
	for _, stage := range file.AllStages() {
		if stage.From != nil {
			f.base(stage)
		}
		for _, i := range stage.Instructions {
			f.instruction(i)
		}
	}
	slices.SortStableFunc(f.sites, func(a, b site) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	// The default of an ARG is one place, however many stages begin with it.
	return slices.Compact(f.sites)
}

func lineStarts(src []byte) []int {
	first := 0
	if bytes.HasPrefix(src, []byte("\uFEFF")) {
		first = len("\uFEFF")
	}
	starts := []int{first}
	for n, b := range src {
		if b == '\n' {
			starts = append(starts, n+1)
		}
	}
	return starts
}

// offset is where a position is in the source, in bytes, or -1.
func (f *finder) offset(p dockerfile.Position) int {
	if p.Line < 1 || p.Line > len(f.starts) || p.Column < 1 {
		return -1
	}
	at := f.starts[p.Line-1]
	for range p.Column - 1 {
		if at >= len(f.file.Source) || f.file.Source[at] == '\n' {
			return -1
		}
		_, size := utf8.DecodeRune(f.file.Source[at:])
		at += size
	}
	return at
}

// add takes the text at a position, where one of the prefixes stands before it.
// It is left where the source has it in another spelling: broken by a line's
// end, or with escapes.
func (f *finder) add(at dockerfile.Position, text string, prefixes ...string) {
	start := f.offset(at)
	for _, prefix := range prefixes {
		if start >= 0 && bytes.HasPrefix(f.file.Source[start:], []byte(prefix+text)) {
			f.sites = append(f.sites, site{Position: at, text: text, start: start + len(prefix)})
			return
		}
	}
	f.leave(at, text, "it is written in a way that gate does not rewrite; put the name on one line, without escapes", !parseReference(text).pinned)
}

func (f *finder) leave(at dockerfile.Position, text, why string, open bool) {
	f.sites = append(f.sites, site{Position: at, text: text, left: why, open: open})
}

// named adds a plain name, unless the build has its own content for it.
func (f *finder) named(at dockerfile.Position, text string, prefixes ...string) {
	switch {
	case slices.Contains(f.contexts, familiar(text)):
		f.leave(at, text, "it is a build context", false)
	case !nameForm.MatchString(text):
		f.leave(at, text, "it is no image name", true)
	default:
		f.add(at, text, prefixes...)
	}
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
