package e2e_test

import (
	"os"
	"path/filepath"
	"testing"
)

// pointer is what git has of a file in LFS.
const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"

// broken is a context that can't be built.
func broken(files tree) tree { return files.dockerfile("COPY nowhere/ /\n", anEnd) }

// missingScenes have no base to compare with.
func missingScenes() map[string]scene {
	return map[string]scene{
		"a base that can't be built makes everything new": func(t *testing.T, b *bases) {
			r := b.change(t, broken(debian(coreutils)), debian(coreutils))
			j := r.compare(t, 0)
			j.is(t, "", "new CVE-2016-2781 coreutils")
			j.says(t, "app: no baseline holds, so every finding counts as new: kept: there is no cache service here", "build: ", "nowhere")
			j = r.compare(t, 3, "--baseline-missing", "incomplete")
			j.is(t, "", "new CVE-2016-2781 coreutils")
			j.gap(t, "no baseline holds, so it is not known what is new")
		},
		"a head that can't be built has nothing fixed": func(t *testing.T, b *bases) {
			j := b.change(t, debian(badPerl), broken(debian())).compare(t, 3)
			j.is(t, "")
			j.says(t, "app: it could not be built, so it is compared with nothing")
		},
		"a head that can't be read to its end has nothing fixed": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl, coreutils), debian(coreutils).with(tree{"root/x.jar": "no"}))
			j := r.compare(t, 3)
			j.is(t, "a build of "+r.sha(t, "HEAD~1")[:12], "existing CVE-2016-2781 coreutils")
			j.says(t, "app: what is fixed is not known, because the result is incomplete")
		},
		"a Dockerfile of the base that leads out of it is no baseline": func(t *testing.T, b *bases) {
			outside := filepath.Join(t.TempDir(), "secret")
			if err := os.WriteFile(outside, []byte("FROM scratch\nRUN sudo hunter2\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			r := b.repository(t)
			r.put(t, debian(badPerl).with(tree{"Dockerfile": ""}))
			if err := os.Symlink(outside, filepath.Join(r.dir, "Dockerfile")); err != nil {
				t.Fatal(err)
			}
			r.git(t, "add", "--all")
			r.git(t, "commit", "--quiet", "--message", "link")
			if err := os.Remove(filepath.Join(r.dir, "Dockerfile")); err != nil {
				t.Fatal(err)
			}
			r.commit(t, debian(badPerl))
			j := r.compare(t, 1)
			j.is(t, "", "new CVE-2023-31484 perl-base")
			j.says(t, "Dockerfile is a link that leads out of the base commit's files")
		},
		"a submodule that the base's files lack is told when its build fails": func(t *testing.T, b *bases) {
			r := b.submodule(t, debian(badPerl).dockerfile("COPY parts/lib/lib.txt /lib.txt\n", anEnd), tree{"lib.txt": "x"})
			j := r.compare(t, 1)
			j.is(t, "", "new CVE-2023-31484 perl-base")
			j.says(t, "submodules are empty in the base commit's files: parts/lib")
		},
		"a submodule that the base's files lack is told when what it lists is new": func(t *testing.T, b *bases) {
			j := b.submodule(t, debian(badPerl), lock("web", express)).compare(t, 0)
			j.is(t, "a build of", "existing CVE-2023-31484 perl-base", "new GHSA-rv95-896h-c2vc express in parts/lib/web/package-lock.json")
			j.says(t, "submodules are empty in the base commit's files: parts/lib")
		},
		"a pointer of LFS in the base's files is told when its build fails": func(t *testing.T, b *bases) {
			j := b.change(t, broken(debian(badPerl)).with(tree{"model.bin": pointer}), debian(badPerl)).compare(t, 1)
			j.is(t, "", "new CVE-2023-31484 perl-base")
			j.says(t, "Git LFS's files are only pointers in the base commit's files: model.bin")
		},
		"a pointer of LFS in the base's files that was to list packages makes everything new": func(t *testing.T, b *bases) {
			// The checkout has what the pointers stand for, as LFS fetches it.
			const lockFile = "web/package-lock.json"
			pointers := debian(coreutils).with(tree{lockFile: pointer})
			r := b.change(t, pointers, pointers.with(tree{"root/app": "x"}))
			r.put(t, debian(coreutils).with(lock("web", express)))
			j := r.compare(t, 0)
			j.is(t, "", "new CVE-2016-2781 coreutils", "new GHSA-rv95-896h-c2vc express in web/package-lock.json")
			j.says(t, "Git LFS's files are only pointers in the base commit's files: "+lockFile)
		},
		"a base that is the head is an error": func(t *testing.T, b *bases) {
			r := b.change(t, debian(), debian(badPerl))
			r.refused(t, "is the commit "+r.sha(t, "HEAD")[:12]+" that is checked", "check", ".", "--base", "main")
		},
		"changes that are not committed are held against the last commit": func(t *testing.T, b *bases) {
			r := b.change(t, debian(), debian(badPerl, coreutils))
			r.put(t, debian(goodPerl, coreutils).with(lock("web", express)))
			r.check(t, 0, ".", "--base", "HEAD").is(t, "a build of "+r.sha(t, "HEAD")[:12],
				"existing CVE-2016-2781 coreutils", "fixed CVE-2023-31484 perl-base", "new GHSA-rv95-896h-c2vc express in web/package-lock.json")
		},
		"a base that a shallow clone lacks makes everything new": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl), debian(badPerl))
			clone := r.shallow(t, "main")
			for _, base := range []string{"HEAD~1", r.sha(t, "HEAD~1")} {
				j := clone.check(t, 1, ".", "--base", base)
				j.is(t, "", "new CVE-2023-31484 perl-base")
				j.says(t, "not in this clone; check out with fetch-depth: 2, or give the action its token")
			}
			clone.refused(t, "--base HEAD~2", "check", ".", "--base", "HEAD~2")
		},
		"a base that nobody knows is an error": func(t *testing.T, b *bases) {
			r := b.change(t, debian(), debian(badPerl))
			r.refused(t, "--base origin/nowhere", "check", ".", "--base", "origin/nowhere")
			if err := os.RemoveAll(filepath.Join(r.dir, ".git")); err != nil {
				t.Fatal(err)
			}
			r.refused(t, "--base main", "check", ".", "--base", "main")
		},
		"without a base everything is new": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl), debian(badPerl))
			r.check(t, 1, ".").is(t, "", "new CVE-2023-31484 perl-base")
			r.compare(t, 1, "--baseline", "none").is(t, "", "new CVE-2023-31484 perl-base")
		},
	}
}

// submodule is a repository with two commits, and with a submodule, whose files
// git does not give with a commit.
func (b *bases) submodule(t *testing.T, files, library tree) repository {
	t.Helper()
	other := b.repository(t)
	other.commit(t, library)
	r := b.repository(t)
	r.put(t, files)
	r.git(t, "submodule", "--quiet", "add", other.dir, "parts/lib")
	r.git(t, "add", "--all", "--force")
	r.git(t, "commit", "--quiet", "--message", "base")
	r.git(t, "commit", "--quiet", "--allow-empty", "--message", "head")
	return r
}
