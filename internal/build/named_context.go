package build

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/distribution/reference"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/containergate/gate/internal/gate"
)

const (
	ociLayoutScheme = "oci-layout://"
	dockerScheme    = "docker-image://"
)

// addNamedContexts offers the named contexts. Their names are written the way
// the frontend looks for them, which is the short form of an image's name.
func (r *request) addNamedContexts(contexts map[string]string) error {
	for i, name := range slices.Sorted(maps.Keys(contexts)) {
		key, err := contextKey(name)
		if err != nil {
			return err
		}
		if _, ok := r.solve.FrontendAttrs[key]; ok {
			return inputErrorf("named context %q is given twice", name)
		}
		value, err := r.namedContext(name, key, contexts[name], strconv.Itoa(i))
		if err != nil {
			return err
		}
		r.solve.FrontendAttrs[key] = value
	}
	return nil
}

func contextKey(name string) (string, error) {
	base, platform, _ := strings.Cut(name, "::")
	named, err := reference.ParseNormalizedNamed(base)
	if err != nil {
		return "", inputErrorf("named context %q: %w; name a stage or an image", name, err)
	}
	key := "context:" + strings.TrimSuffix(reference.FamiliarString(named), ":latest")
	if platform != "" {
		key += "::" + normalPlatform(platform)
	}
	return key, nil
}

// namedContext returns what the frontend is told of one context, after making
// it readable for the builder under the given id.
func (r *request) namedContext(name, key, value, id string) (string, error) {
	switch {
	case strings.HasPrefix(value, dockerScheme), gate.RemoteContext(value):
		return value, nil
	case strings.HasPrefix(value, ociLayoutScheme):
		layout, digest, err := openLayout(strings.TrimPrefix(value, ociLayoutScheme))
		if err != nil {
			return "", inputErrorf("named context %q: %w", name, err)
		}
		store := "layout" + id
		if r.solve.OCIStores == nil {
			r.solve.OCIStores = map[string]content.Store{}
		}
		r.solve.OCIStores[store] = layout
		if image, err := manifestImage(layout.root, ocispec.Descriptor{Digest: digest}); err == nil {
			r.layouts[key] = image.Platform
		}
		return ociLayoutScheme + store + "@" + digest.String(), nil
	case strings.Contains(value, "://"):
		return "", inputErrorf("named context %q: %s is neither a directory nor a URL that BuildKit knows: use a path, https://, git://, docker-image:// or oci-layout://", name, value)
	}
	if err := checkDirectory("named context "+name, value); err != nil {
		return "", err
	}
	local := "context" + id
	return "local:" + local, r.mount(local, value)
}
