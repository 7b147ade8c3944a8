package e2e_test

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// documentScenes compare with what somebody else keeps: bills of materials,
// images and reports.
func documentScenes() map[string]scene {
	scenes := map[string]scene{
		"an image of the Engine is scanned": func(t *testing.T, b *bases) {
			name := b.image(t, "1", badPerl, coreutils)
			r := b.change(t, debian(badPerl, coreutils), debian(goodPerl, coreutils, curl4))
			r.check(t, 0, ".", "--baseline", "image:docker:"+name).is(t, "image docker:"+name, released()...)
		},
		"an image of a registry is scanned": registryScene,
		"an image that is not there is passed over": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl), debian(badPerl))
			j := r.compare(t, 0, "--baseline", "image:docker:gate-baseline-nowhere:1", "--baseline", "build")
			j.is(t, "a build of", "existing CVE-2023-31484 perl-base")
			j.says(t, "image:docker:gate-baseline-nowhere:1: ")
		},
		"a report is taken as it is": func(t *testing.T, b *bases) {
			r := b.change(t, pages().with(debian(badPerl, coreutils)).dockerfile(addsFile, anEnd),
				pages().with(debian(goodPerl, coreutils, curl4)).dockerfile("LABEL a=b\n", addsFile, anEnd))
			report := r.report(t, "HEAD~1", 1)
			j := r.check(t, 0, ".", "--baseline", "report:"+report)
			j.is(t, "the report "+report, append(released(), "existing add-local-file Dockerfile")...)
			j.says(t, "were not matched again")
		},
		"a report of an incomplete run is refused": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl), debian(badPerl))
			j := r.check(t, 1, ".", "--baseline", "report:"+r.report(t, "HEAD~1", 3, "--max-db-age", "1h", "--fail-on", "critical"))
			j.is(t, "", "new CVE-2023-31484 perl-base")
			j.says(t, "is of an incomplete run")
		},
		"a report about another image is refused": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl), debian(badPerl))
			j := r.check(t, 1, ".", "--baseline", "report:"+r.report(t, "HEAD~1", 1, "--name", "shop"))
			j.is(t, "", "new CVE-2023-31484 perl-base")
			j.says(t, "is not about the image app")
		},
	}
	for _, format := range []string{"syft-json", "cyclonedx-json", "spdx-json"} {
		scenes["a bill of materials as "+format+" is matched again"] = func(t *testing.T, b *bases) { sbomScene(t, b, format) }
	}
	return scenes
}

// released are what debian(goodPerl, coreutils, curl4) changes of
// debian(badPerl, coreutils).
func released() []string {
	return []string{
		"existing CVE-2016-2781 coreutils", "fixed CVE-2023-31484 perl-base",
		"new CVE-2023-46218 libcurl4", "new CVE-2024-2398 libcurl4", "new CVE-2024-7264 libcurl4",
	}
}

// report checks a commit and returns its report.
func (r repository) report(t *testing.T, revision string, exit int, args ...string) string {
	t.Helper()
	r.git(t, "checkout", "--quiet", revision)
	file := filepath.Join(t.TempDir(), "base.json")
	r.check(t, exit, append([]string{".", "--output", "json=" + file}, args...)...)
	r.git(t, "checkout", "--quiet", "main")
	return file
}

func sbomScene(t *testing.T, b *bases, format string) {
	r := b.change(t, pages().with(debian(badPerl, coreutils)).dockerfile(addsFile, anEnd),
		pages().with(debian(goodPerl, coreutils, curl4)).dockerfile("LABEL a=b\n", addsFile, anEnd))
	r.git(t, "checkout", "--quiet", "HEAD~1")
	file := filepath.Join(t.TempDir(), "base.json")
	// The database of that day knows nothing of what is matched today.
	r.checkWith(t, []string{"GATE_DB=" + b.earlier}, 1, ".", "--sbom", file, "--sbom-format", format)
	r.git(t, "checkout", "--quiet", "main")
	r.compare(t, 0, "--baseline", "sbom:"+file).is(t, "sbom "+file, append(released(), "existing add-local-file Dockerfile")...)
}

func registryScene(t *testing.T, b *bases) {
	address, _ := startRegistry(t)
	name := address + "/team/app:main"
	out, err := exec.CommandContext(t.Context(), "skopeo", "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false",
		"docker-daemon:"+b.image(t, "1", badPerl, coreutils), "docker://"+name).CombinedOutput()
	if err != nil {
		t.Fatalf("skopeo: %v\n%s", err, out)
	}
	r := b.change(t, debian(badPerl, coreutils), debian(goodPerl, coreutils, curl4))
	place := "registry:" + address + "/team/{image}:main"
	j := r.check(t, 0, ".", "--baseline", "image:"+place, "--insecure-registry", address)
	j.is(t, "image registry:"+name, released()...)
}
