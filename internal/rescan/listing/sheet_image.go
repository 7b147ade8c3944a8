package listing

import (
	"cmp"
	"fmt"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	nextVariable = "write the image out, give the variable a default (${TAG:-1.2}), or list the image elsewhere and leave the file out with except"
	nextImage    = "correct it, or leave the file out with except"
)

// scalar reads an image in one text. Strict takes only what is unmistakable.
func (s *sheet) scalar(value, mapping *yaml.Node, at string, strict bool) {
	written := strings.TrimSpace(value.Value)
	switch {
	case value.ShortTag() != "!!str" || written == "" || isPicture(written):
		return
	case strings.Contains(written, "{{"):
		s.inTemplate(value.Line, written)
		return
	}
	text, settled := settle(written, 0)
	if !settled {
		s.fault(value.Line, fmt.Sprintf("the image %s has a variable without a value", quote(written)), nextVariable)
		return
	}
	n, err := parseName(text)
	exact := err == nil && (n.tag != "" || n.digest != "")
	switch {
	case strict && !exact && (err != nil || !hasRegistry(text)):
	case err != nil:
		s.fault(value.Line, fmt.Sprintf("the image %s %s", quote(written), err), nextImage)
	case exact:
		s.recognised(at, n)
		s.found(n, s.place(value.Line))
	default:
		s.tagless(n, mapping, at, value.Line)
	}
}

// tagless adds an image without tag and digest. The tag may have a key of its
// own beside it.
func (s *sheet) tagless(n name, mapping *yaml.Node, at string, line int) {
	if tag := cmp.Or(s.value(mapping, "tag"), s.value(mapping, "imageTag")); tag != "" {
		s.whole(part{name: n, tag: tag, place: s.place(line), dir: path.Dir(s.path), key: at})
		return
	}
	s.recognised(at, n)
	if s.keeps() {
		s.untagged = append(s.untagged, untagged{n, s.place(line)})
	}
}

// isPicture reports whether a text is the file or the address of a picture.
func isPicture(text string) bool {
	switch strings.ToLower(path.Ext(text)) {
	case ".png", ".svg", ".jpg", ".jpeg", ".gif", ".ico", ".webp":
		return true
	}
	return strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "data:")
}

// described reads an image whose parts have keys of their own.
func (s *sheet) described(mapping *yaml.Node, at string, named bool) {
	if reference := s.field(mapping, "reference"); named && reference != nil && reference.Kind == yaml.ScalarNode {
		s.scalar(reference, mapping, at, false)
		return
	}
	key := "repository"
	if named && s.value(mapping, key) == "" {
		key = "name"
	}
	registry, repository, tag, digest := s.value(mapping, "registry"), s.value(mapping, key), s.value(mapping, "tag"), s.value(mapping, "digest")
	line := s.line(mapping, key)
	p := part{place: s.place(line), dir: path.Dir(s.path), key: at, registry: registry}
	all := strings.Join([]string{registry, repository, tag, digest}, " ")
	switch {
	case repository == "" && (!named || registry+tag+digest == ""), strings.Contains(repository, "://"):
		return
	case strings.Contains(all, "{{"):
		s.inTemplate(line, all)
		return
	}
	settled := true
	for _, text := range []*string{&registry, &repository, &tag, &digest} {
		value, ok := settle(*text, 0)
		*text, settled = value, settled && ok
	}
	if !settled {
		s.fault(line, fmt.Sprintf("the image %s has a variable without a value", quote(all)), nextVariable)
		return
	}
	p.tag, p.digest = tag, digest
	if repository != "" {
		n, err := parseName(strings.TrimPrefix(strings.Trim(registry, "/")+"/"+strings.Trim(repository, "/"), "/"))
		if err != nil {
			s.fault(line, fmt.Sprintf("the image %s %s", quote(repository), err), nextImage)
			return
		}
		p.name, p.registry = n, ""
	}
	s.whole(p)
}

// found adds an image of the file.
func (f *folder) found(n name, place string) {
	f.add(mention{name: n.latest()}, place, time.Time{})
}
