package e2e_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// rescanFaultScenes are about registries, stores and machines that fail.
func rescanFaultScenes() map[string]scene {
	return map[string]scene{
		"what can't be scanned is never clean": func(t *testing.T, b *bases) {
			nowhere := "app@sha256:" + strings.Repeat("0", 64)
			h := b.harbor(t, "released: [REGISTRY/app:1.0, REGISTRY/app:gone, 'REGISTRY/"+nowhere+"']\n")
			h.push(t, "app:1.0", coreutils)
			h.rescan(t, 3, nil).is(t, "gap image-missing app:gone", "gap image-missing "+nowhere)
			h.has(t)
		},
		"an issue stays open while its image can't be scanned": goneScene,
		"without a database nothing is clean": func(t *testing.T, b *bases) {
			h := b.harbor(t, "released: [REGISTRY/app:1.0]\n")
			h.push(t, "app:1.0", coreutils)
			h.rescan(t, 3, []string{"GATE_DB=" + filepath.Join(t.TempDir(), "none.db")}).is(t, "gap database-missing app:1.0")
		},
		"a registry that refuses, limits or breaks off is told": brokenScene,
		"a damaged store is made again":                         damagedScene,
		"what only the image shows is not forgotten": func(t *testing.T, b *bases) {
			h := b.harbor(t, "released: [REGISTRY/app:1.0]\n")
			h.pushTree(t, "app:1.0", debian(coreutils).with(tree{"root/opt/tool": string(read(t, "/bin/true"))}))
			for _, bill := range []string{"image", "kept"} {
				// Another database, so that nothing is reused.
				f := h.rescan(t, 3, map[string][]string{"image": {"GATE_DB=" + b.earlier}}[bill])
				f.is(t, "gap unidentified-executables app:1.0")
				if f.bills()[bill] != 1 {
					t.Errorf("packages were read in %v, not %s", f.bills(), bill)
				}
			}
		},
		"a disk that is full is told":           fullScene,
		"two rescans at once make one issue":    twoScene,
		"rescans that are killed at any moment": killedScene,
	}
}

func goneScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released: [REGISTRY/app:1.0]\n")
	h.push(t, "app:1.0", curl3)
	h.rescan(t, 0, nil)
	h.has(t, "open app")
	ref := h.ref(t, "app:1.0")
	found, err := remote.Head(ref)
	if err == nil {
		err = remote.Delete(ref.Context().Digest(found.Digest.String()))
	}
	if err != nil {
		t.Fatal(err)
	}
	h.rescan(t, 3, nil).is(t, "existing CVE-2023-38545 app:1.0 linux/amd64", "gap image-missing app:1.0")
	h.has(t, "open app")
}

// front is an address before the registry, where a request may be answered by
// something else.
func (h *harbor) front(t *testing.T, instead func(w http.ResponseWriter, r *http.Request) bool) string {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: h.registry})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !instead(w, r) {
			r.Host = h.registry
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func brokenScene(t *testing.T, b *bases) {
	h := b.harbor(t, "")
	for _, name := range []string{"app:1", "private:1", "limited:1", "reset:1"} {
		h.push(t, name, coreutils, "filler "+strings.TrimSuffix(name, ":1"))
	}
	address := h.front(t, func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case strings.HasPrefix(r.URL.Path, "/v2/private/"):
			w.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
			w.WriteHeader(http.StatusUnauthorized)
		case strings.HasPrefix(r.URL.Path, "/v2/limited/"):
			w.WriteHeader(http.StatusTooManyRequests)
		case strings.HasPrefix(r.URL.Path, "/v2/reset/blobs/"):
			panic(http.ErrAbortHandler)
		default:
			return false
		}
		return true
	})
	h.policy(t, "released: [A/app:1, A/private:1, A/limited:1, A/reset:1]\n")
	text := strings.ReplaceAll(string(read(t, filepath.Join(h.dir, ".gate.yaml"))), "A/", address+"/")
	if err := os.WriteFile(filepath.Join(h.dir, ".gate.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := h.rescan(t, 3, nil)
	f.is(t, "gap image-missing private:1", "gap image-missing limited:1", "gap image-missing reset:1")
	for _, words := range []string{"registry-auth", "logins may ask more often"} {
		if !strings.Contains(f.out, words) {
			t.Errorf("it says nothing of %q:\n%s", words, f.out)
		}
	}
}

// damage changes every second file of the store.
func (h *harbor) damage(t *testing.T, change func(path string) error) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(h.dir, ".gate-store"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "lock" {
			return err
		}
		if n++; n%2 == 0 {
			return nil
		}
		return change(path)
	})
	if err != nil || n < 4 {
		t.Fatalf("%d files: %v", n, err)
	}
}

func damagedScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released: [REGISTRY/app:1.0, REGISTRY/app:2.0]\n")
	h.push(t, "app:1.0", curl3)
	h.push(t, "app:2.0", badPerl)
	h.rescan(t, 0, nil)
	for _, change := range []func(string) error{
		func(path string) error { return os.Truncate(path, 40) },
		func(path string) error { return os.WriteFile(path, []byte("nothing of ours"), 0o600) },
		os.Remove,
	} {
		h.damage(t, change)
		if count := len(h.rescan(t, 0, nil).lines()); count != 2 {
			t.Errorf("it finds %d", count)
		}
		h.has(t, "open app")
	}
	comments := len(h.server.Repository(octo).Comments)
	h.rescan(t, 0, nil).is(t, "existing CVE-2023-31484 app:2.0 linux/amd64", "existing CVE-2023-38545 app:1.0 linux/amd64")
	if again := len(h.server.Repository(octo).Comments); again != comments {
		t.Errorf("what was told is told again: %d comments, and %d", comments, again)
	}
}

func fullScene(t *testing.T, b *bases) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make a small disk")
	}
	h := b.harbor(t, "released: [REGISTRY/app:1.0]\n")
	h.push(t, "app:1.0", curl3)
	disk := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be made here: %v %s", err, out)
	}
	defer func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("%v %s", err, out)
		}
	}()
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 56<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	out := h.run(t, 3, h.scheduled(t), "rescan", "--store", disk)
	if !strings.Contains(out, "no space left on device") {
		t.Errorf("it says\n%s", out)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	h.rescan(t, 0, nil, "--store", disk).is(t, "new CVE-2023-38545 app:1.0 linux/amd64")
	h.has(t, "open app")
}

func twoScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released: [REGISTRY/app:1.0, REGISTRY/perl:1.0]\n")
	h.push(t, "app:1.0", curl3)
	h.push(t, "perl:1.0", badPerl)
	for range 3 {
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				command := exec.CommandContext(t.Context(), h.bin, "rescan")
				command.Dir, command.Env = h.dir, append(h.environment(), h.scheduled(t)...)
				if out, err := command.CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
		both.Wait()
	}
	open := slices.DeleteFunc(h.issues(), func(i string) bool { return strings.HasPrefix(i, "closed") })
	if len(open) != 2 || open[0] == open[1] {
		t.Errorf("the open issues are %q", h.issues())
	}
	h.rescan(t, 0, nil).is(t, "existing CVE-2023-38545 app:1.0 linux/amd64", "existing CVE-2023-31484 perl:1.0 linux/amd64")
}

// killedScene kills a hundred rescans, and then lets one end.
func killedScene(t *testing.T, b *bases) {
	h := b.harbor(t, "released: [{registry: REGISTRY/app, name: app}, {registry: REGISTRY/perl, name: perl}]\n")
	h.push(t, "app:1.0", curl3)
	h.push(t, "app:1.1", curl4)
	h.push(t, "perl:1.0", badPerl)
	h.push(t, "perl:1.1", badPerl, coreutils)
	const seed = 7
	random := rand.New(rand.NewPCG(seed, seed))
	killed := 0
	for n := range 100 {
		command := exec.CommandContext(t.Context(), h.bin, "rescan")
		command.Dir, command.Env = h.dir, append(h.environment(), h.scheduled(t)...)
		if n%2 == 0 {
			command.Env = append(command.Env, "GATE_DB="+b.earlier)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(random.Int64N(int64(900*time.Millisecond))), func() { _ = command.Process.Kill() })
		err := command.Wait()
		timer.Stop()
		var failed *exec.ExitError
		switch {
		case errors.As(err, &failed) && failed.ExitCode() == -1:
			killed++
		case err != nil:
			t.Fatalf("a rescan that nobody killed fails: %v", err)
		}
	}
	if killed < 20 {
		t.Errorf("only %d rescans were killed", killed)
	}
	h.sweep(t)
	f := h.rescan(t, 0, nil)
	found := strings.NewReplacer("new ", "", "existing ", "", "worse ", "").Replace(strings.Join(f.lines(), ", "))
	if want := "CVE-2023-31484 perl:1.0 linux/amd64, CVE-2023-31484 perl:1.1 linux/amd64, CVE-2023-38545 app:1.0 linux/amd64"; sortedWords(found) != want {
		t.Errorf("it finds %s", found)
	}
	h.has(t, "open app", "open perl")
	// What each comment tells is told once; its text also says which run told it.
	seen := map[string]bool{}
	for _, comment := range h.server.Repository(octo).Comments {
		if seen[comment.Body] {
			t.Errorf("told twice:\n%s", comment.Body)
		}
		seen[comment.Body] = true
	}
	before, store := h.writes(), h.kept(t)
	h.rescan(t, 0, nil)
	if after := h.kept(t); h.writes() != before || len(after) != len(store) {
		t.Errorf("the next rescan of the same wrote something")
	}
}

// sweep removes what killed programs left in the temporary folder, as a runner
// does with a job's.
func (b *bases) sweep(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(b.temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(b.temp, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// sortedWords sorts a list that commas divide.
func sortedWords(text string) string {
	return strings.Join(slices.Sorted(slices.Values(strings.Split(text, ", "))), ", ")
}
