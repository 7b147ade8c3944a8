package e2e_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRescan scans images of a real registry again, as a scheduled workflow does.
func TestRescan(t *testing.T) {
	bin := gateBin(t)
	b := newBases(t, bin)
	b.earlier = b.build(t, monthEarlier(t))
	scenes := map[string]scene{
		"a fleet over four rescans": fleetScene,
	}
	for _, some := range []map[string]scene{rescanFaultScenes(), rescanShardScenes(), rescanListScenes(), rescanToldScenes()} {
		maps.Copy(scenes, some)
	}
	for _, name := range slices.Sorted(maps.Keys(scenes)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenes[name](t, b)
		})
	}
}

// monthEarlier are the earlier examples, taken a month before.
func monthEarlier(t *testing.T) string {
	t.Helper()
	folder := earlierAdvisories(t)
	file := filepath.Join(folder, "manifest.json")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(content), "2026-09-29", "2026-08-29")), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// fleetScene is the life of 52 images over four rescans and more.
func fleetScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released:\n  - {registry: REGISTRY/perl, name: perl}\n  - {registry: REGISTRY/curl, name: curl, versions: '>=1', last: 2}\n"+
		"  - {registry: REGISTRY/many, name: many}\n  - {registry: REGISTRY/bills, name: bills}\n")
	h.push(t, "perl:1.0", badPerl)
	h.pushIndex(t, "curl:0.9", curl3)
	h.pushIndex(t, "curl:1.0", curl3)
	h.pushIndex(t, "curl:1.1", coreutils)
	for n := range 20 {
		h.pushIndex(t, fmt.Sprintf("many:1.%d", n), fmt.Sprintf("filler%d 1.0", n))
	}
	for n := range 5 {
		// What is attached tells of more than the image holds, so that it shows.
		h.push(t, fmt.Sprintf("bills:1.%d", n), fmt.Sprintf("billed%d 1.0", n))
		h.attach(t, fmt.Sprintf("bills:1.%d", n), coreutils, fmt.Sprintf("billed%d 1.0", n))
	}
	earlier := []string{"GATE_DB=" + b.earlier}

	first := h.rescan(t, 0, earlier)
	first.is(t, "new CVE-2023-38545 curl:1.0 linux/amd64", "new CVE-2023-38545 curl:1.0 linux/arm64")
	h.has(t, "open curl")
	if n := first.releases(); n != 1+4+40+5 {
		t.Errorf("%d images were scanned", n)
	}
	if bills := first.bills(); bills["attached"] != 5 || bills["image"] != 45 {
		t.Errorf("packages were read in %v", bills)
	}

	before, store := h.writes(), h.kept(t)
	again := h.rescan(t, 0, earlier)
	again.is(t, "existing CVE-2023-38545 curl:1.0 linux/amd64", "existing CVE-2023-38545 curl:1.0 linux/arm64")
	if h.writes() != before || !maps.Equal(store, h.kept(t)) {
		t.Errorf("a second rescan of the same wrote something: %d and %d requests", before, h.writes())
	}

	later := h.rescan(t, 0, nil)
	later.is(t, "existing CVE-2023-38545 curl:1.0 linux/amd64", "existing CVE-2023-38545 curl:1.0 linux/arm64", "worse CVE-2023-31484 perl:1.0 linux/amd64")
	h.has(t, "open curl", "open perl")
	if bills := later.bills(); bills["kept"] != 50 {
		t.Errorf("packages were read in %v", bills)
	}

	// A tag is moved to an image without the fault.
	h.push(t, "perl:1.0", goodPerl)
	moved := h.rescan(t, 0, nil)
	moved.is(t, "existing CVE-2023-38545 curl:1.0 linux/amd64", "existing CVE-2023-38545 curl:1.0 linux/arm64", "fixed CVE-2023-31484 perl:1.0 linux/amd64")
	h.has(t, "open curl", "closed perl")
	if perl := moved.Images[3].Releases[0]; perl.Moved == "" {
		t.Errorf("nothing is said of the tag that was moved: %+v", perl)
	}

	h.push(t, "perl:1.0", badPerl)
	h.rescan(t, 0, nil).is(t, "existing CVE-2023-38545 curl:1.0 linux/amd64", "existing CVE-2023-38545 curl:1.0 linux/arm64", "new CVE-2023-31484 perl:1.0 linux/amd64")
	h.has(t, "open curl", "open perl")

	before, store = h.writes(), h.kept(t)
	h.rescan(t, 1, nil, "--fail-on", "high")
	if h.writes() != before || !maps.Equal(store, h.kept(t)) {
		t.Error("a second rescan of the same wrote something")
	}
}

