package discover

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// join makes one image of builds that are the same: those of one bake target and
// of the Compose service beneath it, and those with one context, Dockerfile,
// stage and arguments. Bake wins over Compose, and the first file in the order
// of folders over the others.
func (f *finder) join() {
	slices.SortStableFunc(f.drafts, func(a, b *draft) int { return rank(a.Kind) - rank(b.Kind) })
	kept := map[string]*draft{}
	var all []*draft
	for _, d := range f.drafts {
		keys := d.sameness()
		var same *draft
		for _, key := range keys {
			if same = kept[key]; same != nil && (same.Kind != d.Kind || !strings.HasPrefix(key, "any ")) {
				break
			}
			same = nil
		}
		if same == nil {
			same = d
			all = append(all, d)
		} else {
			f.takeOver(same, d)
		}
		for _, key := range keys {
			if kept[key] == nil {
				kept[key] = same
			}
		}
	}
	f.drafts = all
}

func rank(kind Kind) int { return slices.Index([]Kind{Bake, Compose, Dockerfile}, kind) }

// takeOver lets an image stand for another one too.
func (f *finder) takeOver(kept, other *draft) {
	kept.also = append(kept.also, reference(other.folder, other.id))
	kept.also = append(kept.also, other.also...)
	kept.Intermediate = kept.Intermediate && other.Intermediate
	f.note("%s and %s are one build: that of %s is taken", other.describe(), kept.describe(), kept.Source.Path)
}

// describe names an image by its definition.
func (d *draft) describe() string {
	words := map[Kind]string{Bake: "the bake target", Compose: "the service", Dockerfile: "the Dockerfile"}
	return fmt.Sprintf("%s %s (%s)", words[d.Kind], quote(d.id), d.Source)
}

// reference is how others of its folder refer to a definition.
func reference(folder, id string) string { return fmt.Sprintf("%q %q", folder, id) }

// sameness are the keys of which two definitions share one when they are one
// image. What can't be built is only like itself.
func (d *draft) sameness() []string {
	var keys []string
	if d.beneath != "" {
		keys = append(keys, "service "+d.beneath)
	}
	if d.Kind == Compose {
		keys = append(keys, "service "+reference(d.folder, d.id))
	}
	if len(d.Unresolved) > 0 {
		return keys
	}
	// Errors are impossible for these types.
	build, err := json.Marshal([]any{d.Context, d.Dockerfile, d.Inline, d.Target, d.Args, d.Contexts, d.wants})
	if err != nil {
		return keys
	}
	if len(d.wants) > 0 {
		// A target of one folder is not that of another one.
		build = append(build, d.folder...)
	}
	// What bake and Compose do alike is one image for whatever platforms; bake
	// itself may build one thing for several.
	keys = append(keys, fmt.Sprintf("%s %q %s", d.Kind, d.Platforms, build))
	if d.Kind == Bake || d.Kind == Compose {
		keys = append(keys, "any "+string(build))
	}
	return keys
}
