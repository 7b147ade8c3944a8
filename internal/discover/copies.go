package discover

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// origin is a path of the context that a Dockerfile takes something from.
type origin struct {
	name         string
	line, column int
}

// copies are the paths of the context, cleaned, that COPY, ADD and bind mounts
// name. Those with variables that are not known, of other stages and images, of
// the network and heredocs are left out.
func copies(file *dockerfile.File) []origin {
	var all []origin
	for _, stage := range file.Stages {
		for _, instruction := range stage.Instructions {
			switch instruction.Name {
			case "COPY", "ADD":
				all = append(all, sources(instruction)...)
			case "RUN":
				for _, mount := range instruction.Mounts() {
					if mount.Type == "bind" && mount.From == "" && mount.Source != "" {
						all = appendCopied(all, mount.Source, mount.Position)
					}
				}
			}
		}
	}
	return all
}

// sources are all arguments of COPY and ADD but the last one.
func sources(instruction *dockerfile.Instruction) []origin {
	if _, other := instruction.Flag("from"); other {
		return nil
	}
	arguments := instruction.Known()
	var all []origin
	for n, argument := range arguments[:max(len(arguments)-1, 0)] {
		if instruction.Name == "ADD" && (strings.Contains(argument, "://") || strings.HasPrefix(argument, "git@")) {
			continue
		}
		if slices.ContainsFunc(instruction.Heredocs, func(h dockerfile.Heredoc) bool {
			return strings.Trim(strings.TrimLeft(argument, "<-"), `"'`) == h.Name
		}) {
			continue
		}
		all = appendCopied(all, strings.Trim(argument, `"'`), instruction.ArgAt(n))
	}
	return all
}

func appendCopied(all []origin, name string, at dockerfile.Position) []origin {
	if strings.ContainsAny(name, "$\x00") {
		return all
	}
	// A builder takes every path from the top of the context.
	cleaned := strings.TrimPrefix(path.Clean("/"+name), "/")
	if cleaned == "" {
		cleaned = "."
	}
	return append(all, origin{cleaned, at.Line, at.Column})
}

// maxMatches is how many entries of folders are compared with one pattern.
const maxMatches = 10_000

// has reports whether a folder has a path, or something that fits it as a
// pattern.
func (f *finder) has(folder, name string) bool {
	if _, err := f.tree.check(path.Join(folder, name)); err == nil {
		return true
	}
	if !strings.ContainsAny(name, "*?[") {
		return false
	}
	left := maxMatches
	return f.matches(folder, strings.Split(name, "/"), &left)
}

// matches goes down folder by folder, and looks at no more entries than it is
// allowed to. Two stars stand for any number of folders.
func (f *finder) matches(folder string, segments []string, left *int) bool {
	if len(segments) == 0 {
		return true
	}
	if *left--; *left < 0 {
		return false
	}
	if segments[0] == "**" && f.matches(folder, segments[1:], left) {
		return true
	}
	entries, err := fs.ReadDir(f.tree.root.FS(), folder)
	if err != nil {
		return false
	}
	for _, entry := range entries {
		rest := segments[1:]
		if segments[0] == "**" {
			rest = segments
			if !entry.IsDir() {
				continue
			}
		} else if ok, err := path.Match(segments[0], entry.Name()); err != nil || !ok {
			continue
		}
		if f.matches(path.Join(folder, entry.Name()), rest, left) {
			return true
		}
	}
	return false
}

// nothingElse reports whether a folder holds Dockerfiles and their ignore files only.
func (f *finder) nothingElse(folder string, dockerfiles []string) bool {
	entries, err := fs.ReadDir(f.tree.root.FS(), folder)
	if err != nil || len(entries) == 0 {
		return false
	}
	for _, entry := range entries {
		name := path.Join(folder, entry.Name())
		if !slices.Contains(dockerfiles, name) && !strings.HasSuffix(name, ".dockerignore") {
			return false
		}
	}
	return true
}
