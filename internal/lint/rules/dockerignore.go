package rules

import (
	"bytes"
	"path"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// ignoreMatcher returns what the .dockerignore of the build context leaves
// out. ok is false when that is not known or can't be read.
func ignoreMatcher(p *lint.Pass) (matcher *patternmatcher.PatternMatcher, ok bool) {
	text, known := p.Dockerignore()
	if !known {
		return nil, false
	}
	patterns, err := ignorefile.ReadAll(bytes.NewReader(text))
	if err != nil {
		return nil, false
	}
	matcher, err = patternmatcher.New(patterns)
	return matcher, err == nil
}

// contextSources are the paths in the build context that COPY or ADD takes.
// Heredocs, addresses and paths with variables are left out.
func contextSources(i *dockerfile.Instruction) []string {
	var sources []string
	for _, arg := range copiedArgs(i, i.Known()) {
		source := strings.Trim(arg, `"'`)
		if source == "" || strings.HasPrefix(source, "git@") || hasAny(source, "$", "://") {
			continue
		}
		sources = append(sources, path.Clean(source))
	}
	return sources
}

// copiedArgs are the sources among the arguments of COPY or ADD, without heredocs
// and what comes from another stage.
func copiedArgs(i *dockerfile.Instruction, args []string) []string {
	if _, from := i.Flag("from"); from || i.Name != "COPY" && i.Name != "ADD" || len(i.Args) < 2 {
		return nil
	}
	var sources []string
	for _, arg := range args[:len(args)-1] {
		if !strings.HasPrefix(arg, "<<") {
			sources = append(sources, arg)
		}
	}
	return sources
}
