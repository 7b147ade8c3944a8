package listing

import (
	"fmt"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"
)

// follow is a file that a Compose file leads to.
type follow struct {
	place, path string
}

// compose notes the files that a Compose file includes or extends.
func (s *sheet) compose(top *yaml.Node) {
	services := s.field(top, "services")
	isCompose := slices.Contains([]string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}, path.Base(s.path))
	if services != nil && services.Kind == yaml.MappingNode {
		for i := 1; i < len(services.Content); i += 2 {
			service := resolved(services.Content[i])
			isCompose = isCompose || s.field(service, "image") != nil || s.field(service, "build") != nil
			if extends := s.field(service, "extends"); extends != nil {
				s.leads(s.field(extends, "file"))
			}
		}
	}
	include := s.field(top, "include")
	if !isCompose || include == nil || include.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range include.Content {
		if item = resolved(item); item.Kind == yaml.MappingNode {
			item = s.field(item, "path")
		}
		s.leads(item)
	}
}

// leads notes one file, or those of a list.
func (s *sheet) leads(to *yaml.Node) {
	switch {
	case to == nil:
	case to.Kind == yaml.ScalarNode && s.keeps():
		s.follows = append(s.follows, follow{s.place(to.Line), path.Join(path.Dir(s.path), to.Value)})
	case to.Kind == yaml.SequenceNode:
		for _, item := range to.Content {
			if item = resolved(item); item.Kind == yaml.ScalarNode {
				s.leads(item)
			}
		}
	}
}

// unfollowed tells of the files that are not among those that were read.
func (f *folder) unfollowed() {
	for _, one := range f.follows {
		if !f.seen[one.path] {
			f.gap(fmt.Sprintf("%s: it leads to the file %s, which is not read", one.place, quote(one.path)), "list that file too, or leave this one out with except")
		}
	}
}
