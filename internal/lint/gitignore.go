package lint

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// maxGitignore is how many bytes of a .gitignore are read.
const maxGitignore = 1 << 20

// gitignore knows what git leaves out of the working tree, by the .gitignore of
// each directory, those above up to the top of the repository, and the
// repository's own list. The user's global list is not looked at.
type gitignore struct {
	// patterns are those that hold in a directory and below, by its absolute path.
	patterns map[string][]ignorePattern
}

// ignorePattern is a line of a .gitignore.
type ignorePattern struct {
	// dir is the absolute path of the directory that the pattern starts from.
	dir string
	// segments are the parts of the pattern between slashes.
	segments []string
	// keep is true for a line with an exclamation mark, onlyDir for one with a
	// slash at its end.
	keep, onlyDir bool
}

// newGitignore reads what stands above a directory, given by its absolute path.
func newGitignore(dir string) *gitignore {
	g := &gitignore{patterns: map[string][]ignorePattern{}}
	var above []string
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, ".git")); err == nil {
			inherited := readPatterns(filepath.Join(at, ".git", "info", "exclude"), at)
			for _, parent := range slices.Backward(above) {
				inherited = append(slices.Clip(inherited), readPatterns(filepath.Join(parent, ".gitignore"), parent)...)
			}
			g.patterns[filepath.Dir(dir)] = inherited
			return g
		}
		if filepath.Dir(at) == at {
			return g
		}
		above = append(above, filepath.Dir(at))
	}
}

// enter reads the .gitignore of a directory whose parent was entered before.
func (g *gitignore) enter(dir string) {
	own := readPatterns(filepath.Join(dir, ".gitignore"), dir)
	g.patterns[dir] = append(slices.Clip(g.patterns[filepath.Dir(dir)]), own...)
}

// ignores reports whether a path in a directory that was entered is left out.
// The last pattern that fits has the say.
func (g *gitignore) ignores(file string, isDir bool) bool {
	for _, p := range slices.Backward(g.patterns[filepath.Dir(file)]) {
		if p.onlyDir && !isDir {
			continue
		}
		relative, err := filepath.Rel(p.dir, file)
		if err == nil && matchesSegments(p.segments, strings.Split(filepath.ToSlash(relative), "/")) {
			return !p.keep
		}
	}
	return false
}

// readPatterns reads a list of patterns. A list that can't be read has none.
func readPatterns(name, dir string) []ignorePattern {
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxGitignore))
	if err != nil {
		return nil
	}
	var patterns []ignorePattern
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		p := ignorePattern{dir: dir}
		line, p.keep = strings.CutPrefix(line, "!")
		line, p.onlyDir = strings.CutSuffix(line, "/")
		line = strings.TrimPrefix(line, `\`)
		if !strings.Contains(line, "/") {
			line = "**/" + line
		}
		p.segments = strings.Split(strings.TrimPrefix(line, "/"), "/")
		patterns = append(patterns, p)
	}
	return patterns
}

// matchesSegments compares a path with a pattern, part by part. Two stars stand
// for any number of parts. It takes no more steps than there are pairs of parts.
func matchesSegments(pattern, parts []string) bool {
	// reach has the numbers of parts that the pattern can have used up so far.
	reach := make([]bool, len(parts)+1)
	reach[0] = true
	for n, segment := range pattern {
		next := make([]bool, len(parts)+1)
		for at, reached := range reach {
			switch {
			case !reached:
			case segment == "**" && n == len(pattern)-1:
				// At the end they stand for something.
				next[len(parts)] = next[len(parts)] || at < len(parts)
			case segment == "**":
				for k := at; k <= len(parts); k++ {
					next[k] = true
				}
			case at < len(parts):
				if ok, err := path.Match(segment, parts[at]); ok && err == nil {
					next[at+1] = true
				}
			}
		}
		reach = next
	}
	return reach[len(parts)]
}
