package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// advised is what gate advise says in JSON.
type advised struct {
	Complete bool
	Reasons  []string
	Bases    []struct {
		Image, Path, Reference, Digest, Unknown, Recommended string
		Line                                                 int
		Ships                                                bool
		Blocking                                             []string
		Options                                              []struct {
			Tag, Kind, Reference, Unedited string
			Blocking, Removed, Added       []string
			Edit                           *struct{ Old, New string }
		}
	}
	Packages []struct {
		Kind, Path, Command string
		Upgrades            []struct {
			Package struct{ Name, Version string }
			To      string
			Clears  []string
			Left    map[string]string
		}
	}
}

// bases in short: each with its options, and an arrow before the recommended one.
func (a advised) lines() []string {
	var out []string
	for _, b := range a.Bases {
		out = append(out, fmt.Sprintf("%s:%d %s blocks %d", b.Path, b.Line, tagOf(b.Reference), len(b.Blocking)))
		for _, o := range b.Options {
			mark := " "
			if o.Reference == b.Recommended {
				mark = ">"
			}
			out = append(out, fmt.Sprintf("%s %s %s blocks %d, %d go, %d come", mark, o.Kind, o.Tag, len(o.Blocking), len(o.Removed), len(o.Added)))
		}
	}
	return out
}

func tagOf(reference string) string { return reference[strings.LastIndexByte(reference, '/')+1:] }

// shelf is a repository of base images in a real registry.
type shelf struct {
	*bases
	name, folder string
}

func (b *bases) shelf(t *testing.T) shelf {
	t.Helper()
	address, folder := startRegistry(t)
	s := shelf{b, address + "/base/debian", folder}
	s.push(t, "1.2.0", badPerl, curl3, coreutils)
	s.push(t, "1.2.1", badPerl, coreutils)
	s.push(t, "1.3.0", goodPerl, coreutils)
	s.push(t, "1.2.0-slim", coreutils)
	s.push(t, "1.4.0-rc1", coreutils)
	s.push(t, "2.0.0", goodPerl)
	return s
}

func (s shelf) push(t *testing.T, tag string, packages ...string) {
	t.Helper()
	folder := repository{s.bases, t.TempDir()}
	// Two tests that push the same image would remove it from under each other.
	folder.put(t, debian(packages...).with(tree{"root/etc/motd": s.name + "\n"}))
	name := s.name + ":" + tag
	s.docker(t, "build", "--quiet", "--tag", name, folder.dir)
	s.docker(t, "push", "--quiet", name)
	s.docker(t, "rmi", "--force", name)
}

// from is a Dockerfile that begins with a tag, or digest, of the repository.
func (s shelf) from(t *testing.T, dockerfile string, more ...tree) repository {
	t.Helper()
	r := s.repository(t)
	r.put(t, tree{"Dockerfile": strings.ReplaceAll(dockerfile, "BASE", s.name) + "HEALTHCHECK NONE\nUSER 1000\n"}.with(more...))
	return r
}

// advise runs the command on the working directory and reads what it says.
func (r repository) advise(t *testing.T, exit int, args ...string) advised {
	t.Helper()
	out := r.run(t, exit, nil, slices.Concat([]string{"advise", ".", "--format", "json", "--allow", "distro-eol"}, args)...)
	var a advised
	if err := json.Unmarshal([]byte(out[strings.IndexByte(out, '{'):strings.LastIndexByte(out, '}')+1]), &a); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return a
}

func (a advised) is(t *testing.T, want ...string) {
	t.Helper()
	if got := a.lines(); !slices.Equal(got, want) {
		t.Errorf("it says\n  %s\nwant\n  %s\nreasons: %v", strings.Join(got, "\n  "), strings.Join(want, "\n  "), a.Reasons)
	}
}

// adviceScenes are about base images that a real registry has in several tags.
func adviceScenes() map[string]func(*testing.T, shelf) {
	return map[string]func(*testing.T, shelf){
		"the smallest step that clears what blocks": func(t *testing.T, s shelf) {
			s.from(t, "FROM BASE:1.2.0\n").advise(t, 0, "--bases-only").is(t,
				"Dockerfile:1 debian:1.2.0 blocks 2",
				"  variant 1.2.0-slim blocks 0, 6 go, 0 come",
				"> minor 1.3.0 blocks 0, 6 go, 0 come",
				"  patch 1.2.1 blocks 1, 5 go, 0 come")
		},
		"another major version when it is asked for": func(t *testing.T, s shelf) {
			s.from(t, "FROM BASE:1.2.0\n").advise(t, 0, "--bases-only", "--kind", "major").is(t,
				"Dockerfile:1 debian:1.2.0 blocks 2", "> major 2.0.0 blocks 0, 7 go, 0 come")
		},
		"tags that the policy does not want": func(t *testing.T, s shelf) {
			r := s.from(t, "FROM BASE:1.2.0\n", tree{".gate.yaml": "version: 1\nadvise-deny: ['*-slim', '1.3.*']\n"})
			r.advise(t, 0, "--bases-only").is(t, "Dockerfile:1 debian:1.2.0 blocks 2", "> patch 1.2.1 blocks 1, 5 go, 0 come")
		},
		"a fix is written, and then nothing of the base blocks": fixedScene,
		"a version in a variable": func(t *testing.T, s shelf) {
			r := s.from(t, "ARG VERSION=1.2.0\nFROM BASE:${VERSION}-slim AS tools\nFROM BASE:${VERSION}\n")
			a := r.advise(t, 0, "--bases-only", "--kind", "patch,minor")
			a.is(t, "Dockerfile:2 debian:1.2.0-slim blocks 0", "Dockerfile:3 debian:1.2.0 blocks 2",
				"> minor 1.3.0 blocks 0, 6 go, 0 come", "  patch 1.2.1 blocks 1, 5 go, 0 come")
			if o := a.Bases[1].Options[0]; o.Edit != nil || !strings.Contains(o.Unedited, "VERSION") || a.Bases[0].Ships || !a.Bases[1].Ships {
				t.Errorf("the variable decides over another stage, too: %+v", o)
			}
		},
		"a tag that has moved since it was pinned": movedScene,
		"an image that is kept is not read again":  storedScene,
		"packages by the file that declares them":  packagesScene,
		"a registry that does not answer": func(t *testing.T, s shelf) {
			r := s.repository(t)
			r.put(t, tree{"Dockerfile": "FROM 127.0.0.1:1/none:1.0\n"})
			a := r.advise(t, 3, "--bases-only")
			if a.Complete || len(a.Reasons) == 0 || a.Bases[0].Unknown == "" {
				t.Errorf("it says %+v", a)
			}
		},
		"an image that is not there": func(t *testing.T, s shelf) {
			a := s.from(t, "FROM BASE:9.9.9\n").advise(t, 3, "--bases-only")
			if a.Complete || !strings.Contains(a.Bases[0].Unknown, "9.9.9") {
				t.Errorf("it says %+v", a)
			}
		},
	}
}

