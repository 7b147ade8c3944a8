package advise

import (
	"cmp"
	"slices"
	"strings"
)

// slimmer lists the variants of a tag's version that leave more out, the one
// that leaves out least first.
func (s *search) slimmer(of tag, list []tag) []Candidate {
	chosen := map[string]tag{}
	for _, t := range list {
		if !slimmerThan(t, of) || !s.opts.lets(t.text) || !s.finished(t) {
			continue
		}
		class := t.class()
		if of.distro.name == "" && t.distro.name != "" && !t.musl() {
			// What moves with the image and what stays on a release are two choices.
			if of.version.text == "" {
				continue
			}
			class += " of a release"
		}
		if known, ok := chosen[class]; !ok || prefer(t, known, of) < 0 {
			chosen[class] = t
		}
	}
	all := make([]tag, 0, len(chosen))
	for _, t := range chosen {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b tag) int {
		return cmp.Or(cmp.Compare(a.weight(), b.weight()), cmp.Compare(len(a.text), len(b.text)), cmp.Compare(a.text, b.text))
	})
	out := make([]Candidate, len(all))
	for i, t := range all {
		out[i] = s.candidate(t, KindVariant)
	}
	return out
}

// slimmerThan reports whether a tag is the same version of the same thing with
// more left out.
func slimmerThan(t, of tag) bool {
	switch {
	case t.prefix != of.prefix, t.version.text != of.version.text, t.date != of.date, t.words != of.words:
		return false
	case t.java != of.java && t.java != "jre", of.musl() && !t.musl():
		return false
	case of.version.text == "" && of.distro.name == "" && t.distro.order > 0:
		// A tag without a version does not stay on a release, either.
		return false
	}
	return t.weight() > of.weight()
}

// class is what is left out.
func (t tag) class() string {
	class := strings.Join(t.slim, " ") + "/" + t.java
	if t.musl() {
		class += "/" + familyAlpine
	}
	return class
}

// prefer orders the tags of one class: below zero where a is closer to what is
// used.
func prefer(a, b, of tag) int {
	return cmp.Or(
		cmp.Compare(closeness(a, of), closeness(b, of)),
		cmp.Compare(a.distro.family, b.distro.family), cmp.Compare(b.distro.order, a.distro.order),
		cmp.Compare(a.text, b.text),
	)
}

// closeness ranks the system of a slimmer variant: the same release, a later
// one, whatever is usual, an earlier one, another distribution.
func closeness(t, of tag) int {
	switch {
	case t.distro.name == of.distro.name:
		return 0
	case t.distro.follows(of.distro):
		return 1
	case t.distro.order == 0:
		return 2
	case t.distro.family == of.distro.family:
		return 4
	default:
		return 3
	}
}

// keepOneCombined drops the later version on a later system where the same
// system has as late a version.
func (s *search) keepOneCombined() {
	both, ok := s.best[KindCombined]
	if !ok {
		return
	}
	for _, kind := range []Kind{KindPatch, KindMinor, KindMajor} {
		if t, ok := s.best[kind]; ok && t.versioned(both) >= 0 {
			delete(s.best, KindCombined)
			return
		}
	}
}

// slimmerAndLater is the first slimmer variant of the latest version there is.
// A later version on another C library is too much at once.
func (s *search) slimmerAndLater(list []tag) []Candidate {
	target, found := tag{}, false
	for _, kind := range []Kind{KindPatch, KindMinor, KindMajor} {
		if t, ok := s.best[kind]; ok && (!found || later(t, target) > 0) {
			target, found = t, true
		}
	}
	if !found {
		return nil
	}
	for _, c := range s.slimmer(target, list) {
		if !c.Musl {
			c.Kind = KindCombined
			return []Candidate{c}
		}
	}
	return nil
}
