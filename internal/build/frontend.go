package build

import (
	"regexp"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

const (
	builtinFrontend = "dockerfile.v0"
	imageFrontend   = "gateway.v0"
)

// digested matches a reference that ends in a digest.
const digested = `^[^\s@]+@sha256:[0-9a-f]{64}$`

// chooseFrontend decides who reads the Dockerfile: the builder's own frontend,
// unless the # syntax= line names one that the allowlist holds, letter by
// letter and with its digest. attrs gets what makes the builder obey.
func chooseFrontend(spec gate.BuildSpec, in *input, attrs map[string]string) (string, error) {
	form := regexp.MustCompile(digested)
	for _, ref := range spec.Frontends {
		if !form.MatchString(ref) {
			return "", inputErrorf("frontend %q has no digest: write name@sha256:… of the image that # syntax= may name", ref)
		}
	}
	if _, ok := spec.Args["BUILDKIT_SYNTAX"]; ok {
		return "", inputErrorf("the build argument BUILDKIT_SYNTAX would choose another frontend: write a # syntax= line with a digest, and allow it with frontends")
	}
	if in.file != nil && in.file.Syntax != nil {
		if ref := firstField(in.file.Syntax.Value); slices.Contains(spec.Frontends, ref) {
			attrs["source"], attrs["cmdline"] = ref, in.file.Syntax.Value
			return imageFrontend, nil
		}
	}
	// With a command line already there, the frontend does not look for another.
	attrs["cmdline"] = "builtin"
	return builtinFrontend, nil
}

func firstField(text string) string {
	return regexp.MustCompile(`\S*`).FindString(text)
}
