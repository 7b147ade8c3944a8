package build

import (
	"maps"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// capabilities say what a builder can do beyond what all of them can.
type capabilities struct {
	// describe names the builder in messages: Docker Engine 20.10.24.
	describe string
	// namedContexts: directories, URLs and images under a name; ociLayouts:
	// OCI layouts as well.
	namedContexts, ociLayouts bool
	// cacheFrom and cacheTo are the types it knows; nil means all.
	cacheFrom, cacheTo []string
	// localImages: images that the builder's own store holds serve as bases
	// without asking a registry.
	localImages bool
	// oldFrontend: its Dockerfile frontend is from before heredocs.
	oldFrontend bool
	// layout: the image comes back as an OCI layout, instead of staying in the
	// Engine's image store.
	layout bool
}

// check returns ErrUnsupported for the first option that the builder cannot honour.
func (c capabilities) check(spec gate.BuildSpec) error {
	for _, name := range slices.Sorted(maps.Keys(spec.Contexts)) {
		if !c.namedContexts {
			return unsupportedErrorf("named context %q: %s has no named contexts; use a newer Engine or buildkitd", name, c.describe)
		}
		if strings.HasPrefix(spec.Contexts[name], ociLayoutScheme) && !c.ociLayouts {
			return unsupportedErrorf("named context %q: %s reads no OCI layouts; use buildkitd, or an Engine with the containerd image store", name, c.describe)
		}
	}
	if len(spec.CacheTo) > 0 && len(spec.Platforms) > 1 {
		return unsupportedErrorf("cache-to with %d platforms: they are built one after another, and each would overwrite the cache of the one before; build one platform a run", len(spec.Platforms))
	}
	if gate.RemoteContext(spec.Context) && len(spec.Frontends) > 0 {
		return unsupportedErrorf("frontends with the context %s: its # syntax= line is not known before the build; use a directory", spec.Context)
	}
	return nil
}

// newFlags are the instructions' flags that an old frontend does not know.
func newFlags() []string {
	return []string{"link", "network", "security", "device", "checksum", "keep-git-dir", "unpack", "parents", "exclude"}
}

// checkFile returns ErrUnsupported for the first thing in a Dockerfile that an
// old frontend would refuse with a message that misleads.
func (c capabilities) checkFile(file *dockerfile.File) error {
	if !c.oldFrontend || file == nil {
		return nil
	}
	for _, instruction := range file.Instructions {
		if len(instruction.Heredocs) > 0 {
			return unsupportedErrorf("%s:%d: heredoc in %s: %s has none; use a newer Engine or buildkitd", file.Path, instruction.Line, instruction.Name, c.describe)
		}
		for _, name := range newFlags() {
			if _, ok := instruction.Flag(name); ok {
				return unsupportedErrorf("%s:%d: %s --%s: %s does not know it; use a newer Engine or buildkitd", file.Path, instruction.Line, instruction.Name, name, c.describe)
			}
		}
	}
	return nil
}

// checkCache is check for one parsed cache option.
func (c capabilities) checkCache(option, kind string, known []string) error {
	if known == nil || slices.Contains(known, kind) {
		return nil
	}
	return unsupportedErrorf("%s type=%s: %s only has %s; use buildkitd, or an Engine with the containerd image store", option, kind, c.describe, strings.Join(known, ", "))
}
