package e2e_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/github/githubtest"
)

// harbor is a registry with released images, the GitHub of their team, and a
// checkout with its policy.
type harbor struct {
	repository
	registry string
	server   *githubtest.Server
	folder   string
}

func (b *bases) harbor(t *testing.T, policy string) *harbor {
	t.Helper()
	h := &harbor{repository: b.repository(t)}
	h.registry, h.folder = startRegistry(t)
	h.policy(t, policy)
	h.server = githubtest.New(t, githubtest.Options{Scenario: githubtest.Scenario{
		Repositories: []githubtest.Repository{{
			Name: octo, DefaultBranch: "main", Branches: map[string]string{"main": githubtest.SHA("main")},
			Commits: []githubtest.Commit{{SHA: githubtest.SHA("main")}},
		}},
		Tokens: map[string]githubtest.Token{"ghs_opensesame": githubtest.ActionsToken()},
	}})
	return h
}

// policy writes the policy file. REGISTRY in it is the registry's address.
func (h *harbor) policy(t *testing.T, text string) {
	t.Helper()
	text = "version: 1\nallow: [distro-eol]\nfail-on: high\nonly-fixed: false\n" + strings.ReplaceAll(text, "REGISTRY", h.registry)
	if err := os.WriteFile(filepath.Join(h.dir, ".gate.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// made is one image of a platform: what lies in root of a tree.
func made(t *testing.T, platform string, files tree) v1.Image {
	t.Helper()
	var text bytes.Buffer
	archive := tar.NewWriter(&text)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		inside, found := strings.CutPrefix(path, "root/")
		if !found {
			continue
		}
		if err := archive.WriteHeader(&tar.Header{Name: inside, Mode: 0o755, Size: int64(len(files[path])), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(archive, files[path]); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, _ = cut3(platform)
	config.Created = v1.Time{Time: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	if image, err = mutate.ConfigFile(image, config); err != nil {
		t.Fatal(err)
	}
	return image
}

func cut3(platform string) (system, architecture, variant string) {
	system, rest, _ := strings.Cut(platform, "/")
	architecture, variant, _ = strings.Cut(rest, "/")
	return system, architecture, variant
}

// ref names something in the registry.
func (h *harbor) ref(t *testing.T, text string) name.Reference {
	t.Helper()
	ref, err := name.ParseReference(h.registry+"/"+text, name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// push pushes a Debian with packages for one platform, and returns its digest.
func (h *harbor) push(t *testing.T, ref string, packages ...string) string {
	t.Helper()
	return h.pushTree(t, ref, debian(packages...))
}

func (h *harbor) pushTree(t *testing.T, ref string, files tree) string {
	t.Helper()
	image := made(t, "linux/amd64", files)
	if err := remote.Write(h.ref(t, ref), image); err != nil {
		t.Fatal(err)
	}
	digest, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return digest.String()
}

// pushIndex pushes an image for two platforms.
func (h *harbor) pushIndex(t *testing.T, ref string, packages ...string) {
	t.Helper()
	var index v1.ImageIndex = empty.Index
	for _, platform := range []string{"linux/amd64", "linux/arm64"} {
		system, architecture, _ := cut3(platform)
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: made(t, platform, debian(packages...)), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: system, Architecture: architecture}},
		})
	}
	if err := remote.WriteIndex(h.ref(t, ref), index); err != nil {
		t.Fatal(err)
	}
}

// attach attaches a bill of materials to an image, as a referrer of its digest.
func (h *harbor) attach(t *testing.T, ref string, packages ...string) {
	t.Helper()
	subject, err := remote.Head(h.ref(t, ref))
	if err != nil {
		t.Fatal(err)
	}
	const spdx = "application/spdx+json"
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), spdx)
	image, err = mutate.Append(image, mutate.Addendum{Layer: static.NewLayer([]byte(spdxOf(t, packages...)), spdx), MediaType: spdx})
	if err != nil {
		t.Fatal(err)
	}
	referring, ok := mutate.Subject(image, *subject).(v1.Image)
	if !ok {
		t.Fatal("a subject makes no image")
	}
	digest, err := referring.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(h.ref(t, ref).Context().Digest(digest.String()), referring); err != nil {
		t.Fatal(err)
	}
}

// spdxOf is a bill of materials in SPDX of a Debian with packages.
func spdxOf(t *testing.T, packages ...string) string {
	t.Helper()
	type ref struct {
		Category string `json:"referenceCategory"`
		Type     string `json:"referenceType"`
		Locator  string `json:"referenceLocator"`
	}
	type entry struct {
		Name     string `json:"name"`
		ID       string `json:"SPDXID"`
		Version  string `json:"versionInfo"`
		Location string `json:"downloadLocation"`
		Refs     []ref  `json:"externalRefs"`
	}
	var all []entry
	for _, p := range packages {
		named, version, _ := strings.Cut(p, " ")
		locator := "pkg:deb/debian/" + named + "@" + strings.ReplaceAll(version, "+", "%2B") + "?arch=amd64&distro=debian-12"
		if named == "libcurl4" {
			locator += "&upstream=curl"
		}
		all = append(all, entry{named, "SPDXRef-" + named, version, "NOASSERTION", []ref{{"PACKAGE-MANAGER", "purl", locator}}})
	}
	text, err := json.Marshal(map[string]any{
		"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "image",
		"documentNamespace": "https://example.com/image", "packages": all,
		"creationInfo": map[string]any{"created": "2026-09-01T00:00:00Z", "creators": []string{"Tool: test"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fleet is what a rescan writes as JSON.
type fleet struct {
	Images []struct {
		Name     string
		Issue    string
		Points   []struct{ Severities map[string]int }
		Releases []struct {
			Reference, Platform, Digest, Moved, Bill string
			Reused                                   bool
			Notes                                    []string
			Gaps                                     []struct{ Guard, Message, Next string }
			Observed                                 []struct {
				Finding struct {
					Rule     string
					Severity string
					Package  *struct{ Name string }
				}
				Status, Action, Disclosure, FirstSeen, Dismissed string
				Worse                                            []string
				Remedy                                           struct{ Kind, To string }
			}
		}
	}
	Gaps  []struct{ Guard, Message string }
	Notes []string
	// out is what the program printed.
	out string
}

// lines are the findings that block, and what is gone, by release.
func (f fleet) lines() []string {
	var all []string
	for _, image := range f.Images {
		for _, r := range image.Releases {
			for _, o := range r.Observed {
				if o.Action == "block" || o.Status == "fixed" {
					all = append(all, strings.Join([]string{o.Status, o.Finding.Rule, tagOf(r.Reference), r.Platform}, " "))
				}
			}
			for _, g := range r.Gaps {
				all = append(all, "gap "+g.Guard+" "+tagOf(r.Reference))
			}
		}
	}
	for _, g := range f.Gaps {
		all = append(all, "gap "+g.Guard)
	}
	slices.Sort(all)
	return all
}

func (f fleet) is(t *testing.T, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := f.lines(); !slices.Equal(got, want) {
		t.Errorf("it says\n  %s\nwant\n  %s\n%s", strings.Join(got, "\n  "), strings.Join(want, "\n  "), f.out)
	}
}

// rescan runs the command as a step of a scheduled workflow, and reads its report.
func (h *harbor) rescan(t *testing.T, exit int, env []string, args ...string) fleet {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rescan.json")
	out := h.run(t, exit, append(h.scheduled(t), env...), slices.Concat([]string{"rescan"}, args, []string{"--output", "json=" + file})...)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f := fleet{out: out}
	if err := json.Unmarshal(content, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// scheduled is the environment of a scheduled workflow.
func (h *harbor) scheduled(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	event, err := json.Marshal(map[string]any{"schedule": "0 5 * * *", "repository": map[string]any{"full_name": octo, "default_branch": "main"}})
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string][]byte{"event.json": event, "output": nil, "summary": nil} {
		if err := os.WriteFile(filepath.Join(folder, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return slices.Concat(runnerEnvironment(), []string{
		"HOME=" + h.home, "GITHUB_WORKSPACE=" + h.dir, "RUNNER_TEMP=" + folder,
		"GITHUB_OUTPUT=" + filepath.Join(folder, "output"), "GITHUB_STEP_SUMMARY=" + filepath.Join(folder, "summary"),
		"GITHUB_EVENT_NAME=schedule", "GITHUB_EVENT_PATH=" + filepath.Join(folder, "event.json"),
		"GITHUB_API_URL=" + h.server.URL(), "GITHUB_SHA=" + githubtest.SHA("main"), "GITHUB_REF=refs/heads/main",
		"GATE_GITHUB_TOKEN=ghs_opensesame",
	})
}

// writes counts the requests that changed something at GitHub.
func (h *harbor) writes() (count int) {
	for _, r := range h.server.Requests() {
		if r.Method != http.MethodGet {
			count++
		}
	}
	return count
}

// issues are the tracking issues, as state and title.
func (h *harbor) issues() []string {
	var all []string
	for _, i := range h.server.Repository(octo).Issues {
		all = append(all, i.State+" "+i.Title)
	}
	return all
}

// kept are the files of the store, with their times.
func (h *harbor) kept(t *testing.T) map[string]time.Time {
	t.Helper()
	files := map[string]time.Time{}
	for _, folder := range []string{"sboms", "states"} {
		entries, err := os.ReadDir(filepath.Join(h.dir, ".gate-store", folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			info, err := entry.Info()
			if err != nil {
				t.Fatal(err)
			}
			files[folder+"/"+entry.Name()] = info.ModTime()
		}
	}
	return files
}
