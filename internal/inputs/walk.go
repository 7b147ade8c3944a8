package inputs

import (
	"path"
	"strings"
)

// walk goes through a folder with all that is in it. Links are not followed.
type walk struct {
	*tree
	// top is where it begins. exclude leaves out what it matches, relative to
	// top; with include only what that matches counts.
	top              string
	exclude, include *filter
	// prefix is the folder, relative to top, outside of which include matches
	// nothing.
	prefix string
}

func (w *walk) folder(folder string) {
	if w.exclude == nil && w.include == nil {
		if w.whole[folder] {
			return
		}
		w.whole[folder] = true
	}
	for _, name := range w.names(folder) {
		if w.ctx.Err() != nil || w.ledger.spent {
			return
		}
		w.entry(path.Join(folder, name))
	}
}

func (w *walk) entry(name string) {
	dropped, all := w.dropped(name)
	if all {
		return
	}
	info, ok := w.look(name)
	if !ok {
		return
	}
	inner := w.inner(name)
	excluded, err := w.exclude.drops(inner)
	if err != nil {
		w.blame(name, "--exclude can't be held against it: %v", err)
	}
	if info.IsDir() && excluded && w.exclude.dropsAll(inner) {
		return
	}
	if !dropped && !excluded && w.included(name, inner) {
		w.record(name, info)
	}
	if info.IsDir() && w.leads(inner) {
		w.folder(name)
	}
}

// inner is a path relative to top.
func (w *walk) inner(name string) string {
	if w.top == "." {
		return name
	}
	return strings.TrimPrefix(name, w.top+"/")
}

func (w *walk) included(name, inner string) bool {
	if w.include == nil {
		return true
	}
	_, either, err := w.include.matches(inner)
	if err != nil {
		w.blame(name, "the pattern of --parents can't be held against it: %v", err)
	}
	return either
}

// leads reports whether a folder may hold what is included.
func (w *walk) leads(inner string) bool {
	return w.prefix == "" || inner == w.prefix ||
		strings.HasPrefix(w.prefix, inner+"/") || strings.HasPrefix(inner, w.prefix+"/")
}

// meetParents counts what COPY --parents reads beyond what the source means as
// a plain pattern: here ** stands for any folders, and a /./ in the source says
// where the pattern begins.
func (t *tree) meetParents(d demand) {
	above, pattern, pivot := strings.Cut(d.source, "/./")
	if !pivot {
		above, pattern = "/", d.source
	}
	pattern = strings.TrimPrefix(path.Join("/", pattern), "/")
	if !strings.ContainsAny(pattern, `*?[\`) && !strings.ContainsAny(above, `*?[\`) {
		return
	}
	include, err := newFilter([]string{pattern})
	if err != nil || strings.HasPrefix(pattern, "!") {
		t.ledger.blame(d.path, d.line, "the pattern of --parents can't be read: %q", pattern)
		return
	}
	s := &search{tree: t, followed: map[string]bool{}}
	s.found = func(folder string) {
		exclude, err := newFilter(d.exclude)
		if err != nil {
			return
		}
		w := &walk{tree: t, top: folder, exclude: exclude, include: include, prefix: literal(pattern)}
		w.folder(folder)
	}
	s.step(".", split(path.Join("/", above)), true, 0)
}

// literal are the first folders of a pattern, which are no patterns themselves.
func literal(pattern string) string {
	var parts []string
	for _, part := range split(pattern) {
		if strings.ContainsAny(part, `*?[\\`) {
			break
		}
		parts = append(parts, part)
	}
	return path.Join(parts...)
}
