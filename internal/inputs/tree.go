package inputs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/moby/patternmatcher/ignorefile"
)

// tree is a folder that a build reads from: its context, or a named one.
type tree struct {
	ledger *ledger
	ctx    context.Context
	name   string
	// place is where it lies, absolute and without links.
	place  string
	ignore *filter
	// entries are those that count, by path relative to the tree.
	entries map[string]entry
	// whole are the folders of which everything counts already.
	whole map[string]bool
	// taken are the demands that were met.
	taken map[string]bool
}

// entry is a file, folder or link.
type entry struct {
	mode   fs.FileMode
	target string
	info   fs.FileInfo
}

// openContext opens the build's context, with the ignore file that goes with
// the Dockerfile at path.
func (l *ledger) openContext(dockerfile string) bool {
	if l.build.Spec.Context == "" {
		l.blame("", 0, "the build has no context")
		return false
	}
	t, ok := l.openTree("", "the build context", l.build.Spec.Context)
	if !ok {
		return false
	}
	own := dockerfile + ".dockerignore"
	if _, err := os.Lstat(own); !errors.Is(err, fs.ErrNotExist) {
		place, ok := l.inside("the ignore file", own)
		return ok && t.readIgnore(place)
	}
	return t.findIgnore()
}

// openTree opens a folder. An ignore file is not read yet.
func (l *ledger) openTree(name, what, folder string) (*tree, bool) {
	place, ok := l.inside(what, folder)
	if !ok {
		return nil, false
	}
	if info, err := os.Stat(place); err != nil || !info.IsDir() {
		l.blame("", 0, "%s %s is no folder that can be read", what, folder)
		return nil, false
	}
	t := &tree{
		ledger: l, name: name, place: place,
		entries: map[string]entry{}, whole: map[string]bool{}, taken: map[string]bool{},
	}
	l.trees[name] = t
	return t, true
}

// findIgnore reads the .dockerignore of the folder. One that is no regular file
// is taken for empty: then more counts, and never less.
func (t *tree) findIgnore() bool {
	place := filepath.Join(t.place, ".dockerignore")
	if info, err := os.Lstat(place); err != nil || !info.Mode().IsRegular() {
		return true
	}
	return t.readIgnore(place)
}

func (t *tree) readIgnore(place string) bool {
	text, ok := t.ledger.readSmall(place)
	if !ok {
		return false
	}
	patterns, err := ignorefile.ReadAll(bytes.NewReader(text))
	if err == nil && len(patterns) > maxPatterns {
		t.ledger.blame(t.ledger.show(place), 0, "it has more than %d patterns", maxPatterns)
		return false
	}
	if err == nil {
		t.ignore, err = newFilter(patterns)
	}
	if err != nil {
		t.ledger.blame(t.ledger.show(place), 0, "it can't be read as an ignore file: %v", err)
	}
	return err == nil
}

// dropped reports whether the ignore file leaves a path out, and whether there
// is nothing below it that it doesn't.
func (t *tree) dropped(name string) (dropped, all bool) {
	dropped, err := t.ignore.drops(name)
	if err != nil {
		t.blame(name, "the ignore file can't be held against it: %v", err)
		return false, false
	}
	return dropped, dropped && t.ignore.dropsAll(name)
}

// look is what lies at a path, links not followed. ok is false for nothing.
func (t *tree) look(name string) (info fs.FileInfo, ok bool) {
	if t.ctx.Err() != nil || !t.ledger.visit(1) {
		return nil, false
	}
	info, err := os.Lstat(t.at(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false
	case err != nil:
		t.blame(name, "it can't be read: %v", err)
		return nil, false
	}
	return info, true
}

// names are what lies in a folder, sorted. What the limits leave out makes the
// inputs unknown.
func (t *tree) names(folder string) []string {
	file, err := os.Open(t.at(folder))
	if err != nil {
		t.blame(folder, "it can't be read: %v", err)
		return nil
	}
	defer func() { _ = file.Close() }()
	var names []string
	for {
		some, err := file.Readdirnames(1024)
		names = append(names, some...)
		if err != nil && !errors.Is(err, io.EOF) {
			t.blame(folder, "it can't be read: %v", err)
		}
		if len(some) == 0 || err != nil {
			slices.Sort(names)
			return names
		}
		if t.ctx.Err() != nil || !t.ledger.visit(len(some)) {
			return nil
		}
	}
}

// record counts what lies at a path, and the folders that it lies in.
func (t *tree) record(name string, info fs.FileInfo) {
	if _, ok := t.entries[name]; ok || name == "." {
		return
	}
	mode := info.Mode()
	e := entry{mode: mode, info: info}
	switch {
	case mode.IsRegular(), mode.IsDir():
	case mode&fs.ModeSymlink != 0:
		target, err := os.Readlink(t.at(name))
		if err != nil {
			t.blame(name, "the link can't be read: %v", err)
		}
		e.target = target
	default:
		t.blame(name, "it is neither a file nor a folder nor a link, and what a builder makes of it is not known")
	}
	if !t.ledger.keep() {
		return
	}
	t.entries[name] = e
	if above := path.Dir(name); above != "." {
		if info, ok := t.look(above); ok {
			t.record(above, info)
		}
	}
	if t.name == "" && name == ".git" {
		t.ledger.note("%s is copied whole, and it is another one in every commit: put .git into .dockerignore", t.show(name))
	}
}

func (t *tree) at(name string) string { return filepath.Join(t.place, filepath.FromSlash(name)) }

func (t *tree) show(name string) string { return t.ledger.show(t.at(name)) }

func (t *tree) blame(name, why string, args ...any) { t.ledger.blame(t.show(name), 0, why, args...) }
