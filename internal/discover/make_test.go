package discover

import (
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

// repository writes files: path → text. A text that begins with "-> " is a
// symbolic link.
func repository(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
			t.Fatal(err)
		}
		if target, link := strings.CutPrefix(text, "-> "); link {
			if err := os.Symlink(target, full); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// dockerfilesOf are the files that are called like Dockerfiles.
func dockerfilesOf(files map[string]string) []string {
	var all []string
	for name := range files {
		base := filepath.Base(name)
		if strings.Contains(base, "Dockerfile") || base == "Containerfile" {
			if !strings.HasSuffix(base, ".dockerignore") {
				all = append(all, name)
			}
		}
	}
	sort.Strings(all)
	return all
}

func find(t testing.TB, files map[string]string, opts Options) Found {
	t.Helper()
	if opts.Dockerfiles == nil {
		opts.Dockerfiles = dockerfilesOf(files)
	}
	if opts.Name == "" {
		opts.Name = "shop"
	}
	found, err := Find(t.Context(), repository(t, files), opts)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// names are those of the images.
func names(found Found) []string {
	var all []string
	for _, image := range found.Images {
		all = append(all, image.Name)
	}
	return all
}

func image(t testing.TB, found Found, name string) Image {
	t.Helper()
	i := slices.IndexFunc(found.Images, func(i Image) bool { return i.Name == name })
	if i < 0 {
		t.Fatalf("there is no image %s among %v; problems %v", name, names(found), found.Problems)
	}
	return found.Images[i]
}

func wantNames(t testing.TB, found Found, want ...string) {
	t.Helper()
	if got := names(found); !slices.Equal(got, want) {
		t.Errorf("images %v, want %v; problems %v, notes %q", got, want, found.Problems, found.Notes)
	}
}

func noProblems(t testing.TB, found Found) {
	t.Helper()
	if len(found.Problems) > 0 {
		t.Errorf("problems: %v", found.Problems)
	}
}

// wantProblem expects a problem whose line has all words.
func wantProblem(t testing.TB, found Found, words ...string) {
	t.Helper()
	for _, p := range found.Problems {
		if containsAll(p.String(), words) {
			if p.Next == "" {
				t.Errorf("%s: no next step", p)
			}
			return
		}
	}
	t.Errorf("no problem says %q: %v", words, found.Problems)
}

func wantNote(t testing.TB, found Found, words ...string) {
	t.Helper()
	if !slices.ContainsFunc(found.Notes, func(n string) bool { return containsAll(n, words) }) {
		t.Errorf("no note says %q: %q", words, found.Notes)
	}
}

func wantUnresolved(t testing.TB, i Image, words ...string) {
	t.Helper()
	if !slices.ContainsFunc(i.Unresolved, func(u string) bool { return containsAll(u, words) }) {
		t.Errorf("%s: no reason says %q: %q", i.Name, words, i.Unresolved)
	}
}

func containsAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

const from = "FROM alpine:3.20\n"
