package git

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

// bare makes a repository without git, to put any object into.
func bare(t *testing.T) *Repository {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".git", "objects"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".git", "HEAD"), []byte("ref: refs/heads/main\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// row is one entry of a tree as its bytes are.
func row(mode, name string, id plumbing.Hash) string {
	return mode + " " + name + "\x00" + string(id[:])
}

func commitOf(t *testing.T, r *Repository, rows ...string) string {
	t.Helper()
	tree := store(t, r, plumbing.TreeObject, []byte(strings.Join(rows, "")))
	return store(t, r, plumbing.CommitObject, fmt.Appendf(nil, "tree %s\n\nx\n", hex.EncodeToString(tree[:]))).String()
}

func TestHostileTreesAreRefused(t *testing.T) {
	r := bare(t)
	blob := store(t, r, plumbing.BlobObject, []byte("x"))
	inner := store(t, r, plumbing.TreeObject, []byte(row("100644", "evil", blob)))
	up := store(t, r, plumbing.BlobObject, []byte(".."))
	zero := store(t, r, plumbing.BlobObject, []byte("a\x00b"))
	long := store(t, r, plumbing.BlobObject, []byte(strings.Repeat("x", maxTarget+1)))
	for name, rows := range map[string][]string{
		"a folder ..":               {row("40000", "..", inner)},
		"a file ..":                 {row("100644", "..", blob)},
		"a file .":                  {row("100644", ".", blob)},
		"a folder .git":             {row("40000", ".git", inner)},
		"a folder .GIT":             {row("40000", ".GIT", inner)},
		"a link .git":               {row("120000", ".git", up)},
		"an absolute path":          {row("100644", "/tmp/evil", blob)},
		"a path that leaves":        {row("100644", "a/../../evil", blob)},
		"a path of two parts":       {row("40000", "a/b", inner)},
		"no name":                   {row("100644", "", blob)},
		"one name twice":            {row("120000", "a", up), row("40000", "a", inner)},
		"a tree as a file":          {row("100644", "a", inner)},
		"a file as a folder":        {row("40000", "a", blob)},
		"a target with a zero byte": {row("120000", "a", zero)},
		"a target that is too long": {row("120000", "a", long)},
	} {
		outside := t.TempDir()
		dir := filepath.Join(outside, "in")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		_, err := r.Export(t.Context(), commitOf(t, r, rows...), dir)
		if err == nil {
			t.Errorf("%s is exported", name)
		}
		entries, _ := os.ReadDir(outside)
		inside, _ := os.ReadDir(dir)
		if len(entries) != 1 || (len(inside) != 0 && name != "a file as a folder") {
			t.Errorf("%s: left %v and %v behind, with %v", name, entries, inside, err)
		}
	}
}

func TestNothingIsWrittenThroughALink(t *testing.T) {
	r := bare(t)
	outside := t.TempDir()
	blob := store(t, r, plumbing.BlobObject, []byte("x"))
	inner := store(t, r, plumbing.TreeObject, []byte(row("100644", "evil", blob)))
	target := store(t, r, plumbing.BlobObject, []byte(outside))
	// On a disk that has no capital letters these two are one.
	sha := commitOf(t, r, row("120000", "A", target), row("40000", "a", inner))
	exported, err := r.Export(t.Context(), sha, t.TempDir())
	if err == nil && len(exported.Outside) != 1 {
		t.Errorf("%+v", exported)
	}
	if left, _ := os.ReadDir(outside); len(left) > 0 {
		t.Errorf("written through a link: %v", left)
	}
}

func TestExportHasLimits(t *testing.T) {
	r := bare(t)
	blob := store(t, r, plumbing.BlobObject, []byte(strings.Repeat("x", 100)))
	link := store(t, r, plumbing.BlobObject, []byte("a"))
	inner := store(t, r, plumbing.TreeObject, []byte(row("100644", "b", blob)))
	sha := commitOf(t, r, row("100644", "a", blob), row("40000", "d", inner), row("120000", "l", link))
	for name, tt := range map[string]struct {
		limits exportLimits
		want   string
	}{
		"just enough":        {exportLimits{files: 4, bytes: 200, file: 100}, ""},
		"one entry too many": {exportLimits{files: 3, bytes: 200, file: 100}, "more than 3 files"},
		"one byte too many":  {exportLimits{files: 4, bytes: 199, file: 100}, "more than 199 bytes together"},
		"one file too large": {exportLimits{files: 4, bytes: 200, file: 99}, "has 100 bytes, more than the 99"},
	} {
		_, err := r.export(t.Context(), sha, t.TempDir(), nil, tt.limits)
		if (err == nil) != (tt.want == "") || (err != nil && !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	deep := inner
	for range exportedDepth {
		deep = store(t, r, plumbing.TreeObject, []byte(row("40000", "d", deep)))
	}
	if _, err := r.Export(t.Context(), commitOf(t, r, row("40000", "d", deep)), t.TempDir()); err == nil || !strings.Contains(err.Error(), "lie in each other") {
		t.Errorf("a tree without end: %v", err)
	}
}

func TestADamagedFileIsNotExported(t *testing.T) {
	r := bare(t)
	blob := store(t, r, plumbing.BlobObject, []byte("first"))
	other := store(t, r, plumbing.BlobObject, []byte("other"))
	sha := commitOf(t, r, row("100644", "a", blob))
	objects := filepath.Join(r.commonDir, "objects")
	file := func(id plumbing.Hash) string { return filepath.Join(objects, id.String()[:2], id.String()[2:]) }
	data, err := os.ReadFile(file(other))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file(blob)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file(blob), data, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := Open(r.root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Export(t.Context(), sha, t.TempDir()); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Error(err)
	}
}
