package image_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/containergate/gate/internal/image"
)

// holding is an Engine that holds images by their ids, and hands out as many as
// it is asked for at a time.
type holding struct {
	t      *testing.T
	host   string
	images map[string]v1.Image
	// tags are the names of images that are not known by their configurations,
	// as in containerd's store.
	tags map[string]string
	// refuse says whether a request for so many is refused.
	refuse func(images int) bool

	mu sync.Mutex
	// asked are the ids of each request, sorted.
	asked [][]string
}

func newHolding(t *testing.T, images ...v1.Image) (*holding, []string) {
	t.Helper()
	h := &holding{t: t, images: map[string]v1.Image{}, tags: map[string]string{}, refuse: func(int) bool { return false }}
	var ids []string
	for _, made := range images {
		id, err := made.ConfigName()
		check(t, err)
		h.images[id.String()] = made
		ids = append(ids, id.String())
	}
	started := httptest.NewServer(h)
	t.Cleanup(started.Close)
	h.host = "tcp://" + strings.TrimPrefix(started.URL, "http://")
	return h, ids
}

// ServeHTTP implements http.Handler.
func (h *holding) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Api-Version", "1.41")
	path := strings.TrimPrefix(r.URL.Path, "/v1.41")
	switch {
	case path == "/_ping":
	case path == "/images/get":
		h.save(w, r.URL.Query()["names"])
	default:
		id := strings.TrimSuffix(strings.TrimPrefix(path, "/images/"), "/json")
		w.Header().Set("Content-Type", "application/json")
		if h.images[id] == nil {
			w.WriteHeader(http.StatusNotFound)
		}
		about := map[string]any{"Id": id, "message": "No such image"}
		if tag := h.tags[id]; tag != "" {
			about["RepoTags"], about["Descriptor"] = []string{"app:1", tag}, map[string]any{"digest": id}
		}
		if err := json.NewEncoder(w).Encode(about); err != nil {
			h.t.Error(err)
		}
	}
}

