package listing

import (
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// kustomization reads what a Kustomization makes of images.
func (s *sheet) kustomization(top *yaml.Node) {
	base := strings.ToLower(path.Base(s.path))
	images := s.field(top, "images")
	if s.value(top, "kind") != "Kustomization" && base != "kustomization.yaml" && base != "kustomization.yml" || images == nil {
		return
	}
	for _, item := range images.Content {
		item = resolved(item)
		line := s.line(item, "name")
		before, err := parseName(s.value(item, "name"))
		if err != nil {
			s.fault(line, fmt.Sprintf("the image %s %s", quote(s.value(item, "name")), err), nextImage)
			continue
		}
		n := before
		if renamed := s.value(item, "newName"); renamed != "" {
			n, err = parseName(renamed)
		}
		if err == nil {
			n, err = part{name: name{repository: n.repository}, tag: s.value(item, "newTag"), digest: s.value(item, "digest")}.put()
		}
		switch {
		case err != nil:
			s.fault(line, fmt.Sprintf("what becomes of the image %s %s", quote(before.repository), err), nextImage)
		case n.tag == "" && n.digest == "":
			s.fault(line, fmt.Sprintf("the image %s gets another name and keeps its tag, which gate can't follow", quote(before.repository)), "write newTag or digest, or give gate what kustomize builds")
		default:
			s.replaced[before.repository] = true
			s.found(n, s.place(line))
		}
	}
}
