package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// keep checks a commit and leaves what later runs compare with.
func (r repository) keep(t *testing.T, revision string, exit int, env ...string) string {
	t.Helper()
	r.git(t, "checkout", "--quiet", revision)
	file := filepath.Join(t.TempDir(), "app.zst")
	r.checkWith(t, env, exit, ".", "--keep-baseline", file)
	r.git(t, "checkout", "--quiet", "main")
	return file
}

// keptScenes compare with what a run of the base commit left.
func keptScenes() map[string]scene {
	return map[string]scene{
		"what the base commit's run kept is matched again": func(t *testing.T, b *bases) {
			r := b.change(t, pages().with(debian(badPerl, coreutils)).dockerfile(addsFile, anEnd),
				pages().with(debian(goodPerl, coreutils)).dockerfile("LABEL a=b\n", addsFile, anEnd).with(lock("web", express)))
			kept := r.keep(t, "HEAD~1", 1)
			want := []string{
				"existing CVE-2016-2781 coreutils", "existing add-local-file Dockerfile", "fixed CVE-2023-31484 perl-base",
				"new GHSA-rv95-896h-c2vc express in web/package-lock.json",
			}
			r.compare(t, 0, "--baseline", "kept:"+kept).is(t, "what was kept of "+r.sha(t, "HEAD~1")[:12], want...)
			r.compare(t, 0).is(t, "a build of", want...)
		},
		"an advisory published between base and head is existing and disclosed": publishedScene,
		"an advisory that got more severe makes it worse": func(t *testing.T, b *bases) {
			r := b.change(t, debian(badPerl), debian(badPerl, coreutils))
			kept := r.keep(t, "HEAD~1", 0, "GATE_DB="+b.earlier)
			j := r.compare(t, 1, "--baseline", "kept:"+kept)
			j.is(t, "what was kept of", "new CVE-2016-2781 coreutils", "worse CVE-2023-31484 perl-base")
			j.acts(t, "CVE-2023-31484", "block")
		},
		"what a kept baseline without its commit's files can't know is new": func(t *testing.T, b *bases) {
			r := b.change(t, pages().with(debian(badPerl)).dockerfile(addsFile, addsOther, anEnd).with(lock("web", express)),
				pages().with(debian(badPerl)).dockerfile("# More\n", addsFile, anEnd).with(lock("web", express)))
			kept := r.keep(t, "HEAD~1", 1)
			j := r.check(t, 0, ".", "--baseline", "kept:"+kept)
			j.is(t, "what was kept of", "existing CVE-2023-31484 perl-base", "existing add-local-file Dockerfile", "fixed add-local-file Dockerfile",
				"new GHSA-rv95-896h-c2vc express in web/package-lock.json")
			j.says(t, "what lock files declare counts as new")
		},
		"an incomplete run keeps nothing": func(t *testing.T, b *bases) {
			r := b.change(t, debian(), debian(coreutils))
			file := filepath.Join(t.TempDir(), "app.zst")
			j := r.check(t, 3, ".", "--keep-baseline", file, "--max-db-age", "1h")
			j.says(t, "app: nothing is kept for later runs to compare with", "incomplete run")
			absent(t, file)
		},
		"files that are no commit's are not kept": func(t *testing.T, b *bases) {
			r := b.change(t, debian(), debian(badPerl))
			r.put(t, debian(coreutils))
			file := filepath.Join(t.TempDir(), "app.zst")
			r.check(t, 0, ".", "--keep-baseline", file).says(t, "app: nothing is kept for later runs to compare with", "commit")
			absent(t, file)
		},
		"one file for two images is refused": func(t *testing.T, b *bases) {
			r := b.repository(t)
			r.commit(t, debian().below("one").with(debian().below("two"), policyOf("one", "two")))
			r.refused(t, "put {image} into it", "check", "--keep-baseline", "kept.zst")
		},
	}
}

func publishedScene(t *testing.T, b *bases) {
	files := debian(badPerl).with(tree{"root/app/node_modules/lodash/package.json": `{"name":"lodash","version":"4.17.20"}`})
	r := b.change(t, files, files.with(tree{"root/note": "x"}, lock("web", express)))
	earlier := "GATE_DB=" + b.earlier
	kept := r.keep(t, "HEAD~1", 0, earlier)
	j := r.compare(t, 1, "--baseline", "kept:"+kept)
	j.is(t, "what was kept of", "existing GHSA-35jh-r3h4-6jhm lodash (disclosed)", "new GHSA-rv95-896h-c2vc express in web/package-lock.json",
		"worse CVE-2023-31484 perl-base")
	j.acts(t, "GHSA-35jh-r3h4-6jhm", "warn")
	// A build of the base knows only what is known today.
	r.compare(t, 0).is(t, "a build of", "existing CVE-2023-31484 perl-base", "existing GHSA-35jh-r3h4-6jhm lodash",
		"new GHSA-rv95-896h-c2vc express in web/package-lock.json")
	// A report is not matched again.
	r.git(t, "checkout", "--quiet", "HEAD~1")
	file := filepath.Join(t.TempDir(), "base.json")
	r.checkWith(t, []string{earlier}, 0, ".", "--output", "json="+file)
	r.git(t, "checkout", "--quiet", "main")
	j = r.check(t, 1, ".", "--baseline", "report:"+file)
	j.is(t, "the report", "new GHSA-35jh-r3h4-6jhm lodash", "new GHSA-rv95-896h-c2vc express in web/package-lock.json",
		"worse CVE-2023-31484 perl-base")
	j.says(t, "an advisory that is younger than it counts as new")
}

func absent(t *testing.T, file string) {
	t.Helper()
	if _, err := os.Stat(file); err == nil {
		t.Errorf("%s is there", filepath.Base(file))
	}
}

// rekept is a kept baseline that says something else, with the right checksum.
func rekept(t *testing.T, file string, edit func(map[string]any)) []byte {
	t.Helper()
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := zstd.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	whole, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	var envelope struct {
		Schema any             `json:"schema"`
		SHA256 string          `json:"sha256"`
		Kept   json.RawMessage `json:"kept"`
	}
	if err := json.Unmarshal(whole, &envelope); err != nil {
		t.Fatal(err)
	}
	envelope.Kept = edited(t, envelope.Kept, func(kept map[string]any) map[string]any {
		edit(kept)
		if schema, ok := kept["schema"]; ok {
			envelope.Schema = schema
			delete(kept, "schema")
		}
		return kept
	})
	sum := sha256.Sum256(envelope.Kept)
	envelope.SHA256 = hex.EncodeToString(sum[:])
	if whole, err = json.Marshal(envelope); err != nil {
		t.Fatal(err)
	}
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return packer.EncodeAll(whole, nil)
}
