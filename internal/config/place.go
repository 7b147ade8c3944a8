package config

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// place is where a policy file is: in the working directory, in another
// repository at a commit, or an OCI artifact by its digest.
type place struct {
	// path is the file's, from the working directory or from the repository's root.
	path string
	// repository is owner/name, and commit 40 hex digits.
	repository, commit string
	// artifact is registry/name@sha256:digest.
	artifact string
	// shared is set on a file that is read for others than this repository, so
	// that it must not reach into builds.
	shared bool
}

var (
	commitForm   = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+)/([A-Za-z0-9._/-]+)@([0-9a-f]{40})$`)
	artifactForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?@sha256:[0-9a-f]{64}$`)
)

// How to pin what may change.
const (
	pinCommit   = "write owner/repository/path@ and the 40 hex digits of the commit: a branch or tag may change under it"
	pinArtifact = "write oci:registry/name@sha256: and the 64 hex digits of the digest: a tag may change under it"
)

// parsePlace reads what extends names.
func parsePlace(ref string) (place, error) {
	rest, artifact := strings.CutPrefix(ref, "oci:")
	switch {
	case strings.ContainsFunc(ref, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return place{}, fmt.Errorf("%q holds control characters", ref)
	case strings.HasPrefix(ref, "./"), strings.HasPrefix(ref, "../"):
		return place{path: path.Clean(ref)}, nil
	case artifact:
		if !artifactForm.MatchString(rest) {
			return place{}, fmt.Errorf("%q is not pinned by a digest: %s", ref, pinArtifact)
		}
		return place{artifact: rest, shared: true}, nil
	case strings.Contains(ref, "://"):
		return place{}, fmt.Errorf("%q is an address, and what is behind it may change: name a file, oci:registry/name@sha256:… or owner/repository/path@commit", ref)
	case strings.Contains(ref, "@sha256:"):
		return place{}, fmt.Errorf("%q looks like an OCI artifact: write oci:%s", ref, ref)
	case strings.Contains(ref, "@"):
		return parseCommit(ref)
	}
	return place{path: path.Clean(ref)}, nil
}

func parseCommit(ref string) (place, error) {
	parts := commitForm.FindStringSubmatch(ref)
	if parts == nil {
		return place{}, fmt.Errorf("%q is not pinned by a commit: %s", ref, pinCommit)
	}
	p := place{repository: parts[1], path: parts[2], commit: parts[3], shared: true}
	if path.Clean(p.path) != p.path || !filepath.IsLocal(p.path) || strings.HasSuffix(p.repository, "/..") || strings.HasSuffix(p.repository, "/.") {
		return place{}, fmt.Errorf("%q is no path of a repository", ref)
	}
	return p, nil
}

// remote reports whether the place is outside the working directory.
func (p place) remote() bool { return p.repository != "" || p.artifact != "" }

// ref is the place as it is fetched, and as extends names it.
func (p place) ref() string {
	switch {
	case p.artifact != "":
		return "oci:" + p.artifact
	case p.repository != "":
		return p.repository + "/" + p.path + "@" + p.commit
	}
	return p.path
}

// short is the place for readers: commits and digests are cut.
func (p place) short() string {
	const enough = 12
	name, pin, found := strings.Cut(p.ref(), "@")
	if !found || !p.remote() {
		return p.ref()
	}
	if hex, ok := strings.CutPrefix(pin, "sha256:"); ok {
		return name + "@sha256:" + hex[:enough] + "…"
	}
	return name + "@" + pin[:enough] + "…"
}

// beside is what a file at the place means by a path, which it gives from its
// own folder. It can't lead out of the repository.
func (p place) beside(name string) (place, error) {
	if p.artifact != "" {
		return place{}, fmt.Errorf("%q is a file, and %s has none beside it", name, p.short())
	}
	if path.IsAbs(name) {
		return place{}, fmt.Errorf("%q is not a path from the folder of %s", name, p.short())
	}
	there := p
	there.path = path.Join(path.Dir(p.path), name)
	if p.within(there.path) {
		return there, nil
	}
	return place{}, fmt.Errorf("%q leads out of the repository", name)
}

// within reports whether a path stays in the working directory, or for a file
// outside of it in that file's own folder.
func (p place) within(name string) bool {
	if filepath.IsLocal(p.path) {
		return filepath.IsLocal(name)
	}
	relative, err := filepath.Rel(path.Dir(p.path), name)
	return err == nil && filepath.IsLocal(relative)
}

// named is what a file at the place means by a path to something else than a
// policy: from the working directory, as all paths of a policy, or for a policy
// that is read for others from its own folder. It can't lead out of the repository.
func (p place) named(name string) (place, error) {
	if p.remote() || p.shared {
		return p.beside(name)
	}
	there := place{path: path.Clean(name)}
	if filepath.IsLocal(there.path) || p.within(there.path) {
		return there, nil
	}
	return place{}, fmt.Errorf("%q leads out of the repository", name)
}
