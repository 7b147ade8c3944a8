package e2e_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// image puts a Debian with these packages into the Engine, under a name of the
// test's own.
func (b *bases) image(t *testing.T, tag string, packages ...string) string {
	t.Helper()
	folder := repository{b, t.TempDir()}
	folder.put(t, debian(packages...))
	// The folder is the test's own, so its checksum is, too.
	own := sha256.Sum256([]byte(filepath.Dir(folder.dir)))
	name := fmt.Sprintf("gate-baseline-%x:%s", own[:8], tag)
	b.docker(t, "build", "--quiet", "--tag", name, folder.dir)
	t.Cleanup(func() { b.docker(t, "rmi", "--force", name) })
	return name
}

func (b *bases) docker(t *testing.T, args ...string) {
	t.Helper()
	program := os.Getenv("GATE_DOCKER")
	if program == "" {
		program = "docker"
	}
	command := exec.CommandContext(context.WithoutCancel(t.Context()), program, args...)
	command.Env = append(b.environment(), "DOCKER_BUILDKIT=1")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("docker %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// imageScenes are about what an image begins with, and about several of them.
func imageScenes() map[string]scene {
	return map[string]scene{
		"a base image bumped fixes what it had": func(t *testing.T, b *bases) {
			old, fresh := b.image(t, "1", badPerl, coreutils), b.image(t, "2", goodPerl, coreutils)
			r := b.change(t, tree{"Dockerfile": "FROM " + old + "\n" + anEnd}, tree{"Dockerfile": "FROM " + fresh + "\n" + anEnd})
			r.compare(t, 0).is(t, "a build of", "existing CVE-2016-2781 coreutils", "fixed CVE-2023-31484 perl-base")
		},
		"the base image of a build argument going back brings what it has": func(t *testing.T, b *bases) {
			old, fresh := b.image(t, "1", badPerl, coreutils), b.image(t, "2", goodPerl, coreutils)
			from := func(name string) tree { return tree{"Dockerfile": "ARG BASE=" + name + "\nFROM $BASE\n" + anEnd} }
			r := b.change(t, from(fresh), from(old))
			r.compare(t, 1).is(t, "a build of", "existing CVE-2016-2781 coreutils", "new CVE-2023-31484 perl-base")
		},
		"of two images the one that changed has what is new": func(t *testing.T, b *bases) {
			both := debian(badPerl).below("one").with(debian(coreutils).below("two"), policyOf("one", "two"))
			r := b.change(t, both, both.with(debian(curl4).below("two"), tree{"two/root/var/lib/dpkg/status.d/coreutils": ""}))
			r.check(t, 0, "--base", "HEAD~1").is(t, "a build of",
				"existing CVE-2023-31484 perl-base of one", "fixed CVE-2016-2781 coreutils of two",
				"new CVE-2023-46218 libcurl4 of two", "new CVE-2024-2398 libcurl4 of two", "new CVE-2024-7264 libcurl4 of two")
		},
		"an image that is new in a monorepo is new as a whole": func(t *testing.T, b *bases) {
			first := debian(badPerl).below("one").with(policyOf("one"))
			j := b.change(t, first, first.with(debian(badPerl).below("two"), policyOf("one", "two"))).check(t, 1, "--base", "HEAD~1")
			j.is(t, "a build of", "existing CVE-2023-31484 perl-base of one", "new CVE-2023-31484 perl-base of two")
			j.says(t, "two: the base commit has no such image, so every finding is new")
		},
		"a package on two platforms is existing on both": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl), debian(badPerl).with(lock("web", express)))
			r.compare(t, 0, "--platform", "linux/amd64", "--platform", "linux/arm64").is(t, "a build of",
				"existing CVE-2023-31484 perl-base on linux/amd64", "existing CVE-2023-31484 perl-base on linux/arm64",
				"new GHSA-rv95-896h-c2vc express in web/package-lock.json on linux/amd64",
				"new GHSA-rv95-896h-c2vc express in web/package-lock.json on linux/arm64")
		},
	}
}

// policyOf is a policy file that names an image for each of these folders.
func policyOf(folders ...string) tree {
	text := "version: 1\nimages:\n"
	for _, folder := range folders {
		text += "  - name: " + folder + "\n    context: " + folder + "\n"
	}
	return tree{".gate.yaml": text}
}
