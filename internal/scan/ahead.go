package scan

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/anchore/grype/grype/match"
	"github.com/anchore/grype/grype/pkg"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// batch is how many packages one worker takes at a time. Neighbours often come
// of one source, which is then asked for once.
const batch = 8

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
	workers := min(max(2, runtime.GOMAXPROCS(0)), (len(packages)+batch-1)/batch)
	if workers < 2 || !distinct(packages) {
		return
	}
	a.answered = make(map[question]answer, len(packages))
	asked := askedAbout(matchers)
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for ctx.Err() == nil {
				from := int(next.Add(batch)) - batch
				if from >= len(packages) {
					return
				}
				for _, p := range packages[from:min(from+batch, len(packages))] {
					a.about(p, asked(p.Type))
				}
			}
		})
	}
	group.Wait()
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