func (h *holding) save(w http.ResponseWriter, ids []string) {
	h.mu.Lock()
	h.asked = append(h.asked, slices.Sorted(slices.Values(ids)))
	h.mu.Unlock()
	if h.refuse(len(ids)) {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	wanted := map[name.Reference]v1.Image{}
	for i, id := range ids {
		called := fmt.Sprintf("example.com/app:%d", i)
		for known, tag := range h.tags {
			if tag == id {
				id, called = known, tag
			}
		}
		tag, err := name.NewTag(called)
		if err != nil {
			h.t.Error(err)
		}
		wanted[tag] = h.images[id]
	}
	if err := tarball.MultiRefWrite(wanted, w); err != nil {
		h.t.Error(err)
	}
}

// open opens images at once, and returns them in the order of their ids.
func (h *holding) open(ctx context.Context, temp string, batch *image.Batch, ids ...string) ([]*image.Image, []error) {
	made, errs := make([]*image.Image, len(ids)), make([]error, len(ids))
	var group sync.WaitGroup
	for i, id := range ids {
		seat := batch.Seat()
		group.Go(func() {
			made[i], errs[i] = image.Open(ctx, "docker:"+id, image.Options{DockerHost: h.host, TempDir: temp, Seat: seat})
		})
	}
	group.Wait()
	return made, errs
}

// twoImages share a layer, and each has a file of its own.
func twoImages(t *testing.T) (a, b v1.Image) {
	t.Helper()
	shared := []entry{{name: "etc/os-release", body: "ID=debian\n"}}
	return imageOf(t, "amd64", shared, []entry{{name: "which", body: "a"}}), imageOf(t, "amd64", shared, []entry{{name: "which", body: "b"}})
}

// which is the content of the file that tells the two images apart.
func which(t *testing.T, opened *image.Image) string {
	t.Helper()
	file, err := opened.OpenInLayer(1, "/which")
	check(t, err)
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(file)
	check(t, err)
	return string(text)
}

// bothAre holds that the images are those two, and closes them.
func bothAre(t *testing.T, made []*image.Image) {
	t.Helper()
	for i, want := range []string{"a", "b"} {
		if got := which(t, made[i]); got != want {
			t.Errorf("image %d has %q, want %q", i, got, want)
		}
		check(t, made[i].Close())
	}
}

func TestImagesOfABatchAreSavedTogether(t *testing.T) {
	a, b := twoImages(t)
	engine, ids := newHolding(t, a, b)
	temp := t.TempDir()
	made, errs := engine.open(t.Context(), temp, image.NewBatch(2, nil), ids...)
	check(t, errors.Join(errs...))
	if len(engine.asked) != 1 || len(engine.asked[0]) != 2 {
		t.Errorf("the Engine was asked for %v, want both at once", engine.asked)
	}
	for i, want := range []string{"a", "b"} {
		if got := which(t, made[i]); got != want || made[i].ID() != ids[i] {
			t.Errorf("image %d is %s with %q, want %s with %q", i, made[i].ID(), got, ids[i], want)
		}
	}
	check(t, made[0].Close())
	if got := which(t, made[1]); got != "b" {
		t.Errorf("the other image's end took %q from this one", got)
	}
	check(t, made[1].Close())
	nothingIn(t, temp)
}

// TestImagesAreSavedTogetherByTheirNames is of an Engine whose images are called
// by digests of manifests.
func TestImagesAreSavedTogetherByTheirNames(t *testing.T) {
	a, b := twoImages(t)
	for name, c := range map[string]struct {
		tag      string
		requests int
	}{"names of the run": {"gate.invalid/run:%d", 1}, "names that anybody may move": {"app:%d", 2}} {
		t.Run(name, func(t *testing.T) {
			engine, ids := newHolding(t, a, b)
			for i, id := range ids {
				other := "sha256:" + strings.Repeat(fmt.Sprint(i), 64)
				engine.images[other], ids[i] = engine.images[id], other
				engine.tags[other] = fmt.Sprintf(c.tag, i)
			}
			temp := t.TempDir()
			made, errs := engine.open(t.Context(), temp, image.NewBatch(2, nil), ids...)
			check(t, errors.Join(errs...))
			bothAre(t, made)
			if len(engine.asked) != c.requests {
				t.Errorf("the Engine was asked for %v, want %d requests", engine.asked, c.requests)
			}
			nothingIn(t, temp)
		})
	}
}

func TestAnImageDoesNotWaitForOneThatIsGivenUp(t *testing.T) {
	a, b := twoImages(t)
	engine, ids := newHolding(t, a, b)
	batch := image.NewBatch(2, nil)
	other := batch.Seat()
	other.Leave()
	other.Leave()
	made, errs := engine.open(t.Context(), t.TempDir(), batch, ids[0])
	check(t, errors.Join(errs...))
	check(t, made[0].Close())
	if len(engine.asked) != 1 || !slices.Equal(engine.asked[0], ids[:1]) {
		t.Errorf("the Engine was asked for %v", engine.asked)
	}
}

func TestWhatCannotBeOpenedIsNotWaitedFor(t *testing.T) {
	a, _ := twoImages(t)
	engine, ids := newHolding(t, a)
	temp := t.TempDir()
	for _, ref := range []string{"docker:sha256:00", "docker-archive:/is/not/there", "oci-dir:/is/not/there", "::"} {
		batch := image.NewBatch(2, nil)
		if _, err := image.Open(t.Context(), ref, image.Options{DockerHost: engine.host, TempDir: temp, Seat: batch.Seat()}); err == nil {
			t.Errorf("%s opened", ref)
		}
		made, errs := engine.open(t.Context(), temp, batch, ids[0])
		check(t, errors.Join(errs...))
		check(t, made[0].Close())
	}
	nothingIn(t, temp)
}

func TestNobodyWaitsWhenThereIsBetterToDo(t *testing.T) {
	a, b := twoImages(t)
	engine, ids := newHolding(t, a, b)
	hurry := make(chan struct{})
	close(hurry)
	batch, temp := image.NewBatch(2, hurry), t.TempDir()
	for _, id := range ids {
		made, errs := engine.open(t.Context(), temp, batch, id)
		check(t, errors.Join(errs...))
		check(t, made[0].Close())
	}
	if len(engine.asked) != 2 {
		t.Errorf("the Engine was asked for %v, want one after the other", engine.asked)
	}
	nothingIn(t, temp)
}

func TestImagesThatAreNotHandedOutTogetherAreReadAlone(t *testing.T) {
	a, b := twoImages(t)
	engine, ids := newHolding(t, a, b)
	engine.refuse = func(images int) bool { return images > 1 }
	temp := t.TempDir()
	made, errs := engine.open(t.Context(), temp, image.NewBatch(2, nil), ids...)
	check(t, errors.Join(errs...))
	bothAre(t, made)
	if len(engine.asked) != 3 {
		t.Errorf("the Engine was asked for %v", engine.asked)
	}
	nothingIn(t, temp)
}

func TestACancelledImageOfABatchHoldsNobodyUp(t *testing.T) {
	a, b := twoImages(t)
	engine, ids := newHolding(t, a, b)
	batch, temp := image.NewBatch(2, nil), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	seat := batch.Seat()
	go func() {
		_, err := image.Open(ctx, "docker:"+ids[0], image.Options{DockerHost: engine.host, TempDir: temp, Seat: seat})
		ended <- err
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	made, errs := engine.open(t.Context(), temp, batch, ids[1])
	check(t, errors.Join(errs...))
	if got := which(t, made[0]); got != "b" {
		t.Errorf("got %q", got)
	}
	check(t, made[0].Close())
	nothingIn(t, temp)
}

func TestAnImageOfAnArchiveIsChosenByItsID(t *testing.T) {
	a, b := twoImages(t)
	archive := t.TempDir() + "/both.tar"
	file, err := os.Create(archive)
	check(t, err)
	check(t, tarball.MultiRefWrite(map[name.Reference]v1.Image{
		name.MustParseReference("example.com/app:a"): a, name.MustParseReference("example.com/app:b"): b,
	}, file))
	check(t, file.Close())
	for want, made := range maps.All(map[string]v1.Image{"a": a, "b": b}) {
		id, err := made.ConfigName()
		check(t, err)
		if got := which(t, opened(t, "docker-archive:"+archive+"@"+id.String(), image.Options{})); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}
