package e2e_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containergate/gate/internal/github/githubtest"
)

// rescanToldScenes are about who is told what.
func rescanToldScenes() map[string]scene {
	return map[string]scene{
		"what is accepted opens no issue":                   acceptedScene,
		"what was dismissed in code scanning opens none":    dismissedScene,
		"code scanning gets what is whole, under released/": uploadedScene,
		"a webhook is told what is new, and once":           webhookScene,
		"another branch's run tells nobody": func(t *testing.T, b *bases) {
			h := b.harbor(t, "released: [REGISTRY/app:1.0]\n")
			h.push(t, "app:1.0", curl3)
			f := h.rescan(t, 0, []string{"GITHUB_REF=refs/heads/topic", "GITHUB_EVENT_NAME=workflow_dispatch"})
			f.is(t, "new CVE-2023-38545 app:1.0 linux/amd64")
			if h.writes() != 0 {
				t.Errorf("GitHub was told: %q", h.issues())
			}
			// The default branch's run has everything still to tell.
			h.rescan(t, 0, nil).is(t, "new CVE-2023-38545 app:1.0 linux/amd64")
			h.has(t, "open app")
		},
		"who must not write issues is told so, and everything is told the next time": func(t *testing.T, b *bases) {
			h := b.harbor(t, "released: [REGISTRY/app:1.0]\n")
			h.push(t, "app:1.0", curl3)
			h.server.Fail(githubtest.Match{Method: "POST", Path: "/repos/" + octo + "/issues"}, githubtest.Fault{Kind: githubtest.Forbidden})
			f := h.rescan(t, 3, nil)
			if !strings.Contains(f.out, "issues: write") {
				t.Errorf("it says\n%s", f.out)
			}
			h.server.Heal()
			h.rescan(t, 0, nil).is(t, "new CVE-2023-38545 app:1.0 linux/amd64")
			h.has(t, "open app")
		},
		"releases of GitHub, and their bills of materials": releasesScene,
		"a page, a summary and outputs":                    outputsScene,
	}
}

func acceptedScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released: [{images: [REGISTRY/app:1.0, REGISTRY/app:2.0], name: app}]\nvex: [vex.json]\n"+
		"waivers: [{id: CVE-2023-38545, image: app, reason: SOCKS is not used, expires: 2999-01-01}]\n")
	h.push(t, "app:1.0", curl3)
	h.push(t, "app:2.0", badPerl)
	vex := `{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/1", "author": "team", "timestamp": "2026-09-01T00:00:00Z", "version": 1,
 "statements": [{"vulnerability": {"name": "CVE-2023-31484"}, "products": [{"@id": "app"}], "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}]}`
	if err := os.WriteFile(filepath.Join(h.dir, "vex.json"), []byte(vex), 0o600); err != nil {
		t.Fatal(err)
	}
	h.rescan(t, 0, nil, "--fail-on", "high").is(t)
	h.has(t)
}

func dismissedScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released: [{images: 'REGISTRY/app:1.0', name: app}]\nupload-released: true\n")
	h.push(t, "app:1.0", curl3)
	h.rescan(t, 0, nil)
	h.has(t, "open app")
	h.server.Change(octo, func(r *githubtest.Repository) {
		for i := range r.Alerts {
			r.Alerts[i].Dismissed = &githubtest.Dismissal{By: "mona", At: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Reason: "won't fix"}
		}
	})
	h.server.Fail(githubtest.Match{Path: "/repos/" + octo + "/code-scanning/alerts"}, githubtest.Fault{Kind: githubtest.Unavailable})
	h.rescan(t, 3, nil)
	h.has(t, "open app")
	h.server.Heal()
	f := h.rescan(t, 0, nil)
	h.has(t, "closed app")
	for _, o := range f.Images[0].Releases[0].Observed {
		if o.Action == "block" && o.Dismissed == "" {
			t.Errorf("it is not told that %s was dismissed", o.Finding.Rule)
		}
	}
}

func uploadedScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released: [{images: 'REGISTRY/app:1.0', name: app}, {images: 'REGISTRY/gone:1', name: gone}]\nupload-released: true\n")
	h.push(t, "app:1.0", curl3)
	h.rescan(t, 3, nil)
	categories := map[string]bool{}
	for _, analysis := range h.server.Repository(octo).Analyses {
		categories[analysis.Category] = true
		if analysis.Ref != "refs/heads/main" {
			t.Errorf("it is under %s", analysis.Ref)
		}
	}
	if want := map[string]bool{"gate/released/app": true}; !maps.Equal(categories, want) {
		t.Errorf("the categories are %v", categories)
	}
}

