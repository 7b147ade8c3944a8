package advise

import (
	"cmp"
	"slices"
)

// Candidates picks from the tags of a repository those that are worth scanning
// in place of current, the tag that is used; empty means latest. The first one
// is current itself, where KindRefresh is wanted: whether there is another digest
// behind it, the caller knows. All others are from the list and not older. The
// order of the list never matters, and what is no tag in it is left out. The error is about the options.
//
// A version moves within tags that are written alike: as many numbers, the same
// words, the same release of the distribution. A pre-release is proposed only
// to those who use one. Where tags are dated, a later date is a patch. Where a
// distribution's release is the tag (debian:bookworm, ubuntu:22.04), the next
// one is major.
func Candidates(current string, tags []string, opts Options) ([]Candidate, error) {
	if err := opts.check(); err != nil {
		return nil, err
	}
	from := parseTag(current)
	list := parseTags(tags)
	s := search{from: from, opts: opts, layered: layered(list), best: map[Kind]tag{}}
	if calendar(list) {
		from.calendar()
		s.from = from
		for i := range list {
			list[i].calendar()
		}
	}
	for _, t := range list {
		s.step(t)
	}
	s.keepOneCombined()
	var out []Candidate
	if opts.wants(KindRefresh) {
		out = append(out, refresh(from, list))
	}
	variants := s.slimmer(from, list)
	for _, kind := range Kinds() {
		if t, ok := s.best[kind]; ok {
			out = append(out, s.candidate(t, kind))
		}
		switch kind {
		case KindVariant:
			if opts.wants(kind) {
				out = append(out, first(variants, opts.variants())...)
			}
		case KindCombined:
			if opts.wants(kind) {
				out = append(out, s.slimmerAndLater(list)...)
			}
		}
	}
	return out, nil
}

// parseTags reads a list, each tag once, sorted.
func parseTags(tags []string) []tag {
	sorted := slices.Compact(slices.Sorted(slices.Values(tags)))
	list := make([]tag, 0, len(sorted))
	for _, text := range sorted {
		if tagForm.MatchString(text) && text != latest {
			list = append(list, parseTag(text))
		}
	}
	return list
}

// layered reports whether the image is something on top of a distribution,
// rather than a distribution: its tags have versions beside code names.
func layered(list []tag) bool {
	return slices.ContainsFunc(list, func(t tag) bool { return t.version.text != "" && t.distro.name != "" })
}

// calendar reports whether versions are years and months, as Ubuntu's 22.04.
func calendar(list []tag) bool {
	return slices.ContainsFunc(list, func(t tag) bool { return yearAndMonth(t) && t.version.text[3] == '0' && t.words == "" })
}

// yearAndMonth reports whether a version may be a release such as 22.04 or 24.10.
func yearAndMonth(t tag) bool {
	const april, october = 4, 10
	n := t.version.numbers
	return len(n) == 2 && len(t.version.text) == len("22.04") && (n[1] == april || n[1] == october)
}

// calendar makes one number of year and month: the whole is the major version.
func (t *tag) calendar() {
	if yearAndMonth(*t) {
		n := t.version.numbers
		release := n[0]*100 + n[1]
		t.version.numbers = []int{release}
		t.distro = distro{order: release, fleeting: !longTerm(release)}
	}
}

func refresh(from tag, list []tag) Candidate {
	c := Candidate{Tag: from.text, Kind: KindRefresh}
	listed := slices.ContainsFunc(list, func(t tag) bool { return t.text == from.text })
	switch {
	case from.text == latest:
		c.Caution = "latest names no version, so that later ones cannot be told from it: name one"
	case !listed:
		c.Caution = "the repository does not list this tag"
	}
	return c
}

func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }

// search finds the steps that lead away from a tag.
type search struct {
	from    tag
	opts    Options
	layered bool
	// best are the latest tags of each kind so far.
	best map[Kind]tag
}

// step takes a tag if it is a later one of the same variant.
func (s *search) step(t tag) {
	if !t.sameVariant(s.from) || !s.finished(t) {
		return
	}
	kind, ok := s.kind(t)
	if !ok || !s.opts.wants(kind) || !s.opts.lets(t.text) {
		return
	}
	if known, ok := s.best[kind]; !ok || later(t, known) > 0 {
		s.best[kind] = t
	}
}

// finished reports whether a tag may be proposed at all: pre-releases only of
// the version that is used, and releases of a distribution that last.
func (s *search) finished(t tag) bool {
	if t.version.pre != (preRelease{}) && (s.from.version.pre == (preRelease{}) || !slices.Equal(t.version.numbers, s.from.version.numbers)) {
		return false
	}
	return !t.distro.fleeting || s.from.distro.fleeting
}

// kind says what a tag of the same variant is, and false where it is not later.
func (s *search) kind(t tag) (Kind, bool) {
	moved, sameSystem := later(t, s.from), t.distro.name == s.from.distro.name
	switch {
	case !sameSystem && !t.distro.follows(s.from.distro):
		return "", false
	case !sameSystem && !s.layered:
		return KindMajor, true
	case moved < 0 || moved == 0 && sameSystem:
		return "", false
	case t.versioned(s.from) == 0 && !sameSystem:
		return KindDistro, true
	case !sameSystem:
		return KindCombined, s.opts.wants(s.level(t))
	default:
		return s.level(t), true
	}
}

// level is the largest part of the version that differs.
func (s *search) level(t tag) Kind {
	a, b := t.version.numbers, s.from.version.numbers
	switch {
	case len(a) == 0 || slices.Equal(a, b):
		return KindPatch
	case a[0] != b[0]:
		return KindMajor
	case len(a) > 2 && len(b) > 2 && a[1] == b[1]:
		return KindPatch
	default:
		return KindMinor
	}
}

// versioned compares versions and dates, and later the distribution, too.
func (t tag) versioned(other tag) int {
	return cmp.Or(t.version.compare(other.version), cmp.Compare(t.date, other.date))
}

func later(a, b tag) int {
	return cmp.Or(a.version.compare(b.version), cmp.Compare(a.distro.order, b.distro.order), cmp.Compare(a.date, b.date))
}

func (s *search) candidate(t tag, kind Kind) Candidate {
	return Candidate{Tag: t.text, Kind: kind, Musl: t.musl() && !s.from.musl(), Caution: caution(s.from, t, kind)}
}
