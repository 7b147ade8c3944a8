package scan

import (
	"bytes"
	"cmp"
	"path"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// maxIndexed is the size in bytes up to which the lines of a lock file are looked up.
const maxIndexed = 16 << 20

// places says where in the repository a package of the build context is declared.
type places struct {
	// base is the context directory as reports write it.
	base string
	// read returns a lock file of the context, or nil.
	read  func(name string) []byte
	lines map[string]map[string]int
}

func newPlaces(base string, read func(string) []byte) *places {
	return &places{base: base, read: read, lines: map[string]map[string]int{}}
}

// of returns the place of the first of the lock files, and all of them.
func (p *places) of(about gate.Package, paths []string) (gate.Location, []string) {
	if len(paths) == 0 {
		return gate.Location{}, nil
	}
	named := make([]string, len(paths))
	for i, at := range paths {
		named[i] = path.Join(p.base, at)
	}
	return gate.Location{Path: named[0], Line: p.line(about, paths[0])}, sortedSet(named)
}

// line is where the package stands in the lock file; 0 when that is not found.
func (p *places) line(about gate.Package, lock string) int {
	index, ok := p.lines[lock]
	if !ok {
		index = indexLines(p.read(lock))
		p.lines[lock] = index
	}
	name, version := about.Name, about.Version
	return cmp.Or(
		index["node_modules/"+name],
		index[named+name+" "+version], index[name+" "+version], index[name+" v"+version],
		index[name+"@"+version], index["/"+name+"@"+version], index["/"+name+"/"+version],
		index[named+name], index[headed+name], index[name],
	)
}

// The marks of words that define a package, rather than only mention it.
const (
	// named: the line says that this is the name.
	named = "name="
	// headed: the line begins with it.
	headed = "^"
)

// indexLines remembers the first line on which each word of a lock file stands.
// It knows no format: a definition is told from a mention by the few ways in
// which lock files write one.
func indexLines(text []byte) map[string]int {
	index := map[string]int{}
	if len(text) > maxIndexed {
		return index
	}
	note := func(word string, line int) {
		if _, known := index[word]; !known {
			index[word] = line
		}
	}
	number, before := 0, ""
	for raw := range bytes.Lines(text) {
		number++
		line := strings.TrimRight(string(raw), "\r\n")
		words := lockWords(line)
		for _, word := range words {
			note(word, number)
		}
		if len(words) >= 2 {
			note(words[0]+" "+words[1], number)
		}
		if len(words) == 2 && words[0] == "name" {
			note(named+words[1], number)
			before = words[1]
		} else if len(words) == 2 && words[0] == "version" && before != "" {
			note(named+before+" "+words[1], number-1)
			before = ""
		}
		if len(words) > 0 && line[0] != ' ' && line[0] != '\t' {
			note(headed+withoutRange(words[0]), number)
		}
	}
	return index
}

// lockWords cuts a line into what may be names and versions.
func lockWords(line string) []string {
	words := strings.FieldsFunc(line, func(c rune) bool {
		return c <= ' ' || strings.ContainsRune("\"'`,;(){}[]<>=^~!|", c)
	})
	out := words[:0]
	for _, word := range words {
		if word = strings.Trim(word, ":"); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// withoutRange is the name in name@range; a scope begins with the same sign.
func withoutRange(word string) string {
	if at := strings.LastIndexByte(word, '@'); at > 0 {
		return word[:at]
	}
	return word
}
