package listing

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/distribution/reference"
)

// mostLetters is the longest reference in bytes.
const mostLetters = 1000

// name is a completed reference: registry and path, and a tag or a digest or both.
type name struct{ repository, tag, digest string }

// String is what can be pulled.
func (n name) String() string {
	text := n.repository
	if n.tag != "" {
		text += ":" + n.tag
	}
	if n.digest != "" {
		text += "@" + n.digest
	}
	return text
}

// last is the last word of the repository's path.
func (n name) last() string { return n.repository[strings.LastIndexByte(n.repository, '/')+1:] }

// mention is an image that a list names.
type mention struct {
	name name
	// digest is what the list says beside the reference; empty where it does not.
	digest string
	// platform is what the list says; empty where it does not.
	platform string
}

// stands is the digest that the list says the reference stands for.
func (m mention) stands() string {
	if m.name.digest != "" {
		return m.name.digest
	}
	return m.digest
}

var (
	errDigestAlone = errors.New("a digest alone does not say in which repository the image is; write it like ghcr.io/acme/api@sha256:…")
	errReference   = errors.New("is no reference of an image; write it like ghcr.io/acme/api:1.2.3")
)

var (
	domainForm  = regexp.MustCompile(`^[A-Za-z0-9.-]+\.([A-Za-z]{2,}|[0-9]+)$`)
	numbersForm = regexp.MustCompile(`^(v?[0-9]+(\.[0-9]+){0,2}|v[0-9.]+)$`)
)

// parseName reads a reference and completes it as Docker does. Without a tag and
// a digest, the tag stays empty. Its errors do not repeat the text.
func parseName(text string) (name, error) {
	text = strings.TrimPrefix(text, "docker://")
	if rest, found := strings.CutPrefix(text, "registry:"); found && strings.Contains(rest, "/") {
		text = strings.TrimPrefix(rest, "//")
	}
	if isDigest(text) {
		return name{}, errDigestAlone
	}
	if len(text) > mostLetters {
		return name{}, errReference
	}
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		if errors.Is(err, reference.ErrNameContainsUppercase) || text != strings.ToLower(text) && !strings.Contains(text, "://") {
			return name{}, errors.New("is no reference of an image; the name of a repository is in lower case")
		}
		return name{}, errReference
	}
	parsed := name{repository: named.Name()}
	if tagged, ok := named.(reference.Tagged); ok {
		parsed.tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		parsed.digest = digested.Digest().String()
		if !isDigest(parsed.digest) {
			return name{}, errors.New("has a digest that is not sha256, which gate does not know")
		}
	}
	return parsed, nil
}

// literal reads a reference that stands in a list; one without tag and digest
// is the latest. Shown is what the error quotes.
func literal(text, shown string) (mention, error) {
	parsed, err := parseName(text)
	if errors.Is(err, errDigestAlone) {
		return mention{}, fmt.Errorf("%s: %w", quote(shown), err)
	}
	if err != nil {
		return mention{}, fmt.Errorf("%s %w", quote(shown), err)
	}
	return mention{name: parsed.latest()}, nil
}

// latest is the name with the tag that Docker takes where there is none.
func (n name) latest() name {
	if n.tag == "" && n.digest == "" {
		n.tag = "latest"
	}
	return n
}

// isDigest reports whether the text is a sha256 digest.
func isDigest(text string) bool {
	rest, found := strings.CutPrefix(text, "sha256:")
	return found && isSum(rest)
}

// isSum reports whether the text is 64 hexadecimal digits.
func isSum(text string) bool { return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == "" }

// hasRegistry reports whether a reference begins with the address of a registry:
// a domain, an address (of four numbers: fewer are a version), or localhost;
// each may have a port.
func hasRegistry(text string) bool {
	host, _, found := strings.Cut(text, "/")
	if !found {
		return false
	}
	bare, port, hasPort := strings.Cut(host, ":")
	if hasPort && port != "" && strings.Trim(port, "0123456789") == "" {
		return bare != ""
	}
	return host == "localhost" || domainForm.MatchString(host) && !numbersForm.MatchString(host)
}
