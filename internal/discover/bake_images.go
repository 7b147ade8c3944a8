package discover

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// images adds the targets that are built.
func (b *baker) images() {
	ready, inherited := b.resolveAll()
	wanted := b.wanted(ready, inherited)
	base := b.base(ready, wanted)
	for _, all := range ready {
		if file, ok := b.dockerfile(base, all); ok {
			b.used[file] = true
		}
	}
	b.leftovers(ready, wanted, inherited)
	listed := map[string]bool{}
	var none []string
	for at := 0; at < len(wanted); at++ {
		name := wanted[at].name
		all := ready[name]
		if all == nil || listed[name] {
			continue
		}
		if !wanted[at].needed && !makesImage(all) {
			none = append(none, name)
			continue
		}
		listed[name] = true
		d := b.draft(b.targets[name], all, base)
		d.Intermediate = wanted[at].needed
		b.add(d)
		for _, context := range sorted(d.wants) {
			wanted = append(wanted, want{d.wants[context], true})
		}
	}
	if len(none) > 0 {
		b.note("of the bake files in %s, these targets write files or build nothing, so they are no images: %s", quote(b.folder), strings.Join(distinct(none), ", "))
	}
}

// resolveAll resolves the targets, and tells which of them others inherit from.
// A target that can't be resolved is reported and left out.
func (b *baker) resolveAll() (ready map[string]*resolved, inherited map[string]bool) {
	ready, inherited = map[string]*resolved{}, map[string]bool{}
	for _, name := range sorted(b.targets) {
		target := b.targets[name]
		parents, err := b.inherits(target)
		if err == nil {
			ready[name], err = b.resolve(name, nil)
		}
		if err != nil {
			b.fault(err, target.where)
			delete(ready, name)
			continue
		}
		for _, parent := range parents {
			inherited[parent] = true
		}
	}
	return ready, inherited
}

// want is a target to list; needed says that only another one asks for it.
type want struct {
	name   string
	needed bool
}

// wanted are the targets that are asked for, or that bake builds by itself.
func (b *baker) wanted(ready map[string]*resolved, inherited map[string]bool) []want {
	var names []string
	switch {
	case len(b.opts.Targets) > 0:
		for _, pattern := range b.opts.Targets {
			for _, name := range slices.Concat(sorted(b.groups), sorted(b.targets)) {
				if fits, err := path.Match(pattern, name); name == pattern || err == nil && fits {
					b.asked[pattern] = true
					names = b.members(names, name, nil)
				}
			}
		}
	case b.groups["default"] != nil || b.targets["default"] != nil:
		names = b.members(names, "default", nil)
		makes := func(name string) bool { return ready[name] == nil || makesImage(ready[name]) }
		if !slices.ContainsFunc(names, makes) && len(names) > 0 {
			b.note("no target that the bake files in %s build by default makes an image, so the others are looked at", quote(b.folder))
			names = append(names, b.ends(ready, inherited)...)
		}
	default:
		names = b.ends(ready, inherited)
	}
	var all []want
	for _, name := range distinct(names) {
		all = append(all, want{name, false})
	}
	return all
}

// ends are the targets that no other inherits from and that can be built.
func (b *baker) ends(ready map[string]*resolved, inherited map[string]bool) []string {
	var names []string
	for _, name := range sorted(ready) {
		if !inherited[name] && !strings.HasPrefix(name, "_") && b.says(ready[name]) {
			names = append(names, name)
		}
	}
	return names
}

// says reports whether a target says what is built, or finds a Dockerfile.
func (b *baker) says(all *resolved) bool {
	for _, name := range []string{"context", "dockerfile", "dockerfile-inline", "target"} {
		if _, set := all.texts[name]; set {
			return true
		}
	}
	return b.tree.isFile(path.Join(b.folder, "Dockerfile"))
}

// members are the targets of a group, those of groups in it included. A name of
// a group comes before that of a target.
func (b *baker) members(names []string, name string, trail []string) []string {
	group := b.groups[name]
	switch {
	case slices.Contains(trail, name) || len(trail) > maxBrackets:
		b.problem(group.where, fmt.Sprintf("the group %s holds itself, or too many others", quote(name)), "break the circle")
	case group != nil:
		if b.opened++; b.opened > maxCalls {
			b.problem(group.where, fmt.Sprintf("groups hold each other more than %d times", maxCalls), "make them simpler")
			return names
		}
		for _, member := range group.members {
			if member != name && b.groups[member] == nil && b.targets[member] == nil && b.services[member] == nil {
				b.problem(group.where, fmt.Sprintf("the group %s holds %s, which is not there", quote(name), quote(member)), bakeNext)
				continue
			}
			if member == name && b.targets[name] != nil {
				names = append(names, name)
				continue
			}
			names = b.members(names, member, append(slices.Clip(trail), name))
		}
	case b.targets[name] != nil:
		names = append(names, name)
	}
	return names
}

// base is the folder where bake runs: the file's own, or the root.
func (b *baker) base(ready map[string]*resolved, wanted []want) string {
	if b.folder == "." {
		return "."
	}
	fromRoot := false
	for _, w := range wanted {
		all := ready[w.name]
		if all == nil || all.texts["context"].folder != "" || gate.RemoteContext(all.texts["context"].text) || all.texts["dockerfile-inline"].text != "" {
			continue
		}
		if _, found := b.dockerfile(b.folder, all); found {
			return b.folder
		}
		_, found := b.dockerfile(".", all)
		fromRoot = fromRoot || found
	}
	if fromRoot {
		b.note("the Dockerfiles of the bake files in %s are found from the root, where bake is taken to run", quote(b.folder))
		return "."
	}
	return b.folder
}

// dockerfile finds the Dockerfile of a target from where bake runs.
func (b *baker) dockerfile(base string, all *resolved) (string, bool) {
	context, name := all.texts["context"], all.texts["dockerfile"].text
	if context.folder != "" {
		base = context.folder
	}
	if name == "" {
		name = "Dockerfile"
	}
	folder, err := within(base, strings.TrimPrefix(context.text, "cwd://"))
	if err != nil {
		return "", false
	}
	file, err := within(folder, name)
	return file, err == nil && b.tree.isFile(file)
}

// leftovers says which targets are not built.
func (b *baker) leftovers(ready map[string]*resolved, wanted []want, inherited map[string]bool) {
	var names []string
	for _, name := range b.ends(ready, inherited) {
		if !slices.ContainsFunc(wanted, func(w want) bool { return w.name == name }) && makesImage(ready[name]) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		b.note("of the bake files in %s, these targets are not built by default: %s", quote(b.folder), strings.Join(names, ", "))
	}
}

// makesImage reports whether what a target builds becomes an image.
func makesImage(all *resolved) bool {
	if call := all.texts["call"].text; call != "" && call != "build" {
		return false
	}
	outputs := all.lists["output"]
	return len(outputs) == 0 || slices.ContainsFunc(outputs, func(kind string) bool {
		return slices.Contains([]string{"image", "registry", "docker", "oci"}, kind)
	})
}