func fixedScene(t *testing.T, s shelf) {
	r := s.from(t, "FROM BASE:1.2.0 AS app\n")
	r.check(t, 1, ".", "--allow", "distro-eol", "--lint=false")
	out := r.run(t, 0, nil, "advise", ".", "--bases-only", "--diff")
	if !strings.Contains(out, "-FROM "+s.name+":1.2.0 AS app\n+FROM "+s.name+":1.3.0 AS app\n") {
		t.Errorf("the diff is\n%s", out)
	}
	r.run(t, 0, nil, "advise", ".", "--bases-only", "--fix")
	if text := string(read(t, filepath.Join(r.dir, "Dockerfile"))); !strings.HasPrefix(text, "FROM "+s.name+":1.3.0 AS app\n") {
		t.Errorf("the Dockerfile is\n%s", text)
	}
	r.check(t, 0, ".", "--allow", "distro-eol", "--lint=false")
}

func movedScene(t *testing.T, s shelf) {
	r := s.from(t, "FROM BASE:1.2.1\n")
	digest := r.advise(t, 0, "--bases-only").Bases[0].Digest
	r.put(t, tree{"Dockerfile": "FROM " + s.name + ":1.2.1@" + digest + "\n"})
	if a := r.advise(t, 0, "--bases-only", "--kind", "refresh"); len(a.Bases[0].Options) != 0 {
		t.Errorf("nothing has moved: %v", a.lines())
	}
	s.push(t, "1.2.1", goodPerl, coreutils)
	a := r.advise(t, 0, "--bases-only", "--kind", "refresh")
	a.is(t, "Dockerfile:1 debian:1.2.1@"+digest+" blocks 1", "> refresh 1.2.1 blocks 0, 1 go, 0 come")
	if edit := a.Bases[0].Options[0].Edit; edit == nil || !strings.Contains(edit.New, ":1.2.1@sha256:") || edit.New == edit.Old {
		t.Errorf("the edit is %+v", edit)
	}
}

func storedScene(t *testing.T, s shelf) {
	r := s.from(t, "FROM BASE:1.2.0\n")
	place := filepath.Join(t.TempDir(), "store")
	first := r.advise(t, 0, "--bases-only", "--store", place)
	// Without the layers nothing can be catalogued any more.
	err := filepath.WalkDir(s.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if content, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
			return err
		}
		return os.Remove(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	r.advise(t, 0, "--bases-only", "--store", place).is(t, first.lines()...)
	r.advise(t, 3, "--bases-only", "--store", "none")
}

func packagesScene(t *testing.T, s shelf) {
	r := s.from(t, "FROM BASE:1.2.1\nCOPY web/ /web/\n", lock("web", badLodash, express))
	a := r.advise(t, 0)
	var got []string
	for _, m := range a.Packages {
		got = append(got, strings.Join(strings.Fields(m.Kind+" "+m.Path+" "+m.Command), " "))
		for _, u := range m.Upgrades {
			got = append(got, fmt.Sprintf("  %s %s > %s clears %v left %v", u.Package.Name, u.Package.Version, u.To, u.Clears, u.Left))
		}
	}
	want := []string{
		"file web/package-lock.json", "  lodash 4.17.20 > 4.17.21 clears [GHSA-35jh-r3h4-6jhm] left map[]",
		"system apt-get update && apt-get install -y --only-upgrade perl-base",
		"  perl-base 5.36.0-7+deb12u2 > 5.36.0-7+deb12u3 clears [CVE-2023-31484] left map[]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("it says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	out := r.run(t, 0, nil, "advise", ".", "--allow", "distro-eol")
	for _, words := range []string{"lodash 4.17.20 → 4.17.21", "web/package-lock.json", "perl-base", "1.3.0"} {
		if !strings.Contains(out, words) {
			t.Errorf("it says nothing of %q:\n%s", words, out)
		}
	}
}

// TestAdvice tries other base images, of a real registry, each of them scanned.
func TestAdvice(t *testing.T) {
	bin := gateBin(t)
	if !haveDocker() {
		t.Skip("no Docker Engine")
	}
	b := newBases(t, bin)
	scenes := adviceScenes()
	for _, name := range slices.Sorted(maps.Keys(scenes)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenes[name](t, b.shelf(t))
		})
	}
}
