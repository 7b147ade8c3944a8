package vex

import (
	"path"
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// product is what a statement is about: an image, by digests or names, or
// packages wherever they are.
type product struct {
	// label is what the document calls it.
	label string
	// subject is set for the image that the document is attached to.
	subject bool
	digests []string
	images  []imageName
	// packages are package URLs, in canonical spelling.
	packages []string
	// parts narrow an image to packages; narrowed is set even where none of
	// them can be told.
	parts    []string
	narrowed bool
	// loose are packages that it is about in some way: good enough to take an
	// older statement back, and too vague to excuse anything.
	loose []string
}

// imageName is a name of an image without digest.
type imageName struct {
	// repository is the full name, docker.io/library/debian; where it is not
	// known, base is its last element and prefix what may stand before it.
	repository, base, prefix string
	tag, arch                string
	// text is the name as it was written.
	text string
}

// identify learns one of the product's names. What is no name that gate can
// hold against an image or a package is left out.
func (p *product) identify(name string) {
	name = strings.TrimSpace(name)
	if strings.HasPrefix(name, "pkg:") {
		p.identifyPURL(name)
		return
	}
	for _, scheme := range []string{"docker://", "oci://", "docker:", "registry:"} {
		name = strings.TrimPrefix(name, scheme)
	}
	if digest, ok := digestOf(name); ok {
		p.digests = append(p.digests, digest)
		return
	}
	if repository, tag, digest, ok := splitName(name); ok {
		if digest != "" {
			p.digests = append(p.digests, digest)
			return
		}
		p.images = append(p.images, imageName{repository: repository, base: path.Base(repository), tag: tag, text: name})
	}
}

func (p *product) identifyPURL(spelled string) {
	parsed, ok := parsePURL(spelled)
	switch {
	case !ok:
	case parsed.Type == "oci" || parsed.Type == "docker":
		p.identifyImage(parsed)
	case parsed.part():
		p.loose = append(p.loose, parsed.text)
	default:
		p.packages = append(p.packages, parsed.text)
	}
}

// identifyImage reads pkg:oci and pkg:docker. The first has the digest as its
// version and the tag as a qualifier, the second has either as its version.
func (p *product) identifyImage(parsed purl) {
	if digest, ok := digestOf(parsed.Version); ok {
		p.digests = append(p.digests, digest)
		return
	}
	qualifiers := parsed.Qualifiers.Map()
	named := imageName{tag: qualifiers["tag"], arch: qualifiers["arch"], text: parsed.Name}
	place := strings.Trim(qualifiers["repository_url"], "/")
	if _, after, found := strings.Cut(place, "://"); found {
		place = after
	}
	if parsed.Type == "oci" {
		named.base = parsed.Name
		named.prefix = place
		if place != "" {
			named.prefix = canonical(place)
		}
		p.images = append(p.images, named)
		return
	}
	if parsed.Version != "" {
		named.tag = parsed.Version
	}
	repository, _, _, ok := splitName(path.Join(place, parsed.Namespace, parsed.Name))
	if ok {
		named.repository, named.base = repository, path.Base(repository)
		p.images = append(p.images, named)
	}
}

// hash learns a digest of the product.
func (p *product) hash(kind, value string) {
	if strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(kind)) != "sha256" {
		return
	}
	if digest, ok := digestOf("sha256:" + strings.TrimPrefix(strings.ToLower(value), "sha256:")); ok {
		p.digests = append(p.digests, digest)
	}
}

// narrow limits the product to some of its packages.
func (p *product) narrow(purls []string) {
	p.narrowed = true
	for _, spelled := range purls {
		parsed, ok := parsePURL(spelled)
		switch {
		case !ok:
		case parsed.part():
			p.loose = append(p.loose, parsed.text)
		default:
			p.parts = append(p.parts, parsed.text)
		}
	}
}

// digestOf reads sha256:… in any case.
func digestOf(text string) (string, bool) {
	text = strings.ToLower(text)
	hex, found := strings.CutPrefix(text, "sha256:")
	if !found || len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
		return "", false
	}
	return text, true
}

// splitName reads the name of an image as Docker does.
func splitName(name string) (repository, tag, digest string, ok bool) {
	const longest = 512
	if len(name) > longest {
		return "", "", "", false
	}
	parsed, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return "", "", "", false
	}
	if digested, is := parsed.(reference.Digested); is {
		if digest, ok = digestOf(digested.Digest().String()); !ok {
			return "", "", "", false
		}
	}
	if tagged, is := parsed.(reference.Tagged); is {
		tag = tagged.Tag()
	}
	return parsed.Name(), tag, digest, true
}

// canonical spells a repository, or a registry and a path, the one way that
// splitName does.
func canonical(place string) string {
	host, rest, _ := strings.Cut(strings.ToLower(place), "/")
	if slices.Contains([]string{"index.docker.io", "registry-1.docker.io", "hub.docker.com", "docker.io"}, host) {
		host = "docker.io"
		if rest != "" && !strings.Contains(rest, "/") {
			rest = path.Join("library", rest)
		}
	}
	return path.Join(host, rest)
}
