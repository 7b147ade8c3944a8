package advise

import (
	"regexp"
	"strings"
)

// Reference is an image reference in its parts, as written.
type Reference struct {
	// Name is host and path. Tag and Digest are empty where there are none.
	Name, Tag, Digest string
}

// ParseReference takes a reference apart. It does not say whether a registry
// would take it.
func ParseReference(text string) Reference {
	var r Reference
	r.Name, r.Digest, _ = strings.Cut(text, "@")
	if at := strings.LastIndexByte(r.Name, ':'); at > strings.LastIndexByte(r.Name, '/') {
		r.Name, r.Tag = r.Name[:at], r.Name[at+1:]
	}
	return r
}

// String is the reference as it is written in a Dockerfile.
func (r Reference) String() string {
	text := r.Name
	if r.Tag != "" {
		text += ":" + r.Tag
	}
	if r.Digest != "" {
		text += "@" + r.Digest
	}
	return text
}

// To is the reference with another tag. It is pinned to the digest where this
// one is pinned, so that an edit never takes a pin away.
func (r Reference) To(tag, digest string) Reference {
	to := Reference{Name: r.Name, Tag: tag}
	if r.Digest != "" {
		to.Digest = digest
	}
	return to
}

// referenceForm is what may be written into a file: host, path, tag, digest.
var referenceForm = regexp.MustCompile(`^(?:(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?/)?` +
	`[a-z0-9][a-z0-9._/-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`)
