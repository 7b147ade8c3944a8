package discover

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// dockerfiles adds the Dockerfiles that no other definition uses.
func (f *finder) dockerfiles(ctx context.Context) {
	used := f.used
	for _, d := range f.drafts {
		used[d.Dockerfile] = true
	}
	names := slices.Clone(f.opts.Dockerfiles)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		cleaned, err := within(".", name)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			f.problem(Place{Path: name}, "the Dockerfile "+err.Error(), "list Dockerfiles of the repository only")
			continue
		}
		if !used[cleaned] && f.counts(cleaned) && !f.below(cleaned) {
			used[cleaned] = true
			f.lone(cleaned, f.opts.Dockerfiles)
		}
	}
}

// lone adds the image of a Dockerfile that nothing else tells about.
func (f *finder) lone(name string, all []string) {
	const next = "correct it, or exclude the file if it is none"
	text, err := f.tree.read(name)
	if err != nil {
		f.problem(Place{Path: name}, "the Dockerfile can't be read: "+reason(err), next)
		return
	}
	parsed := dockerfile.Parse(name, text)
	where := Place{Path: name, Line: 1, Column: 1}
	if len(parsed.Stages) == 0 {
		f.problem(where, "the Dockerfile has no FROM", next)
		return
	}
	where.Line, where.Column = parsed.Stages[0].From.Line, parsed.Stages[0].From.Column
	folder := path.Dir(name)
	d := newDraft(Dockerfile, folder, name, where)
	d.Dockerfile = name
	d.suffix = variant(path.Base(name))
	own := folderName(folder)
	if own == "" {
		own = cleanName(f.opts.Name)
	}
	d.Name = strings.Join(distinct([]string{own, cleanName(d.suffix)}), "-")
	d.Context = f.contextOf(d, parsed, all)
	f.add(d)
}

// variant is what a Dockerfile's name says beside that it is one: worker for
// Dockerfile.worker and worker.Dockerfile.
func variant(base string) string {
	lower := strings.ToLower(base)
	for _, word := range []string{"dockerfile", "containerfile"} {
		if strings.HasPrefix(lower, word+".") {
			return base[len(word)+1:]
		}
		if strings.HasSuffix(lower, "."+word) {
			return base[:len(base)-len(word)-1]
		}
	}
	return ""
}

// contextOf chooses between the Dockerfile's folder and the root by what the
// Dockerfile copies.
func (f *finder) contextOf(d *draft, parsed *dockerfile.File, all []string) string {
	if d.folder == "." {
		return "."
	}
	copied := copies(parsed)
	if f.nothingElse(d.folder, all) && slices.ContainsFunc(copied, func(c origin) bool { return c.name == "." }) {
		f.note("%s copies everything and lies alone in its folder: its context is taken to be the root", quote(d.Dockerfile))
		return "."
	}
	missing := f.missing(d.folder, copied)
	if missing == nil {
		return d.folder
	}
	fromRoot := f.missing(".", copied)
	if fromRoot == nil {
		return "."
	}
	f.problem(Place{Path: d.Dockerfile, Line: missing.line, Column: missing.column},
		fmt.Sprintf("%s is copied, but is not in %s, nor is all that is copied in the root: the context is not known", quote(missing.name), quote(d.folder)),
		"name the context in the policy file, or in a bake or Compose file; what a step before the build makes can't be known here")
	d.unresolved("the context is not known: %s is copied and is not there", quote(missing.name))
	return ""
}

// missing returns the first copied path that a folder does not have, or nil.
func (f *finder) missing(folder string, copied []origin) *origin {
	for _, c := range copied {
		if !f.has(folder, c.name) {
			return &c
		}
	}
	return nil
}
