package discover

import (
	"strings"
)

// newDraft begins an image.
func newDraft(kind Kind, folder, id string, where Place) *draft {
	return &draft{
		Image: Image{
			Kind: kind, Source: where,
			Args: map[string]string{}, Contexts: map[string]string{}, Labels: map[string]string{},
		},
		folder: folder, id: id, wants: map[string]string{},
	}
}

// composeDraft makes a service an image.
func (f *finder) composeDraft(folder string, s *service) *draft {
	d := newDraft(Compose, folder, s.name, s.build.where)
	if s.image.set && len(s.image.missing) == 0 {
		d.Name = referenceName(s.image.string)
	}
	if d.Name == "" {
		d.Name = cleanName(s.name)
	}
	b := s.build
	d.Target = d.need(b.target, "the target")
	d.suffix = d.Target
	d.Network = d.need(b.network, "the network")
	d.NoCache = yes(d.need(b.noCache, "no_cache"))
	d.Pull = yes(d.need(b.pull, "pull"))
	d.Inline = d.need(b.inline, "the Dockerfile")
	f.composeMaps(d, b)
	platforms := b.platforms
	if len(platforms) == 0 && s.platform.set {
		platforms = []text{s.platform}
	}
	for _, platform := range platforms {
		d.Platforms = append(d.Platforms, d.need(platform, "the platform"))
	}
	d.Platforms = distinct(d.Platforms)
	for _, tag := range append([]text{s.image}, b.tags...) {
		if len(tag.missing) == 0 {
			d.Tags = append(d.Tags, tag.string)
		}
	}
	d.Tags = distinct(d.Tags)
	d.Secrets, d.SSH, d.ExtraHosts = distinct(b.secrets), distinct(b.ssh), distinct(b.hosts)
	before := len(d.Unresolved)
	context, dockerfile := d.need(b.context, "the context"), d.need(b.dockerfile, "the Dockerfile")
	if len(d.Unresolved) == before {
		base := b.folder
		if b.context.set {
			base = b.context.folder
		}
		f.locate(d, base, context, dockerfile)
	}
	return d
}

// composeMaps fills in what stands in mappings.
func (f *finder) composeMaps(d *draft, b *composeBuild) {
	for _, name := range sorted(b.args) {
		if at := b.args[name]; at.set {
			d.Args[name] = d.need(at, "the argument "+quote(name))
			continue
		}
		d.unresolved("the argument %s takes its value from the environment", quote(name))
	}
	for _, name := range sorted(b.labels) {
		d.Labels[name] = d.need(b.labels[name], "the label "+quote(name))
	}
	for _, name := range sorted(b.contexts) {
		before := len(d.Unresolved)
		if at := d.need(b.contexts[name], "the context "+quote(name)); at != "" && len(d.Unresolved) == before {
			f.context(d, b.contexts[name].folder, name, at)
		}
	}
}

// need returns a text that the build depends on. A text that is not wholly known
// is unresolved, and empty.
func (d *draft) need(t text, what string) string {
	if len(t.missing) == 0 {
		return t.string
	}
	for _, name := range distinct(t.missing) {
		d.unresolved("%s needs the variable %s, which has no default", what, quote(name))
	}
	return ""
}

// yes reads a switch.
func yes(word string) bool {
	switch strings.ToLower(word) {
	case "true", "yes", "on", "1":
		return true
	}
	return false
}
