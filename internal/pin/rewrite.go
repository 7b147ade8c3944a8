package pin

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// edit puts a text in the place of another.
type edit struct {
	start     int
	old, text string
}

// rewrite carries out the edits, which do not touch each other.
func rewrite(src []byte, edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	var out bytes.Buffer
	last := 0
	for _, e := range edits {
		out.Write(src[last:e.start])
		out.WriteString(e.text)
		last = e.start + len(e.old)
	}
	out.Write(src[last:])
	return out.Bytes()
}

// trait is something that a reader sees in a file, at a line of it.
type trait struct {
	line int
	text string
}

// compare returns the first line at which two files read otherwise in anything
// but the digests of their references.
func compare(before, after *dockerfile.File) (line int, same bool) {
	a, b := traits(before), traits(after)
	for n := range min(len(a), len(b)) {
		if a[n] != b[n] {
			return a[n].line, false
		}
	}
	return len(before.Lines), len(a) == len(b)
}

// traits lists all that a file says, without the digests of its references.
func traits(f *dockerfile.File) []trait {
	all := []trait{{1, fmt.Sprintf("%d lines, %q, %t, %t", len(f.Lines), f.Escape, f.Syntax == nil, f.Check == nil)}}
	for _, p := range f.Problems {
		all = append(all, trait{p.Line, fmt.Sprint("fault ", p.Kind)})
	}
	for _, stage := range f.Stages {
		parent := -1
		if stage.Parent != nil {
			parent = stage.Parent.Index
		}
		all = append(all, trait{stage.From.Line, fmt.Sprintf("%q %q %d %q", stage.Name, stage.Platform, parent, bare(stage.BaseName))})
	}
	for _, i := range f.Instructions {
		for ; i != nil; i = i.OnBuild {
			all = append(all, trait{i.Line, said(i)})
		}
	}
	return all
}

// said is what an instruction says, without the digests of its references.
func said(i *dockerfile.Instruction) string {
	args := slices.Clone(i.Args)
	for n, arg := range args {
		if i.Name == "FROM" && n == 0 || i.Name == "ARG" && i.Stage == nil {
			args[n] = bareWord(arg)
		}
	}
	var flags []string
	for _, flag := range i.Flags {
		flags = append(flags, flag.Name, bareFlag(flag.Value))
	}
	return fmt.Sprintf("%s %d %d %t %q %q %v", i.Keyword, i.Column, i.EndLine, i.JSON, flags, args, i.Heredocs)
}

// bare is a reference without its digest, and with the tag that it means.
func bare(text string) string { return parseReference(text).tagged() }

// bareWord is a word of FROM or ARG without the digest of the reference in it.
func bareWord(word string) string {
	name, value, found := strings.Cut(word, "=")
	if !found {
		value, quote, _ := unquoted(word)
		return quote + bare(value)
	}
	text, quote, _ := unquoted(value)
	return name + "=" + quote + bare(text)
}

// bareFlag is the value of --from or --mount without the digests in it.
func bareFlag(value string) string {
	fields := strings.Split(value, ",")
	for n, field := range fields {
		key, text, found := strings.Cut(field, "=")
		switch {
		case found && strings.EqualFold(strings.TrimSpace(key), "from"):
			fields[n] = key + "=" + bare(text)
		case !found && len(fields) == 1:
			fields[n] = bare(field)
		}
	}
	return strings.Join(fields, ",")
}
