package discover

import (
	"fmt"
	"strings"
)

// service is what is known of a Compose service. Fields that are not set leave
// those of what it overrides as they are.
type service struct {
	name            string
	where           Place
	image, platform text
	build           *composeBuild
	// base is the service that this one extends: a name, and the file of it
	// where that is another one.
	extends, extendsFile text
	// cleared are the keys that take the place of what they override.
	cleared []string
}

// composeBuild is a build section.
type composeBuild struct {
	where Place
	// folder is what context is relative to.
	folder                                       string
	context, dockerfile, inline, target, network text
	args, contexts, labels                       map[string]text
	platforms, tags                              []text
	secrets, ssh, hosts                          []string
	noCache, pull                                text
	cleared                                      []string
}

// newService reads a service.
func newService(p pair) *service {
	s := &service{name: p.key, where: p.where}
	if !p.value.isMapping() {
		if !p.value.isNull() {
			p.value.fault(fmt.Sprintf("the service %s is no mapping", quote(p.key)), "write its settings below it")
		}
		return s
	}
	for _, field := range p.value.pairs() {
		if field.value.clears() {
			s.cleared = append(s.cleared, field.key)
		}
		switch field.key {
		case "image":
			s.image = field.value.text()
		case "platform":
			s.platform = field.value.text()
		case "build":
			s.build = newBuild(field)
		case "extends":
			s.readExtends(field.value)
		}
	}
	return s
}

func (s *service) readExtends(v value) {
	if !v.isMapping() {
		s.extends = v.text()
		return
	}
	for _, field := range v.pairs() {
		switch field.key {
		case "service":
			s.extends = field.value.text()
		case "file":
			s.extendsFile = field.value.text()
		}
	}
	if !s.extends.set {
		v.fault("extends does not say which service", "name it with service:")
	}
}

// newBuild reads a build section; nil where there is none.
func newBuild(p pair) *composeBuild {
	if p.value.isNull() || p.value.node.Tag == "!reset" {
		return nil
	}
	b := &composeBuild{where: p.where, folder: p.value.from.base}
	if !p.value.isMapping() {
		b.context = p.value.text()
		return b
	}
	for _, field := range p.value.pairs() {
		if field.value.clears() {
			b.cleared = append(b.cleared, field.key)
		}
		if field.value.exists() && field.value.node.Tag != "!reset" {
			b.read(field)
		}
	}
	return b
}

func (b *composeBuild) read(field pair) {
	v := field.value
	switch field.key {
	case "args":
		b.args = keyed(v)
	case "additional_contexts":
		b.contexts = keyed(v)
	case "labels":
		b.labels = keyed(v)
	case "platforms":
		b.platforms = texts(v)
	case "tags":
		b.tags = texts(v)
	case "secrets":
		b.secrets = ids(v, "source")
	case "ssh":
		b.ssh = ids(v, "id")
	case "extra_hosts":
		b.hosts = hosts(v)
	default:
		if at := b.scalar(field.key); at != nil {
			*at = v.text()
		}
	}
}

// scalar is the field of a key whose value is one text, or nil.
func (b *composeBuild) scalar(key string) *text {
	switch key {
	case "context":
		return &b.context
	case "dockerfile":
		return &b.dockerfile
	case "dockerfile_inline":
		return &b.inline
	case "target":
		return &b.target
	case "network":
		return &b.network
	case "no_cache":
		return &b.noCache
	case "pull":
		return &b.pull
	}
	return nil
}

// keyed reads a mapping, or a list of KEY=VALUE. A key without a value is there
// with a text that is not set.
func keyed(v value) map[string]text {
	all := map[string]text{}
	for _, p := range v.pairs() {
		t := p.value.text()
		t.where = p.where
		all[p.key] = t
	}
	for _, item := range v.items() {
		t := item.text()
		key, rest, found := strings.Cut(t.string, "=")
		t.string, t.set = rest, found
		all[key] = t
	}
	return all
}

// texts reads a list of texts.
func texts(v value) []text {
	var all []text
	for _, item := range v.items() {
		if t := item.text(); t.set {
			all = append(all, t)
		}
	}
	return all
}

// ids reads what is named by a list of id, id=…, or mappings that name it below
// a key, or by the keys of a mapping.
func ids(v value, key string) []string {
	var all []string
	for _, p := range v.pairs() {
		all = append(all, p.key)
	}
	for _, item := range v.items() {
		if item.isScalar() {
			id, _, _ := strings.Cut(item.text().string, "=")
			all = append(all, id)
		}
		for _, p := range item.pairs() {
			if p.key == key {
				all = append(all, p.value.text().string)
			}
		}
	}
	return all
}

// hosts reads extra hosts: a list of name=address or name:address, or a mapping
// of names to one address or several.
func hosts(v value) []string {
	var all []string
	for _, item := range v.items() {
		entry := item.text().string
		if at := strings.IndexAny(entry, "=:"); at > 0 {
			all = append(all, entry[:at]+"="+entry[at+1:])
		}
	}
	for _, p := range v.pairs() {
		addresses := []value{p.value}
		if p.value.isList() {
			addresses = p.value.items()
		}
		for _, address := range addresses {
			all = append(all, p.key+"="+address.text().string)
		}
	}
	return all
}
