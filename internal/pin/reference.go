package pin

import (
	"regexp"
	"strings"
)

// reference is an image reference in its parts, as written.
type reference struct {
	name, tag, digest string
	// pinned is true when there is an @, whatever follows it.
	pinned bool
}

func parseReference(text string) reference {
	var r reference
	r.name, r.digest, r.pinned = strings.Cut(text, "@")
	if at := strings.LastIndexByte(r.name, ':'); at > strings.LastIndexByte(r.name, '/') {
		r.name, r.tag = r.name[:at], r.name[at+1:]
	}
	return r
}

// tagged is the reference without digest. A builder takes the tag latest where
// there is none; it is written down, so that it is known what to update to.
func (r reference) tagged() string {
	if r.tag == "" {
		return r.name + ":latest"
	}
	return r.name + ":" + r.tag
}

// with is the reference with another digest.
func (r reference) with(digest string) string { return r.tagged() + "@" + digest }

// digestForm is what a digest looks like; no other kind is written or replaced.
var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// nameForm is what a reference looks like: host, path, tag, digest. What is
// valid in it the resolver knows better; nothing else is written into a file.
var nameForm = regexp.MustCompile(`^(?:(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?/)?` +
	`[A-Za-z0-9][A-Za-z0-9._/-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@[A-Za-z0-9+._:-]*)?$`)

// familiar brings the spellings of one name together, the way builders do when
// they look for a build context of that name.
func familiar(text string) string {
	for _, prefix := range []string{"index.docker.io/", "docker.io/", "library/"} {
		text = strings.TrimPrefix(text, prefix)
	}
	return strings.ToLower(strings.TrimSuffix(text, ":latest"))
}

// maybeStage reports whether a build stage may have the name.
func maybeStage(name string) bool { return !strings.ContainsAny(name, ":/@") }

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
