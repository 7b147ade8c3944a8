package git_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/git"
)

func TestTheFirstParentOfAMergeIsItsBaseAlsoInAShallowClone(t *testing.T) {
	full, root, base, head, merge := merged(t)
	for name, w := range map[string]worktree{
		"full": full, "depth 1": full.clone("--depth=1"), "depth 2": full.clone("--depth=2"),
	} {
		r := w.open()
		parents, err := r.Parents(merge)
		if diff := cmp.Diff([]string{base, head}, parents); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
		parents, err = r.Parents(base)
		switch {
		case name == "depth 1" && !errors.Is(err, git.ErrMissing):
			t.Errorf("%s: %v", name, err)
		case name != "depth 1" && (err != nil || !slices.Equal(parents, []string{root})):
			t.Errorf("%s: %v %v", name, parents, err)
		}
	}
}

func TestARootHasNoParents(t *testing.T) {
	w, root, _, _, _ := merged(t)
	if parents, err := w.open().Parents(root); len(parents) != 0 || err != nil {
		t.Error(parents, err)
	}
}

func TestReplacementsDoNotChangeHistory(t *testing.T) {
	w, root, base, head, merge := merged(t)
	w.git("replace", "--graft", merge, root)
	if got := w.git("rev-list", "--parents", "--max-count=1", merge); strings.Contains(got, base) {
		t.Fatalf("git does not follow its own replacement: %s", got)
	}
	if parents, err := w.open().Parents(merge); !slices.Equal(parents, []string{base, head}) || err != nil {
		t.Error(parents, err)
	}
}

func TestAncestorsAreFoundOrSaidToBeMissing(t *testing.T) {
	full, root, base, head, merge := merged(t)
	full.git("checkout", "--quiet", "-b", "aside", root)
	aside := full.commit("z", "z")
	full.git("checkout", "--quiet", "main")
	full.git("gc", "--quiet")
	nowhere := strings.Repeat("1", 40)
	depth1, depth2 := full.clone("--depth=1", "--branch=main"), full.clone("--depth=2", "--branch=main")
	cases := []struct {
		name       string
		in         worktree
		commit, of string
		want       bool
		missing    bool
	}{
		{"itself", full, merge, merge, true, false},
		{"the base", full, base, merge, true, false},
		{"the second parent", full, head, merge, true, false},
		{"the root", full, root, merge, true, false},
		{"a descendant", full, merge, base, false, false},
		{"another branch", full, aside, merge, false, false},
		{"a commit that is nowhere", full, nowhere, merge, false, false},
		{"of a commit that is nowhere", full, base, nowhere, false, true},
		{"a parent that was not fetched", depth1, base, merge, true, false},
		{"the root behind the clone's end", depth1, root, merge, false, true},
		{"a commit that may be behind the clone's end", depth1, aside, merge, false, true},
		{"the root named by the last commit", depth2, root, merge, true, false},
		{"a commit that may be behind a longer clone's end", depth2, aside, merge, false, true},
	}
	for _, c := range cases {
		got, err := c.in.open().IsAncestor(c.commit, c.of)
		if got != c.want || errors.Is(err, git.ErrMissing) != c.missing || (err != nil && !c.missing) {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

func TestWhatIsNoCommitIsRefused(t *testing.T) {
	w, _, _, _, merge := merged(t)
	w.commit("disguised", w.git("cat-file", "commit", merge)+"\n")
	w.git("tag", "--annotate", "--message", "x", "v1")
	r := w.open()
	for _, sha := range []string{
		"", "main", merge[:7], strings.ToUpper(merge), merge + "\n", "--all", strings.Repeat("g", 40), strings.Repeat("a", 64),
		w.git("rev-parse", "HEAD^{tree}"), w.git("rev-parse", "v1"), w.git("rev-parse", "HEAD:disguised"),
	} {
		if _, err := r.Parents(sha); err == nil || errors.Is(err, git.ErrMissing) {
			t.Errorf("Parents(%q): %v", sha, err)
		}
		if _, err := r.File(sha, "a.txt"); err == nil || errors.Is(err, git.ErrMissing) {
			t.Errorf("File(%q): %v", sha, err)
		}
		if _, err := r.Changed(merge, sha); err == nil || errors.Is(err, git.ErrMissing) {
			t.Errorf("Changed(%q): %v", sha, err)
		}
		if _, err := r.IsAncestor(merge, sha); err == nil || errors.Is(err, git.ErrMissing) {
			t.Errorf("IsAncestor(%q): %v", sha, err)
		}
	}
}

func TestAnObjectOfAnotherKindIsNamed(t *testing.T) {
	w, _, _, _, _ := merged(t)
	r := w.open()
	if _, err := r.Parents(w.git("rev-parse", "HEAD:a.txt")); err == nil || !strings.Contains(err.Error(), "is a blob, not a commit") {
		t.Error(err)
	}
}

func TestChangesAreThoseThatGitSees(t *testing.T) {
	w := newWorktree(t)
	first := w.commit("same", "1", "changed", "1", "gone/a", "1", "gone/b/c", "1", "moved", strings.Repeat("long\n", 99),
		"mode", "1", "becomes-dir", "1", "dir/becomes/file", "1", "we ird\t\"ü", "1")
	w.git("rm", "--quiet", "-r", "gone", "becomes-dir", "dir/becomes")
	w.git("mv", "moved", "moved-to")
	w.git("update-index", "--chmod=+x", "mode")
	w.git("commit", "--quiet", "--message", "x")
	w.git("checkout", "--quiet", "--", ".")
	second := w.commit("changed", "2", "becomes-dir/x", "1", "dir/becomes", "1", "dir.x", "1", "new/deep/er", "1", "we ird\t\"ü", "2")
	list := w.git("diff", "--name-only", "--no-renames", "-z", first, second)
	want := strings.Split(strings.TrimSuffix(list, "\x00"), "\x00")
	slices.Sort(want)
	for name, r := range map[string]*git.Repository{"full": w.open(), "without contents": w.partial().open()} {
		got, err := r.Changed(first, second)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	if got, err := w.open().Changed(first, first); len(got) != 0 || err != nil {
		t.Error(got, err)
	}
	if _, err := w.clone("--depth=1").open().Changed(first, second); !errors.Is(err, git.ErrMissing) {
		t.Error(err)
	}
}

// partial clones without the contents of files.
func (w worktree) partial() worktree {
	w.t.Helper()
	w.git("config", "uploadpack.allowFilter", "true")
	return w.clone("--filter=blob:none", "--no-checkout")
}
