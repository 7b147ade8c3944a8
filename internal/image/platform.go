package image

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	stereoscope "github.com/anchore/stereoscope/pkg/image"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// platform is what was asked for; the zero value is nothing in particular.
type platform struct{ os, arch, variant string }

// parsePlatform reads linux/arm64, arm64, linux/arm/v7 and their like.
func parsePlatform(text string) (platform, error) {
	if text == "" {
		return platform{}, nil
	}
	parsed, err := stereoscope.NewPlatform(text)
	if err != nil {
		return platform{}, fmt.Errorf("%w: %q is not a platform; write it like linux/amd64 or linux/arm/v7", ErrReference, text)
	}
	wanted := platform{parsed.OS, parsed.Architecture, parsed.Variant}
	if wanted.arch == "" {
		wanted.arch = runtime.GOARCH
	}
	return wanted, nil
}

func (p platform) isZero() bool { return p == platform{} }

// orHost is the platform itself or, when none was asked for, Linux on this
// machine's architecture.
func (p platform) orHost() platform {
	if p.isZero() {
		return platform{os: "linux", arch: runtime.GOARCH}
	}
	return p
}

// String spells the platform the way it is asked for.
func (p platform) String() string {
	parts := []string{p.os, p.arch, p.variant}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "/")
}

// accepts reports whether an image made for other serves p. A variant counts
// only where both say one.
func (p platform) accepts(other platform) bool {
	if p.os != other.os || p.arch != other.arch {
		return false
	}
	return p.variant == "" || other.variant == "" || p.variant == other.variant
}

// check compares what was asked for with what the configuration says.
func (p platform) check(config *v1.ConfigFile) error {
	made := configPlatform(config)
	if p.isZero() || p.accepts(made) {
		return nil
	}
	called := made.String()
	if called == "" {
		called = "no platform that it would name"
	}
	return fmt.Errorf("%w: the image is made for %s, and %s was asked for; build or pull it for that platform, or ask for %s",
		ErrPlatform, called, p, called)
}

func configPlatform(config *v1.ConfigFile) platform {
	return newPlatform(config.OS, config.Architecture, config.Variant)
}

// newPlatform drops the variants that are implied by their architecture.
func newPlatform(os, arch, variant string) platform {
	if arch == "arm64" && variant == "v8" {
		variant = ""
	}
	return platform{os, arch, variant}
}

// describePlatforms lists platforms for a message.
func describePlatforms(all []platform) string {
	var words []string
	for _, one := range all {
		words = append(words, one.String())
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ", ")
}
