package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// unresolved remembers why an image can't be built as written.
func (d *draft) unresolved(format string, args ...any) {
	d.Unresolved = append(d.Unresolved, plain(fmt.Sprintf(format, args...)))
}

// add takes an image in, and no more than one above the limit.
func (f *finder) add(d *draft) {
	if len(f.drafts) <= maxImages {
		f.drafts = append(f.drafts, d)
	}
}

// locate finds the context and the Dockerfile of an image. The context is
// relative to the base folder, the Dockerfile to the context. Empty ones have
// their usual values.
func (f *finder) locate(d *draft, base, context, dockerfile string) {
	if context == "" {
		context = "."
	}
	if dockerfile == "" {
		dockerfile = "Dockerfile"
	}
	if gate.RemoteContext(context) {
		d.Context = context
		if d.Inline == "" {
			d.Dockerfile = f.remoteDockerfile(d, dockerfile)
		}
		return
	}
	folder, ok := f.resolve(d, base, context, "the context")
	if !ok {
		return
	}
	if !f.tree.isFolder(folder) {
		d.unresolved("the context %s is no folder of the repository", quote(folder))
		return
	}
	d.Context = folder
	if d.Inline != "" {
		return
	}
	file, ok := f.resolve(d, folder, dockerfile, "the Dockerfile")
	if !ok {
		return
	}
	if !f.tree.isFile(file) {
		d.unresolved("there is no Dockerfile %s", quote(file))
		return
	}
	d.Dockerfile = file
}

func (f *finder) remoteDockerfile(d *draft, name string) string {
	inside, err := within(".", name)
	if err != nil {
		d.unresolved("the Dockerfile %s %s", quote(name), err)
		return ""
	}
	return inside
}

// resolve makes a path relative to the root. A path that leads out of it is a
// problem, and the image can't be built.
func (f *finder) resolve(d *draft, base, name, what string) (string, bool) {
	joined, err := within(base, name)
	if err == nil {
		if _, err = f.tree.check(joined); err == nil || errors.Is(err, fs.ErrNotExist) {
			return joined, true
		}
	}
	d.unresolved("%s %s %s", what, quote(name), reason(err))
	if errors.Is(err, errOutside) {
		f.problem(d.Source, fmt.Sprintf("%s %s of %s leads out of the repository", what, quote(name), quote(d.id)), "keep what is built in the repository")
	}
	return "", false
}

// context finds a named context. A target or service is remembered as a want.
func (f *finder) context(d *draft, base, name, at string) {
	if len(d.wants)+len(d.Contexts) >= maxContexts {
		d.unresolved("there are more than %d named contexts", maxContexts)
		return
	}
	for _, prefix := range []string{"target:", "service:"} {
		if id, found := strings.CutPrefix(at, prefix); found {
			d.wants[name] = id
			return
		}
	}
	if strings.HasPrefix(at, "docker-image://") || gate.RemoteContext(at) {
		d.Contexts[name] = at
		return
	}
	local, layout := strings.CutPrefix(at, "oci-layout://")
	// Behind the path of a layout stands a tag or a digest.
	reference := ""
	if cut := strings.IndexAny(local, "@:"); layout && cut >= 0 {
		local, reference = local[:cut], local[cut:]
	}
	joined, ok := f.resolve(d, base, local, "the context "+quote(name)+" at")
	switch {
	case !ok:
	case layout:
		d.Contexts[name] = "oci-layout://" + joined + reference
	case !f.tree.isFolder(joined):
		d.unresolved("the context %s at %s is no folder of the repository", quote(name), quote(joined))
	default:
		d.Contexts[name] = joined
	}
}

// sorted are the keys of a map in their order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// distinct drops empty texts and repetitions, and keeps the order.
func distinct(list []string) []string {
	var all []string
	for _, one := range list {
		if one != "" && !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

// folderName makes a folder's path a name; the root has none.
func folderName(folder string) string {
	if folder == "." {
		return ""
	}
	return cleanName(strings.ReplaceAll(folder, "/", "-"))
}

// referenceName is the last part of an image's reference, without tag and digest.
func referenceName(reference string) string {
	reference, _, _ = strings.Cut(reference, "@")
	base, _, _ := strings.Cut(path.Base(reference), ":")
	return cleanName(base)
}

// cleanName keeps the characters that may stand in a name. It gives nothing
// where there are none.
func cleanName(name string) string {
	cleaned := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, name)
	for strings.Contains(cleaned, "..") {
		cleaned = strings.ReplaceAll(cleaned, "..", ".")
	}
	if cleaned = strings.Trim(cleaned, "-."); len(cleaned) > maxName {
		cleaned = strings.Trim(cleaned[:maxName], "-.")
	}
	return cleaned
}

// maxContexts is how many named contexts an image may have.
const maxContexts = 100

// maxName is the longest name in bytes.
const maxName = 128
