package discover

import (
	"fmt"
	"slices"
	"strings"
)

// name gives every image its name and says what it needs by those names.
func (f *finder) name() {
	f.separate(func(d *draft) string {
		if d.Kind == Dockerfile {
			// Its name has the folder already.
			return d.Name
		}
		return strings.Join(distinct([]string{folderName(d.folder), d.Name}), "-")
	})
	f.separate(func(d *draft) string {
		if d.Kind == Dockerfile {
			return d.Name + "-dockerfile"
		}
		return strings.Join(distinct([]string{d.Name, cleanName(strings.ToLower(d.suffix))}), "-")
	})
	f.number()
	names := map[string]string{}
	for _, d := range f.drafts {
		names[reference(d.folder, d.id)] = d.Name
		for _, reference := range d.also {
			names[reference] = d.Name
		}
	}
	for _, d := range f.drafts {
		if d.first != d.Name {
			f.note("several images would be called %s: %s is called %s", quote(d.first), d.describe(), quote(d.Name))
		}
		for _, context := range sorted(d.wants) {
			name, found := names[reference(d.folder, d.wants[context])]
			if !found {
				d.unresolved("the context %s is the image %s, which is not there", quote(context), quote(d.wants[context]))
				continue
			}
			d.Contexts[context] = "target:" + name
			d.Needs = append(d.Needs, name)
		}
		slices.Sort(d.Needs)
		d.Needs = slices.Compact(d.Needs)
	}
	f.circles()
}

// circles marks the images that need themselves.
func (f *finder) circles() {
	byName := map[string]*draft{}
	for _, d := range f.drafts {
		byName[d.Name] = d
	}
	for _, d := range f.drafts {
		seen := map[string]bool{}
		for open := slices.Clone(d.Needs); len(open) > 0; {
			name := open[len(open)-1]
			open = open[:len(open)-1]
			if name == d.Name {
				d.unresolved("it needs itself as a context, by way of %s", strings.Join(d.Needs, ", "))
				break
			}
			if !seen[name] && byName[name] != nil {
				seen[name] = true
				open = append(open, byName[name].Needs...)
			}
		}
	}
}

// separate gives other names to all images that share one.
func (f *finder) separate(other func(*draft) string) {
	count := map[string]int{}
	for _, d := range f.drafts {
		if d.Name == "" {
			d.Name = "image"
		}
		if d.first == "" {
			d.first = d.Name
		}
		count[d.Name]++
	}
	for _, d := range f.drafts {
		if count[d.Name] > 1 {
			d.Name = other(d)
		}
	}
}

// number tells apart what still has one name, in the order of the definitions.
func (f *finder) number() {
	slices.SortStableFunc(f.drafts, func(a, b *draft) int {
		if c := rank(a.Kind) - rank(b.Kind); c != 0 {
			return c
		}
		if c := strings.Compare(a.Source.Path, b.Source.Path); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	taken := map[string]bool{}
	for _, d := range f.drafts {
		taken[d.Name] = true
	}
	used := map[string]bool{}
	for _, d := range f.drafts {
		name := d.Name
		for n := 2; used[name]; n++ {
			if next := fmt.Sprintf("%s-%d", d.Name, n); !taken[next] || used[next] {
				name = next
			}
		}
		d.Name = name
		used[name] = true
	}
}
