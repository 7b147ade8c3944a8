package inputs

import (
	"context"
	"io/fs"
	"os"
	"path"
	"strings"
)

// maxLinks is how many links may lead to each other, as builders have it.
const maxLinks = 255

// demand is what an instruction takes from a tree.
type demand struct {
	// source is a path or a pattern, with no variables in it.
	source string
	// exclude are patterns relative to the source.
	exclude []string
	// parents is set where ** and whole paths are patterns, too.
	parents bool
	// path and line are where the instruction stands.
	path string
	line int
}

// everything demands a whole tree.
func everything() demand { return demand{source: "/"} }

// search follows one demand through its tree.
type search struct {
	*tree
	// followed are the links that were followed, with what was looked for behind
	// them: links may lead to each other in more ways than can be gone.
	followed map[string]bool
	// found is called for each folder that the demand leads to.
	found func(folder string)
}

// meet counts what a demand reads.
func (t *tree) meet(ctx context.Context, d demand) {
	key := strings.Join(append([]string{d.source}, d.exclude...), "\x00")
	if d.parents {
		key += "\x00\x00parents"
	}
	if t.taken[key] {
		return
	}
	t.taken[key], t.ctx = true, ctx
	if _, err := newFilter(d.exclude); err != nil {
		t.ledger.blame(d.path, d.line, "its --exclude can't be read: %v", err)
		return
	}
	if d.parents {
		t.meetParents(d)
	}
	s := &search{tree: t, followed: map[string]bool{}, found: func(folder string) { t.below(folder, d.exclude) }}
	s.step(".", split(path.Join("/", d.source)), true, 0)
}

// split cuts a path into its parts.
func split(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
}

// step goes on from a folder that is no link. sure holds until a pattern has
// been met: the folders on the way count then, even where nothing in them does.
// links counts the links on the way.
func (s *search) step(at string, rest []string, sure bool, links int) {
	if len(rest) == 0 {
		s.reach(at)
		return
	}
	part, rest := rest[0], rest[1:]
	switch {
	case part == ".":
		s.step(at, rest, sure, links)
	case part == "..":
		s.step(path.Join(".", path.Dir(at)), rest, sure, links)
	case strings.ContainsAny(part, `[\`):
		// A class may match a slash, and an escape is read in two ways.
		s.below(at, nil)
	case strings.ContainsAny(part, "*?"):
		for _, name := range s.names(at) {
			if match, err := path.Match(part, name); match || err != nil {
				s.enter(path.Join(at, name), rest, false, links)
			}
		}
	default:
		s.enter(path.Join(at, part), rest, sure, links)
	}
}

// enter looks at one name on the way.
func (s *search) enter(name string, rest []string, sure bool, links int) {
	dropped, all := s.dropped(name)
	if all {
		return
	}
	info, ok := s.look(name)
	switch {
	case !ok:
	case info.IsDir():
		if sure && !dropped {
			s.record(name, info)
		}
		s.step(name, rest, sure, links)
	case dropped:
	case info.Mode()&fs.ModeSymlink != 0:
		s.record(name, info)
		s.follow(name, rest, sure, links+1)
	case len(rest) == 0:
		s.record(name, info)
	}
}

// follow goes to where a link leads. A builder does not leave the context: it
// is the root of absolute links, and above it there is nothing. A link that
// goes up after it went down is read in two ways: with and without looking at
// what lies on the way.
func (s *search) follow(name string, rest []string, sure bool, links int) {
	if links > maxLinks {
		s.blame(name, "there are too many links behind it")
		return
	}
	key := name + "\x00" + strings.Join(rest, "/")
	if s.followed[key] {
		return
	}
	s.followed[key] = true
	target, err := os.Readlink(s.at(name))
	if err != nil {
		s.blame(name, "the link can't be read: %v", err)
		return
	}
	from := path.Dir(name)
	if path.IsAbs(target) {
		from = "."
	}
	parts := split(target)
	s.step(from, append(parts[:len(parts):len(parts)], rest...), sure, links)
	clean := split(path.Join("/", from, target))
	if strings.Contains(strings.TrimLeft(target, "./"), "..") {
		s.step(".", append(clean, rest...), sure, links)
	}
}

// reach counts a folder that the demand leads to.
func (s *search) reach(folder string) {
	if info, ok := s.look(folder); ok && folder != "." {
		if dropped, _ := s.dropped(folder); !dropped {
			s.record(folder, info)
		}
	}
	s.found(folder)
}

// below counts what is in a folder.
func (t *tree) below(folder string, exclude []string) {
	filter, err := newFilter(exclude)
	if err != nil {
		t.blame(folder, "--exclude can't be held against it: %v", err)
		return
	}
	w := &walk{tree: t, top: folder, exclude: filter}
	w.folder(folder)
}
