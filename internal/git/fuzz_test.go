package git

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

// FuzzObjects reads commits and trees that anybody may push, past the net that
// catches panics.
func FuzzObjects(f *testing.F) {
	hash := strings.Repeat("a", 40)
	f.Add([]byte("tree "+hash+"\nparent "+hash+"\nparent "+hash+"\nauthor a <a@b> 0 +0000\n\nparent "+hash+"\n"), []byte("100644 a\x00"+strings.Repeat("x", 20)))
	f.Add([]byte("parent "+hash+"\n"), []byte("40000 a\x00"+strings.Repeat("x", 20)+"120000 a\x00"+strings.Repeat("y", 20)))
	f.Add([]byte("tree "+hash), []byte("100644 a"))
	f.Fuzz(func(t *testing.T, body, list []byte) {
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
		c, err := r.commit(store(t, r, plumbing.CommitObject, body))
		if err == nil && (c.tree.IsZero() != strings.HasPrefix(string(body), "tree "+strings.Repeat("0", 40)) ||
			len(c.parents) > strings.Count(string(body), "\nparent ")) {
			t.Errorf("%q is read as %+v", body, c)
		}
		found, err := r.tree(store(t, r, plumbing.TreeObject, list))
		for name, entry := range found {
			if err != nil || name == "" || name != entry.Name {
				t.Errorf("%q is read as %+v, %v", list, found, err)
			}
		}
	})
}

func store(t *testing.T, r *Repository, kind plumbing.ObjectType, data []byte) plumbing.Hash {
	t.Helper()
	object := r.stores[0].NewEncodedObject()
	object.SetType(kind)
	out, err := object.Writer()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Write(data); err != nil {
		t.Fatal(err)
	}
	id, err := r.stores[0].SetEncodedObject(object)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// FuzzRule reads lines of a .gitignore; what they match is compared with git in
// TestDirtyIsWhatGitStatusSays.
func FuzzRule(f *testing.F) {
	for _, line := range []string{"*.log", "!/a/**/b/", "[!a-z]]", "[[:alpha:]", "\\", "**", "[^]]", "a\\ ", "[\\]-a]", "\xff"} {
		f.Add(line, "a/b.log")
	}
	f.Fuzz(func(t *testing.T, line, name string) {
		r, ok := parseRule(line, "")
		if !ok {
			return
		}
		plain, isDir := ignores([]rule{r}, name, false), ignores([]rule{r}, name, true)
		if (plain && !isDir) || (r.again && (plain || isDir)) {
			t.Errorf("%q on %q: %v as a file, %v as a directory", line, name, plain, isDir)
		}
	})
}

func TestConfigsOfEveryShape(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "[core]\n\tbare = false\n": true, "[core]\n\tfileMode = false\n": false, "[core]\n\tFILEMODE = No\n": false,
		"[core]\n\tfilemode\n": true, "\xef\xbb\xbf[core]\n\tfilemode = 0\n": false,
	} {
		path := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readConfig(path); got != want || err != nil {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if got, err := readConfig(filepath.Join(t.TempDir(), "none")); !got || err != nil {
		t.Errorf("no config: %v, %v", got, err)
	}
}

// TestRulesMatchAsInGit has one path each; what lies in ignored directories is
// ignored by the walk.
func TestRulesMatchAsInGit(t *testing.T) {
	cases := []struct {
		rule, name string
		dir, want  bool
	}{
		{"b", "a/b", false, true},
		{"/b", "a/b", false, false},
		{"b/", "a/b", false, false},
		{"b/", "a/b", true, true},
		{"a/b", "a/b", false, true},
		{"a/b", "x/a/b", false, false},
		{"**/b", "b", false, true},
		{"**/b", "x/y/b", false, true},
		{"**/b", "xb", false, false},
		{"a/**/b", "a/b", false, true},
		{"a/**/b", "a/x/y/b", false, true},
		{"a/**/b", "a/xb", false, false},
		{"a/**", "a", true, false},
		{"a/**", "a/x/y", false, true},
		{"a/*", "a/x/y", false, false},
		{"a/x*y", "a/x/y", false, false},
		{"a/x?y", "a/x/y", false, false},
		{"a/x[!b]y", "a/x/y", false, false},
		{"a/x[!b]y", "a/xcy", false, true},
		{"a/x[!b]y", "a/xby", false, false},
		{"[]-]", "]", false, true},
		{"[\\]x]", "x", false, true},
		{"[a\\-c]", "b", false, false},
		{"[[:digit:]]", "7", false, true},
		{"[a", "[a", false, false},
		{"\\!a", "!a", false, true},
		{"\\#a", "#a", false, true},
		{"a  ", "a", false, true},
		{"a\\ ", "a ", false, true},
		{"a\r", "a", false, true},
		{"ü?", "üx", false, true},
		{"ü?", "üß", false, false},
		{"\xff*", "\xff\xfe", false, true},
		{"a.b", "axb", false, false},
	}
	for _, c := range cases {
		r, ok := parseRule(c.rule, "")
		if got := ok && ignores([]rule{r}, c.name, c.dir); got != c.want {
			t.Errorf("%q on %q: %v", c.rule, c.name, got)
		}
	}
}

func TestAPanicOfTheLibraryIsAnError(t *testing.T) {
	err := func() (err error) {
		defer caught(&err)
		panic("index out of range")
	}()
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Error(err)
	}
}