// has wants these tracking issues, each as its state and the image's name.
func (h *harbor) has(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, issue := range h.issues() {
		state, title, _ := strings.Cut(issue, " ")
		for _, image := range []string{"perl", "curl", "many", "bills", "app"} {
			if strings.Contains(title, image) {
				got = append(got, state+" "+image)
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the issues are %q, want %q (%q)", got, want, h.issues())
	}
}

func (f fleet) releases() (count int) {
	for _, image := range f.Images {
		count += len(image.Releases)
	}
	return count
}

// bills counts where packages were read.
func (f fleet) bills() map[string]int {
	counts := map[string]int{}
	for _, image := range f.Images {
		for _, r := range image.Releases {
			counts[r.Bill]++
		}
	}
	return counts
}

// rescanListScenes are about which images are released.
func rescanListScenes() map[string]scene {
	return map[string]scene{
		"images of a file, of manifests and of the command line": func(t *testing.T, b *bases) {
			h := b.harbor(t, "released:\n  - file: released.txt\n  - manifests: deploy\n")
			digest := h.push(t, "app:1.0", curl3)
			h.push(t, "app:2.0", coreutils)
			h.push(t, "other:1", badPerl)
			h.put(t, tree{
				".gate.yaml":      string(read(t, filepath.Join(h.dir, ".gate.yaml"))),
				"released.txt":    "# what we ship\n" + h.registry + "/app@" + digest + "\n",
				"deploy/api.yaml": "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - {name: a, image: " + h.registry + "/app:2.0}\n",
			})
			f := h.rescan(t, 0, nil)
			f.is(t, "new CVE-2023-38545 app@"+digest+" linux/amd64")
			if f.releases() != 2 {
				t.Errorf("%d images were scanned", f.releases())
			}
			h.rescan(t, 0, nil, h.registry+"/other:1").is(t, "new CVE-2023-31484 other:1 linux/amd64")
			h.has(t, "open app")
		},
		"a bill of materials that lists nothing hides nothing": func(t *testing.T, b *bases) {
			h := b.harbor(t, "released: [REGISTRY/app:1.0, REGISTRY/app:2.0]\n")
			for _, ref := range []string{"app:1.0", "app:2.0"} {
				h.push(t, ref, curl3, "filler "+ref)
			}
			h.attach(t, "app:1.0")
			h.attach(t, "app:2.0", coreutils)
			// What others wrote is believed as far as it says something, and not at
			// all where the policy says so.
			f := h.rescan(t, 0, nil)
			f.is(t, "new CVE-2023-38545 app:1.0 linux/amd64")
			if bills := f.bills(); bills["image"] != 1 || bills["attached"] != 1 || len(f.Images[0].Releases[0].Notes) == 0 {
				t.Errorf("packages were read in %v: %+v", bills, f.Images)
			}
			h.rescan(t, 0, nil, "--trust-sboms=false").is(t,
				"existing CVE-2023-38545 app:1.0 linux/amd64", "fixed CVE-2016-2781 app:2.0 linux/amd64", "new CVE-2023-38545 app:2.0 linux/amd64")
		},
		"a real Debian, with what the Engine pushed": func(t *testing.T, b *bases) {
			if !haveDocker() {
				t.Skip("no Docker Engine")
			}
			h := b.harbor(t, "released: [REGISTRY/debian:12]\n")
			ref := h.registry + "/debian:12"
			h.docker(t, "tag", "debian:bookworm-slim", ref)
			h.docker(t, "push", "--quiet", ref)
			h.docker(t, "rmi", ref)
			f := h.rescan(t, 0, nil)
			if n := len(f.Images[0].Releases); n != 1 || f.bills()["image"] != 1 || len(f.Images[0].Releases[0].Gaps) > 0 {
				t.Errorf("%+v", f.Images)
			}
			if again := h.rescan(t, 0, nil); !again.Images[0].Releases[0].Reused {
				t.Errorf("nothing was reused: %+v", again.Images)
			}
		},
	}
}

// rescanShardScenes are about a rescan that several jobs do.
func rescanShardScenes() map[string]scene {
	return map[string]scene{
		"parts find what the whole does, and a lost one is told": func(t *testing.T, b *bases) {
			h := b.harbor(t, "released: [{registry: REGISTRY/app, name: app}]\n")
			for n := range 40 {
				h.push(t, fmt.Sprintf("app:1.%d", n), curl3, fmt.Sprintf("filler%d 1.0", n))
			}
			out := h.run(t, 0, h.scheduled(t), "rescan", "plan", "--shards", "2")
			if !strings.Contains(out, `{"shard":["1/2","2/2"]}`) {
				t.Errorf("it plans %s", out)
			}
			h.run(t, 0, h.scheduled(t), "rescan", "run", "--shard", "1/2")
			half := h.rescanStep(t, 3, "merge")
			gaps := 0
			for _, line := range half.lines() {
				if strings.HasPrefix(line, "gap image-missing app:") {
					gaps++
				}
			}
			if gaps == 0 || gaps == 40 {
				t.Errorf("%d images are told as lost", gaps)
			}
			h.run(t, 0, h.scheduled(t), "rescan", "run", "--shard", "2/2")
			whole := h.rescanStep(t, 0, "merge")
			if got := whole.releases(); got != 40 || len(whole.lines()) != 40 {
				t.Errorf("%d images, and\n%s", got, strings.Join(whole.lines(), "\n"))
			}
			h.has(t, "open app")
			h.run(t, 2, h.scheduled(t), "rescan", "run", "--shard", "3/3")
		},
	}
}

// rescanStep runs one step of a rescan, and reads its report.
func (h *harbor) rescanStep(t *testing.T, exit int, step string) fleet {
	t.Helper()
	return h.rescan(t, exit, nil, step)
}