func webhookScene(t *testing.T, b *bases) {
	var mutex sync.Mutex
	var posts []string
	broken := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		mutex.Lock()
		defer mutex.Unlock()
		if broken {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		posts = append(posts, string(text))
	}))
	t.Cleanup(server.Close)
	h := b.harbor(t, "released: [REGISTRY/app:1.0, REGISTRY/app:gone]\nissues: false\n")
	h.push(t, "app:1.0", curl3)
	hook := []string{"GATE_WEBHOOK=" + server.URL + "/services/opensesame"}
	f := h.rescan(t, 3, hook)
	if len(posts) != 1 || !strings.Contains(posts[0], "CVE-2023-38545") || !json.Valid([]byte(posts[0])) {
		t.Fatalf("it was told %q", posts)
	}
	if strings.Contains(f.out, "opensesame") {
		t.Errorf("the address is in what it prints:\n%s", f.out)
	}
	if h.rescan(t, 3, hook); len(posts) != 1 {
		t.Errorf("it was told again: %q", posts[1:])
	}
	h.push(t, "app:1.0", curl3, badPerl)
	if h.rescan(t, 3, hook); len(posts) != 2 || !strings.Contains(posts[1], "CVE-2023-31484") {
		t.Errorf("it was told %q", posts[1:])
	}
	h.push(t, "app:1.0", curl3)
	h.push(t, "app:gone", exploited)
	broken = true
	h.rescan(t, 3, hook)
	broken = false
	if h.rescan(t, 0, hook); len(posts) != 3 || !strings.Contains(posts[2], "CVE-2023-4911") {
		t.Errorf("what it was not told is not told the next time: %q", posts[2:])
	}
}

func releasesScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released: [{releases: this, tags: 'v*', last: 2}]\n")
	var names []string
	for _, tag := range []string{"1.0", "1.1", "1.2"} {
		h.push(t, "app:"+tag, coreutils, "filler "+tag)
		found, err := remote.Head(h.ref(t, "app:"+tag))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.registry+"/app:"+tag+"@"+found.Digest.String())
	}
	_, digest, _ := strings.Cut(names[2], "@")
	bill := strings.Replace(spdxOf(t, coreutils, curl3), `"name":"image"`, `"name":"app@`+digest+`"`, 1)
	h.server.Change(octo, func(r *githubtest.Repository) {
		for n, name := range names {
			release := githubtest.Release{
				ID: int64(n + 1), Tag: "v1." + string(rune('0'+n)), Body: "## Images\n\n- `" + name + "`\n",
				Published: time.Date(2024, 1, 1+n, 0, 0, 0, 0, time.UTC),
			}
			if n == 2 {
				release.Assets = []githubtest.Asset{{ID: 9, Name: "app.spdx.json", Type: "application/json", Text: bill}}
			}
			r.Releases = append(r.Releases, release)
		}
	})
	f := h.rescan(t, 0, nil)
	f.is(t, "new CVE-2023-38545 app:1.2@"+digest+" linux/amd64")
	if bills := f.bills(); f.releases() != 2 || bills["released"] != 1 || bills["image"] != 1 {
		t.Errorf("%d images, and packages were read in %v: %+v", f.releases(), bills, f.Images)
	}
	for _, o := range f.Images[0].Releases[1].Observed {
		if o.Finding.Rule == "CVE-2023-38545" && o.Disclosure != "before-release" {
			t.Errorf("it was disclosed %q", o.Disclosure)
		}
	}
}

func outputsScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released: [{images: 'REGISTRY/app:1.0', name: app}]\n")
	h.push(t, "app:1.0", curl3)
	folder := t.TempDir()
	env := append(h.scheduled(t), "INPUT_COMMAND=rescan", "INPUT_GITHUB-TOKEN=ghs_opensesame", "INPUT_OUTPUT=html="+filepath.Join(folder, "page.html"),
		"GITHUB_OUTPUT="+filepath.Join(folder, "output"), "GITHUB_STEP_SUMMARY="+filepath.Join(folder, "summary"))
	for _, name := range []string{"output", "summary"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h.run(t, 0, env, "action")
	outputs := string(read(t, filepath.Join(folder, "output")))
	for _, words := range []string{"verdict", "fail", "complete", "true", `"image":"app"`, `"rebuild":true`} {
		if !strings.Contains(outputs, words) {
			t.Errorf("the outputs say nothing of %s:\n%s", words, outputs)
		}
	}
	for file, words := range map[string][]string{"page.html": {"<!doctype html>", "CVE-2023-38545", "<svg"}, "summary": {"CVE-2023-38545", "app"}} {
		text := string(read(t, filepath.Join(folder, file)))
		for _, word := range words {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
				t.Errorf("%s says nothing of %s", file, word)
			}
		}
	}
	if leaks := h.server.Leaks(); len(leaks) > 0 || len(h.server.Violations()) > 0 {
		t.Errorf("leaks %v, violations %v", leaks, slices.Concat(h.server.Violations()))
	}
}
