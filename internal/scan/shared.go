package scan

import (
	"slices"
	"sync"

	"github.com/anchore/grype/grype/match"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/grype/grype/vulnerability"
)

// Sharing says how often what is known of a package was asked for, and how many
// times an earlier scan, or an earlier copy, had asked the same.
type Sharing struct{ Asked, Shared int64 }

// mostShared is how much a scanner remembers: one for each package, and
// weightOfMatch for each of its matches. It is some 150 MB.
const (
	mostShared    = 600_000
	weightOfMatch = 8
)

// memory is what is known of packages, whichever image they lie in. It never
// weighs more than most. There are two generations: what was not asked for while
// the younger one filled up is forgotten with the older one, so that a fleet that
// does not fit costs no more for each image than one that does.
type memory struct {
	most int

	mu     sync.Mutex
	young  map[identity]*known
	old    map[identity]*known
	weight int
	told   Sharing
}

func newMemory(most int) *memory {
	return &memory{most: most, young: map[identity]*known{}}
}

// find returns what is known of a package; nil with true means nothing at all.
func (m *memory) find(id identity) (*known, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told.Asked++
	k, ok := m.young[id]
	if !ok {
		if k, ok = m.old[id]; ok {
			m.put(id, k)
		}
	}
	if ok {
		m.told.Shared++
	}
	return k, ok
}

func (m *memory) keep(id identity, k *known) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(id, k)
}

// put adds to the younger generation, which may be half of everything.
func (m *memory) put(id identity, k *known) {
	if _, ok := m.young[id]; ok {
		return
	}
	weight := k.weight()
	if m.weight+weight > m.most/2 {
		m.old, m.young, m.weight = m.young, map[identity]*known{}, 0
	}
	if weight > m.most/2 {
		return
	}
	m.young[id], m.weight = k, m.weight+weight
}

// shared tells how much was shared until now.
func (m *memory) shared() Sharing {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.told
}

// known is what a matcher says of a package, without the package. Nobody changes
// it after it was made.
type known struct {
	matches []knownMatch
	ignored []match.IgnoreFilter
}

type knownMatch struct {
	vulnerability vulnerability.Vulnerability
	details       match.Details
}

func (k *known) weight() int {
	if k == nil {
		return 1
	}
	return 1 + weightOfMatch*len(k.matches) + len(k.ignored)
}

// knownOf takes the package out of what a matcher said of it; false when it said
// something that holds for this package alone.
func knownOf(p pkg.Package, matches []match.Match, ignored []match.IgnoreFilter) (*known, bool) {
	if len(matches) == 0 && len(ignored) == 0 {
		return nil, true
	}
	k := &known{matches: make([]knownMatch, len(matches)), ignored: make([]match.IgnoreFilter, len(ignored))}
	for i, m := range matches {
		if !samePackage(m.Package, p) {
			return nil, false
		}
		k.matches[i] = knownMatch{m.Vulnerability, m.Details}
	}
	for i, filter := range ignored {
		switch f := filter.(type) {
		case match.IgnoreRelatedPackage:
			if f.RelatedPackageID != p.ID {
				return nil, false
			}
			f.RelatedPackageID = ""
			k.ignored[i] = f
		case match.IgnoreRule:
			if f.Package.Location != "" {
				return nil, false
			}
			k.ignored[i] = f
		default:
			return nil, false
		}
	}
	return k, true
}

// samePackage reports whether a match names the package that was asked about,
// and not the source package that the matcher made of it.
func samePackage(a, b pkg.Package) bool {
	return a.ID == b.ID && a.Name == b.Name && a.Version == b.Version && a.Type == b.Type &&
		len(a.Upstreams) == len(b.Upstreams) && len(a.CPEs) == len(b.CPEs)
}

// of says what is known as if the matcher had been asked about this package.
func (k *known) of(p pkg.Package) ([]match.Match, []match.IgnoreFilter) {
	if k == nil {
		return nil, nil
	}
	matches := make([]match.Match, len(k.matches))
	for i, m := range k.matches {
		matches[i] = match.Match{Vulnerability: lent(m.vulnerability), Package: p, Details: m.details}
	}
	ignored := make([]match.IgnoreFilter, len(k.ignored))
	for i, filter := range k.ignored {
		if related, ok := filter.(match.IgnoreRelatedPackage); ok {
			related.RelatedPackageID = p.ID
			filter = related
		}
		ignored[i] = filter
	}
	return matches, ignored
}

// lent is a vulnerability whose list of mended versions the engine may sort.
// Everything else in it is shared, and nobody writes to it.
func lent(v vulnerability.Vulnerability) vulnerability.Vulnerability {
	v.Fix.Versions = slices.Clone(v.Fix.Versions)
	return v
}
