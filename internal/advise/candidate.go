package advise

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Kind says how a candidate differs from the tag that is used.
type Kind string

// The kinds there are, from the smallest step to the largest.
const (
	// KindRefresh is the same tag: there may be a newer digest behind it.
	KindRefresh Kind = "refresh"
	// KindPatch has the same major and minor version, or a later date or build.
	KindPatch Kind = "patch"
	// KindMinor has the same major version.
	KindMinor Kind = "minor"
	// KindVariant is the same version with less in it.
	KindVariant Kind = "variant"
	// KindDistro is the same version on a later release of its distribution.
	KindDistro Kind = "distro"
	// KindCombined is a later version that is slimmer, too, or on a later
	// release of the distribution. How far the version moves, the other kinds
	// that are wanted say.
	KindCombined Kind = "combined"
	// KindMajor is another major version. It is given only when asked for.
	KindMajor Kind = "major"
)

// Kinds returns all kinds, the smallest step first.
func Kinds() []Kind {
	return []Kind{KindRefresh, KindPatch, KindMinor, KindVariant, KindDistro, KindCombined, KindMajor}
}

// Candidate is a tag that is worth scanning in place of the one that is used.
type Candidate struct {
	Tag  string
	Kind Kind
	// Musl is true where the C library changes from glibc to musl.
	Musl bool
	// Caution says for a person what to look out for; empty where nothing is known.
	Caution string
}

// Options limit what is proposed. The zero value proposes every kind but
// KindMajor, and four variants.
type Options struct {
	// Allow and Deny are patterns of path.Match over the tag. A tag must match
	// one of Allow, where there are any, and none of Deny. The tag that is used
	// is proposed as KindRefresh whatever they say.
	Allow, Deny []string
	// Kinds are those that are wanted.
	Kinds []Kind
	// Variants is how many candidates of KindVariant there may be.
	Variants int
}

func (o Options) check() error {
	for _, pattern := range slices.Concat(o.Allow, o.Deny) {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("read the pattern of tags %q: %w", pattern, err)
		}
	}
	for _, kind := range o.Kinds {
		if !slices.Contains(Kinds(), kind) {
			return fmt.Errorf("unknown kind of candidates %q: use some of %v", kind, Kinds())
		}
	}
	return nil
}

func (o Options) wants(kind Kind) bool {
	if len(o.Kinds) == 0 {
		return kind != KindMajor
	}
	return slices.Contains(o.Kinds, kind)
}

// lets reports whether the patterns let a tag pass.
func (o Options) lets(tag string) bool {
	matches := func(pattern string) bool {
		ok, err := path.Match(pattern, tag)
		return ok && err == nil
	}
	return (len(o.Allow) == 0 || slices.ContainsFunc(o.Allow, matches)) && !slices.ContainsFunc(o.Deny, matches)
}

func (o Options) variants() int {
	const usual = 4
	if o.Variants <= 0 {
		return usual
	}
	return o.Variants
}

// caution says what changes for those who build on the image.
func caution(from, to tag, kind Kind) string {
	var all []string
	if kind == KindMajor {
		all = append(all, "it is another major version: read what changes")
	}
	switch {
	case to.musl() && !from.musl():
		all = append(all, "Alpine has musl in place of glibc: programs and modules that were compiled for glibc do not run")
	case from.distro.name != "" && to.distro.name != from.distro.name:
		all = append(all, "the system is "+orUsual(to.distro.name)+" in place of "+from.distro.name+": names and versions of its packages differ")
	}
	if to.java == "jre" && from.java != "jre" {
		all = append(all, "it has no Java compiler")
	}
	for _, word := range to.slim {
		if slimness(word) > 2 && !slices.Contains(from.slim, word) {
			all = append(all, "it has no shell and no package manager")
			break
		}
	}
	return strings.Join(all, "; ")
}

func orUsual(name string) string {
	if name == "" {
		return "the image's usual one"
	}
	return name
}
