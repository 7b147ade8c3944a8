package scan

import (
	"context"
	"sync"

	"github.com/anchore/grype/grype/match"
	"github.com/anchore/grype/grype/pkg"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// ahead has what the matchers say of packages before the engine asks them, which
// it does for one package after another. Anything that is missing here, the
// engine asks itself.
type ahead struct {
	mu       sync.Mutex
	answered map[question]answer
}

type question struct {
	pkg     pkg.ID
	matcher match.MatcherType
}

type answer struct {
	matches []match.Match
	ignored []match.IgnoreFilter
	err     error
}

// ask asks about all packages, on all processors.
func (a *ahead) ask(ctx context.Context, matchers []watched, packages []pkg.Package) {
	if len(packages) <= batch || !distinct(packages) {
		return
	}
	a.answered = make(map[question]answer, len(packages))
	asked := askedAbout(matchers)
	// What a run that is given up has not asked, the engine does not ask either.
	_ = inBatches(len(packages), func(i int) error {
		if ctx.Err() == nil {
			a.about(packages[i], asked(packages[i].Type))
		}
		return ctx.Err()
	})
}

// about asks the matchers about one package. One that breaks is left to break
// again under the engine, which makes an error of it.
func (a *ahead) about(p pkg.Package, matchers []watched) {
	defer func() { _ = recover() }()
	for _, m := range matchers {
		var found answer
		found.matches, found.ignored, found.err = m.answer(p)
		a.mu.Lock()
		a.answered[question{p.ID, m.Type()}] = found
		a.mu.Unlock()
	}
}

// take hands an answer out once.
func (a *ahead) take(id pkg.ID, matcher match.MatcherType) (answer, bool) {
	if a == nil {
		return answer{}, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	found, ok := a.answered[question{id, matcher}]
	delete(a.answered, question{id, matcher})
	return found, ok
}

// askedAbout tells which matchers the engine asks about packages of a type:
// those that name it, or the one for all others.
func askedAbout(matchers []watched) func(syftpkg.Type) []watched {
	by := map[syftpkg.Type][]watched{}
	var others []watched
	for _, m := range matchers {
		if m.Type() == match.StockMatcher {
			others = []watched{m}
			continue
		}
		for _, t := range m.PackageTypes() {
			by[t] = append(by[t], m)
		}
	}
	return func(t syftpkg.Type) []watched {
		if own, ok := by[t]; ok {
			return own
		}
		return others
	}
}

// distinct reports whether every package has an id of its own.
func distinct(packages []pkg.Package) bool {
	seen := make(map[pkg.ID]bool, len(packages))
	for _, p := range packages {
		if p.ID == "" || seen[p.ID] {
			return false
		}
		seen[p.ID] = true
	}
	return true
}
