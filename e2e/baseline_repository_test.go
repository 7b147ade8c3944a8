package e2e_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tree is the files of a commit, by path.
type tree map[string]string

// with is a tree with more files; those without content are taken out.
func (f tree) with(more ...tree) tree {
	all := maps.Clone(f)
	for _, some := range more {
		maps.Copy(all, some)
	}
	maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
	return all
}

// below is the tree in a folder.
func (f tree) below(folder string) tree {
	moved := tree{}
	for path, text := range f {
		moved[folder+"/"+path] = text
	}
	return moved
}

// The versions that the examples know something of.
const (
	badPerl    = "perl-base 5.36.0-7+deb12u2" // CVE-2023-31484, high
	goodPerl   = "perl-base 5.36.0-7+deb12u3" //
	coreutils  = "coreutils 9.1-1"            // CVE-2016-2781, low and never fixed
	curl3      = "libcurl4 7.88.1-10+deb12u3" // CVE-2023-38545 (high), CVE-2023-38546 and curl4's
	curl4      = "libcurl4 7.88.1-10+deb12u4" // CVE-2023-46218, CVE-2024-2398, CVE-2024-7264
	exploited  = "libc6 2.36-9+deb12u2"       // CVE-2023-4911 (known to be exploited), libc4's
	badLodash  = "lodash 4.17.20"             // GHSA-35jh-r3h4-6jhm, high
	goodLodash = "lodash 4.17.21"             //
	express    = "express 4.18.2"             // GHSA-rv95-896h-c2vc, medium
	harmless   = "zlib1g 1:1.2.13.dfsg-1"     // nothing
	plainBuild = "FROM scratch\nCOPY root/ /\nHEALTHCHECK NONE\nUSER 1000\n"
)

// debian is a context whose image is a Debian with these packages.
func debian(packages ...string) tree {
	sources := map[string]string{"perl-base": "perl", "libcurl4": "curl", "libc6": "glibc", "zlib1g": "zlib"}
	files := tree{"Dockerfile": plainBuild, "root/etc/os-release": "ID=debian\nVERSION_ID=\"12\"\n"}
	for _, p := range append([]string{harmless}, packages...) {
		name, version, _ := strings.Cut(p, " ")
		text := "Package: " + name + "\nStatus: install ok installed\nArchitecture: amd64\nVersion: " + version + "\nMaintainer: nobody\nDescription: x\n"
		if source := sources[name]; source != "" {
			text += "Source: " + source + "\n"
		}
		files["root/var/lib/dpkg/status.d/"+name] = text
	}
	return files
}

// lock is a lock file of npm in a folder of the context.
func lock(folder string, packages ...string) tree {
	entries, wanted := map[string]any{}, map[string]any{}
	for _, p := range packages {
		name, version, _ := strings.Cut(p, " ")
		wanted[name] = version
		entries["node_modules/"+name] = map[string]any{"version": version}
	}
	entries[""] = map[string]any{"name": "app", "version": "1.0.0", "dependencies": wanted}
	text, _ := json.MarshalIndent(map[string]any{"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": entries}, "", " ")
	return tree{folder + "/package-lock.json": string(text) + "\n"}
}

// repository is a checkout with real commits.
type repository struct {
	*bases
	dir string
}

// repository starts one, in a folder that gives the image its name: app.
func (b *bases) repository(t *testing.T) repository {
	t.Helper()
	r := repository{b, filepath.Join(t.TempDir(), "app")}
	if err := os.Mkdir(r.dir, 0o750); err != nil {
		t.Fatal(err)
	}
	r.git(t, "init", "--quiet", "--initial-branch", "main")
	return r
}

// change is a repository with two commits.
func (b *bases) change(t *testing.T, base, head tree) repository {
	t.Helper()
	r := b.repository(t)
	r.commit(t, base)
	r.commit(t, head)
	return r
}

func (r repository) git(t *testing.T, args ...string) string {
	t.Helper()
	return strings.TrimSpace(r.raw(t, args...))
}

// raw is what git prints, as it is.
func (r repository) raw(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", append([]string{"-C", r.dir, "-c", "protocol.file.allow=always"}, args...)...)
	command.Env = append(os.Environ(), "HOME="+r.home, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=octocat", "GIT_AUTHOR_EMAIL=octocat@example.com", "GIT_AUTHOR_DATE=2026-10-01T00:00:00Z",
		"GIT_COMMITTER_NAME=octocat", "GIT_COMMITTER_EMAIL=octocat@example.com", "GIT_COMMITTER_DATE=2026-10-01T00:00:00Z")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// put makes the working directory hold just these files.
func (r repository) put(t *testing.T, files tree) {
	t.Helper()
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() == ".git" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(r.dir, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		path := filepath.Join(r.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// commit makes a commit of just these files, and returns its name.
func (r repository) commit(t *testing.T, files tree) string {
	t.Helper()
	r.put(t, files)
	r.git(t, "add", "--all", "--force")
	r.git(t, "commit", "--quiet", "--allow-empty", "--message", "change")
	return r.sha(t, "HEAD")
}

func (r repository) sha(t *testing.T, revision string) string {
	t.Helper()
	return r.git(t, "rev-parse", revision)
}

// shallow is a clone of one commit, as actions/checkout makes it.
func (r repository) shallow(t *testing.T, branch string) repository {
	t.Helper()
	clone := filepath.Join(t.TempDir(), "app")
	r.git(t, "clone", "--quiet", "--depth", "1", "--branch", branch, "file://"+r.dir, clone)
	return repository{r.bases, clone}
}

// edited is JSON with a change.
func edited[T any](t *testing.T, content []byte, edit func(T) T) []byte {
	t.Helper()
	var value T
	if err := json.Unmarshal(content, &value); err != nil {
		t.Fatal(err)
	}
	content, err := json.Marshal(edit(value))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
