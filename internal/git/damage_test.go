package git_test

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/git"
)

// answers is what a repository says to every question.
type answers struct {
	head, file, parents, changed, ancestor, dirty string
}

func ask(t *testing.T, dir, from, to string) (got answers, failed error) {
	t.Helper()
	r, err := git.Open(dir)
	if err != nil {
		return got, err
	}
	say := func(value any, err error) string {
		if err != nil {
			failed = err
			return "error"
		}
		return fmt.Sprint(value)
	}
	head, err := r.Head()
	got.head = say(head, err)
	file, err := r.File(to, "dir/b.txt")
	got.file = say(string(file), err)
	parents, err := r.Parents(to)
	got.parents = say(parents, err)
	changed, err := r.Changed(from, to)
	got.changed = say(changed, err)
	ancestor, err := r.IsAncestor(from, to)
	got.ancestor = say(ancestor, err)
	dirty, err := r.Dirty(t.Context(), "")
	got.dirty = say(dirty, err)
	return got, failed
}

// TestADamagedRepositoryGivesErrorsAndNoWrongAnswers changes one file of .git
// after the other. What is asked of a given commit is answered truly or not at all.
func TestADamagedRepositoryGivesErrorsAndNoWrongAnswers(t *testing.T) {
	for _, packed := range []bool{false, true} {
		w, root, _, _, merge := merged(t)
		w.commit("large", strings.Repeat("0123456789abcdef", 4096))
		w.commit("large", strings.Repeat("0123456789abcdef", 4096)+"x")
		w.git("checkout", "--quiet", merge)
		if packed {
			w.git("gc", "--quiet", "--aggressive")
		}
		want, err := ask(t, w.dir, root, merge)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(7, 7))
		failures := 0
		for _, file := range gitFiles(t, w.dir) {
			good, err := os.ReadFile(file)
			w.must(err)
			w.must(os.Chmod(file, 0o644))
			for try := range 16 {
				w.must(os.WriteFile(file, damaged(random, good, try), 0o644))
				got, err := ask(t, w.dir, root, merge)
				if err != nil {
					failures++
				}
				for question, pair := range map[string][2]string{
					"file": {want.file, got.file}, "parents": {want.parents, got.parents},
					"changed": {want.changed, got.changed}, "ancestor": {want.ancestor, got.ancestor},
				} {
					if pair[1] != pair[0] && pair[1] != "error" && pair[1] != "" {
						t.Errorf("damage %d of %s: %s is %q, not %q", try, file, question, pair[1], pair[0])
					}
				}
			}
			w.must(os.WriteFile(file, good, 0o644))
		}
		if failures < 20 {
			t.Errorf("packed %v: only %d of the damages were noticed", packed, failures)
		}
		if got, err := ask(t, w.dir, root, merge); err != nil || got != want {
			t.Errorf("after all was mended: %+v, %v", got, err)
		}
	}
}

// damaged returns data with a fault: cut off, emptied, longer, or with other bytes.
func damaged(random *rand.Rand, data []byte, kind int) []byte {
	switch bad := append([]byte(nil), data...); {
	case kind == 0 || len(data) == 0:
		return nil
	case kind == 1:
		return append(bad, 0xff, 0, '\n')
	case kind < 6:
		return bad[:random.IntN(len(bad))]
	case kind < 12:
		bad[random.IntN(min(len(bad), 16))] ^= byte(1 + random.IntN(255))
		return bad
	default:
		for range kind - 11 {
			bad[random.IntN(len(bad))] ^= byte(1 + random.IntN(255))
		}
		return bad
	}
}

// gitFiles lists what a repository consists of.
func gitFiles(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(dir, ".git"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && !strings.Contains(path, "hooks") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	return files
}

func TestNothingIsWritten(t *testing.T) {
	w, root, _, _, merge := merged(t)
	w.write("new", "x", ".git/hooks/post-checkout", "#!/bin/sh\ntouch /tmp/no\n")
	state := func() map[string]string {
		found := map[string]string{}
		w.must(filepath.WalkDir(w.dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			found[path] = fmt.Sprint(info.Mode(), info.Size(), info.ModTime())
			return err
		}))
		return found
	}
	before := state()
	if _, err := ask(t, w.dir, root, merge); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, state()); diff != "" {
		t.Error(diff)
	}
}

// TestATreeThatNamesAFileTwiceIsRefused writes a tree that git would not make,
// and that readers understand differently.
func TestATreeThatNamesAFileTwiceIsRefused(t *testing.T) {
	w := newWorktree(t)
	sha := w.commit(".gate.yaml", "a", "other", "b")
	blob := func(name string) string {
		id, err := hex.DecodeString(w.git("rev-parse", sha+":"+name))
		w.must(err)
		return string(id)
	}
	raw := "100644 .gate.yaml\x00" + blob(".gate.yaml") + "100644 .gate.yaml\x00" + blob("other")
	w.write("raw", raw)
	tree := w.git("hash-object", "-t", "tree", "-w", "--literally", "raw")
	twice := w.git("commit-tree", "-m", "x", tree)
	if got, err := w.open().File(twice, ".gate.yaml"); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("%q, %v", got, err)
	}
}

// TestAnObjectUnderAnotherNameIsNotBelieved puts one file's sound object in the
// place of another's.
func TestAnObjectUnderAnotherNameIsNotBelieved(t *testing.T) {
	w := newWorktree(t)
	sha := w.commit(".gate.yaml", "fail-on: low", "evil", "fail-on: none")
	object := func(name string) string {
		id := w.git("rev-parse", sha+":"+name)
		return filepath.Join(w.dir, ".git", "objects", id[:2], id[2:])
	}
	data, err := os.ReadFile(object("evil"))
	w.must(err)
	w.must(os.Remove(object(".gate.yaml")))
	w.must(os.WriteFile(object(".gate.yaml"), data, 0o600))
	if got, err := w.open().File(sha, ".gate.yaml"); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("%q, %v", got, err)
	}
}
