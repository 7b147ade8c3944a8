package discover

import (
	"slices"
	"strings"
)

// draft makes a target an image.
func (b *baker) draft(target *bakeTarget, all *resolved, base string) *draft {
	d := newDraft(Bake, b.folder, target.name, target.where)
	d.Name = cleanName(target.name)
	if s := b.services[target.name]; s != nil {
		d.beneath = reference(b.folder, s.name)
	}
	d.Target = d.known(all, "target")
	d.suffix = d.Target
	d.Network = d.known(all, "network")
	d.NoCache = yes(d.known(all, "no-cache"))
	d.Pull = yes(d.known(all, "pull"))
	d.Inline = d.known(all, "dockerfile-inline")
	for _, key := range sorted(all.keyed["args"]) {
		d.Args[key] = d.settled(all.keyed["args"][key], "the argument "+quote(key))
	}
	for _, key := range sorted(all.keyed["labels"]) {
		d.Labels[key] = all.keyed["labels"][key].text
	}
	for _, key := range sorted(all.keyed["extra-hosts"]) {
		d.ExtraHosts = append(d.ExtraHosts, key+"="+d.settled(all.keyed["extra-hosts"][key], "the host "+quote(key)))
	}
	d.Platforms = slices.DeleteFunc(distinct(d.list(all, "platforms")), func(p string) bool { return p == "local" })
	if len(all.why["tags"]) == 0 {
		d.Tags = distinct(all.lists["tags"])
	}
	d.Secrets, d.SSH = distinct(d.list(all, "secret")), distinct(d.list(all, "ssh"))
	b.places(d, all, base)
	return d
}

// places fills in the contexts and the Dockerfile.
func (b *baker) places(d *draft, all *resolved, base string) {
	from := func(s settled) (string, string) {
		// Where bake runs is what cwd:// means.
		if at, found := strings.CutPrefix(s.text, "cwd://"); found {
			return base, at
		}
		if s.folder != "" {
			return s.folder, s.text
		}
		return base, s.text
	}
	for _, key := range sorted(all.keyed["contexts"]) {
		value := all.keyed["contexts"][key]
		if at := d.settled(value, "the context "+quote(key)); at != "" {
			folder, at := from(value)
			b.context(d, folder, key, at)
		}
	}
	before := len(d.Unresolved)
	dockerfile := d.known(all, "dockerfile")
	d.known(all, "context")
	if len(d.Unresolved) > before {
		return
	}
	if strings.HasPrefix(all.texts["context"].text, "target:") {
		d.unresolved("its context is that of another target, which gate does not build")
		return
	}
	folder, context := from(all.texts["context"])
	b.locate(d, folder, context, dockerfile)
}

// known returns an attribute that the build depends on.
func (d *draft) known(all *resolved, name string) string {
	return d.settled(all.texts[name], name)
}

// settled returns a text; one that is not wholly known is unresolved, and empty.
func (d *draft) settled(s settled, what string) string {
	for _, why := range s.why {
		d.unresolved("%s needs %s", what, why)
	}
	if len(s.why) > 0 {
		return ""
	}
	return s.text
}

// list returns a list that the build depends on.
func (d *draft) list(all *resolved, name string) []string {
	for _, why := range all.why[name] {
		d.unresolved("%s needs %s", name, why)
	}
	return slices.Clone(all.lists[name])
}
