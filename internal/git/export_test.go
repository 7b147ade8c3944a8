package git_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/git"
)

// listing tells what is below a directory: kind, executable bit, content or target.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, file)
		if name == ".git" {
			return filepath.SkipDir
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir():
			found[name] = "folder " + info.Mode().String()
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(file)
			found[name] = "link " + target
			return err
		default:
			content, err := os.ReadFile(file)
			found[name] = "file " + info.Mode().String() + " " + string(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(found, ".")
	return found
}

// rich makes a repository with all kinds of entries, and returns its commit.
func rich(t *testing.T) (worktree, string) {
	t.Helper()
	w := newWorktree(t)
	large := strings.Repeat("0123456789abcdef", 1<<17)
	w.write("Dockerfile", "FROM scratch\n", "a/b/c.txt", "c\r\n", "a/run.sh", "#!/bin/sh\n", "empty", "", "large", large,
		"ünï cödé/\xff odd\nname", "x", ".gitattributes", "hidden export-ignore\n*.txt text eol=crlf\n", "hidden", "h", "b\\c", "y",
		"model.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:"+strings.Repeat("a", 64)+"\nsize 12345\n",
		"not-lfs", "version https://git-lfs.github.com/spec/v1 is a text\n", "a.b", "z", ".dockerignore", "x\n")
	for name, target := range map[string]string{"a/up": "../Dockerfile", "a/b/out": "../../../etc/passwd", "absolute": "/etc/passwd", "dangling": "none", "dir": "a/b"} {
		if err := os.Symlink(target, filepath.Join(w.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(w.dir, "a/run.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	return w, w.commit()
}

func TestExportIsWhatGitChecksOut(t *testing.T) {
	w, sha := rich(t)
	// The work tree as git writes it, without the conversions of attributes.
	plain := worktree{t, filepath.Join(t.TempDir(), "plain")}
	w.git("-c", "core.autocrlf=false", "clone", "--quiet", "--no-checkout", "file://"+w.dir, plain.dir)
	if err := os.WriteFile(filepath.Join(plain.dir, ".git", "info", "attributes"), []byte("* -text -eol\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	plain.git("checkout", "--quiet", "--detach", sha)
	want := listing(t, plain.dir)
	if len(want) < 15 {
		t.Fatalf("git wrote %d files only", len(want))
	}
	for _, packed := range []bool{false, true} {
		if packed {
			w.git("gc", "--quiet", "--aggressive")
		}
		dir := t.TempDir()
		exported, err := w.open().Export(t.Context(), sha, dir)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, listing(t, dir)); diff != "" {
			t.Errorf("packed %t (-git +export):\n%.2000s", packed, diff)
		}
		bytes, files := int64(0), 0
		for _, text := range want {
			if content, ok := strings.CutPrefix(text, "file "); ok {
				bytes += int64(len(content) - len("-rw-r--r-- "))
			}
			if !strings.HasPrefix(text, "folder ") {
				files++
			}
		}
		expected := git.Exported{Files: files, Bytes: bytes, LFS: []string{"model.bin"}, Outside: []string{"a/b/out", "absolute"}}
		if diff := cmp.Diff(expected, exported); diff != "" {
			t.Error(diff)
		}
	}
}

func TestExportWritesTheCommitAndNotTheWorkTree(t *testing.T) {
	w := newWorktree(t)
	first := w.commit("Dockerfile", "FROM a\n", "gone", "x")
	w.git("rm", "--quiet", "gone")
	w.commit("Dockerfile", "FROM b\n", "added", "y")
	w.write("Dockerfile", "FROM c\n", "untracked", "z")
	dir := t.TempDir()
	if _, err := w.open().Export(t.Context(), first, dir); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"Dockerfile": "file -rw-r--r-- FROM a\n", "gone": "file -rw-r--r-- x"}, listing(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestExportOfPathsKeepsTheirPlaces(t *testing.T) {
	w, sha := rich(t)
	r := w.open()
	for _, tt := range []struct {
		paths, want []string
	}{
		{[]string{"a"}, []string{"a", "a/b", "a/b/c.txt", "a/b/out", "a/run.sh", "a/up"}},
		{[]string{"a/b", "Dockerfile"}, []string{"Dockerfile", "a", "a/b", "a/b/c.txt", "a/b/out"}},
		{[]string{"a/b/c.txt", "a/run.sh", "a/run.sh"}, []string{"a", "a/b", "a/b/c.txt", "a/run.sh"}},
		{[]string{"a/b", "a", "a.b"}, []string{"a", "a.b", "a/b", "a/b/c.txt", "a/b/out", "a/run.sh", "a/up"}},
		{[]string{"dir"}, []string{"dir"}},
	} {
		dir := t.TempDir()
		if _, err := r.Export(t.Context(), sha, dir, tt.paths...); err != nil {
			t.Errorf("%q: %v", tt.paths, err)
		}
		var got []string
		for name := range listing(t, dir) {
			got = append(got, name)
		}
		slices.Sort(got)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q: %s", tt.paths, diff)
		}
	}
	whole, part := t.TempDir(), t.TempDir()
	_, err := r.Export(t.Context(), sha, whole)
	_, err2 := r.Export(t.Context(), sha, part, ".", "a")
	if diff := cmp.Diff(listing(t, whole), listing(t, part)); diff != "" || err != nil || err2 != nil {
		t.Error(err, err2, diff)
	}
	for name, want := range map[string]string{"none": "file does not exist", "a/none": "file does not exist", "Dockerfile/x": "file does not exist", "dir/c.txt": "symbolic link", "../x": "no path", "/a": "no path", "": "no path"} {
		if _, err := r.Export(t.Context(), sha, t.TempDir(), name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := r.Export(t.Context(), sha, t.TempDir(), "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestSubmodulesAreNamedAndEmpty(t *testing.T) {
	w := newWorktree(t)
	w.commit("Dockerfile", "FROM a\n")
	w.git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",lib/sub")
	w.git("commit", "--quiet", "--message", "x")
	sha := w.git("rev-parse", "HEAD")
	dir := t.TempDir()
	exported, err := w.open().Export(t.Context(), sha, dir)
	if err != nil || !slices.Equal(exported.Submodules, []string{"lib/sub"}) {
		t.Errorf("%+v, %v", exported, err)
	}
	if got := listing(t, dir)["lib/sub"]; !strings.HasPrefix(got, "folder") {
		t.Errorf("the submodule is %q", got)
	}
	if _, err := w.open().Export(t.Context(), sha, t.TempDir(), "lib/sub/x"); err == nil || !strings.Contains(err.Error(), "submodule") {
		t.Error(err)
	}
}

func TestExportOfWhatWasNotFetchedNamesTheObject(t *testing.T) {
	full, _, base, _, merge := merged(t)
	if _, err := full.clone("--depth=1").open().Export(t.Context(), base, t.TempDir()); !errors.Is(err, git.ErrMissing) || !strings.Contains(err.Error(), base) {
		t.Error(err)
	}
	blob := full.git("rev-parse", merge+":a.txt")
	_, err := full.partial().open().Export(t.Context(), merge, t.TempDir())
	if !errors.Is(err, git.ErrMissing) || !strings.Contains(err.Error(), `"a.txt"`) || !strings.Contains(err.Error(), blob) {
		t.Errorf("want the object %s: %v", blob, err)
	}
}

func TestExportRefusesWhatItCannotUse(t *testing.T) {
	w := newWorktree(t)
	sha := w.commit("a", "x")
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, ".hidden"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"not empty": full, "no such file": filepath.Join(full, "none")} {
		if _, err := w.open().Export(t.Context(), sha, dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.open().Export(t.Context(), "main", t.TempDir()); err == nil || !strings.Contains(err.Error(), "40 hexadecimal") {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.open().Export(cancelled, sha, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestExportOfManyFilesInManyFolders(t *testing.T) {
	w := newWorktree(t)
	var pairs []string
	for i := range 300 {
		pairs = append(pairs, fmt.Sprintf("d%d/e%d/f%d", i%7, i%13, i), fmt.Sprint(i))
	}
	sha := w.commit(pairs...)
	dir := t.TempDir()
	exported, err := w.open().Export(t.Context(), sha, dir)
	if diff := cmp.Diff(listing(t, w.dir), listing(t, dir)); diff != "" || err != nil || exported.Files != 300 {
		t.Error(exported, err, diff)
	}
}
