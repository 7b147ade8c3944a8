package rescan

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// newest is what a base image's tag stands for today, asked once.
type newest struct {
	once   sync.Once
	digest string
	images image.Resolution
}

// newerBase completes what an image says of its base: whether its tag stands for
// something else today. What can't be asked stays open.
func (w *World) newerBase(ctx context.Context, base *gate.ReleaseBase) *gate.ReleaseBase {
	if base == nil || base.Digest == "" || strings.Contains(base.Name, "@") {
		return base
	}
	w.mu.Lock()
	if w.bases == nil {
		w.bases = map[string]*newest{}
	}
	one := w.bases[base.Name]
	if one == nil {
		one = &newest{}
		w.bases[base.Name] = one
	}
	w.mu.Unlock()
	one.once.Do(func() {
		repository, tag, _ := splitReference(base.Name)
		repo, err := w.repository(ctx, repository)
		if err != nil {
			return
		}
		if one.digest, err = repo.Digest(ctx, tag); err == nil {
			// The label may name the image of one platform.
			one.images, _ = w.manifests(ctx, repository, one.digest, nil, w.Store)
		}
	})
	known := *base
	same := slices.ContainsFunc(one.images.Images, func(i image.PlatformImage) bool { return i.Digest == base.Digest })
	if one.digest != "" && one.digest != base.Digest && !same {
		known.Newer = one.digest
	}
	return &known
}
