package scan

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/anchore/grype/grype/match"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/grype/grype/vulnerability"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// telling is a matcher that finds one thing in every package, breaks at one of
// them, and can't tell of another.
type telling struct {
	kind  match.MatcherType
	types []syftpkg.Type
	mu    sync.Mutex
	asked map[pkg.ID]int
}

func (m *telling) PackageTypes() []syftpkg.Type { return m.types }
func (m *telling) Type() match.MatcherType      { return m.kind }
func (m *telling) Match(_ vulnerability.Provider, p pkg.Package) ([]match.Match, []match.IgnoreFilter, error) {
	m.mu.Lock()
	m.asked[p.ID]++
	m.mu.Unlock()
	switch p.Name {
	case "breaks":
		panic("broken")
	case "fails":
		return nil, nil, errors.New("it can't be told")
	}
	return []match.Match{{Package: p}}, nil, nil
}

// tellers are a matcher of Debian's packages and the one for all others.
func tellers(log *faultLog) (debian, others *telling, all []watched) {
	debian = &telling{kind: match.DpkgMatcher, types: []syftpkg.Type{syftpkg.DebPkg}, asked: map[pkg.ID]int{}}
	others = &telling{kind: match.StockMatcher, asked: map[pkg.ID]int{}}
	return debian, others, []watched{{Matcher: others, log: log}, {Matcher: debian, log: log}}
}

func manyPackages(names ...string) []pkg.Package {
	var all []pkg.Package
	for i := range 40 {
		p := pkg.Package{ID: pkg.ID(fmt.Sprint("id", i)), Name: fmt.Sprint("name", i), Type: syftpkg.DebPkg}
		if i%2 == 1 {
			p.Type = syftpkg.BinaryPkg
		}
		if i < len(names) {
			p.Name = names[i]
		}
		all = append(all, p)
	}
	return all
}

func TestEachIsAskedAheadOnceByWhomTheEngineAsks(t *testing.T) {
	var log faultLog
	debian, others, matchers := tellers(&log)
	packages := manyPackages("fails", "breaks")
	known := &ahead{}
	known.ask(t.Context(), matchers, packages)
	for i, p := range packages {
		asked, other := debian, others
		if p.Type != syftpkg.DebPkg {
			asked, other = others, debian
		}
		if asked.asked[p.ID] != 1 || other.asked[p.ID] != 0 {
			t.Errorf("%s was asked about %d and %d times, want 1 and 0", p.ID, asked.asked[p.ID], other.asked[p.ID])
		}
		answer, ok := known.take(p.ID, asked.kind)
		if ok == (p.Name == "breaks") {
			t.Errorf("%s: an answer is there: %t", p.Name, ok)
		}
		if told := answer.err != nil; told != (p.Name == "fails") {
			t.Errorf("%s: %v", p.Name, answer.err)
		}
		if i > 1 && (len(answer.matches) != 1 || answer.matches[0].Package.ID != p.ID) {
			t.Errorf("%s: the answer is %v", p.ID, answer.matches)
		}
		if _, again := known.take(p.ID, asked.kind); again {
			t.Errorf("%s: the answer was handed out twice", p.ID)
		}
	}
	if faults := log.sorted(); len(faults) > 0 {
		t.Errorf("%v is told before the engine asked", faults)
	}
}

func TestAFaultFoundAheadIsToldOnceWhenTheEngineAsks(t *testing.T) {
	var log faultLog
	debian, _, matchers := tellers(&log)
	packages := manyPackages("fails")
	known := &ahead{}
	known.ask(t.Context(), matchers, packages)
	engine := matchers[1]
	engine.ahead = known
	if _, _, err := engine.Match(nil, packages[0]); err == nil {
		t.Error("the engine is told nothing")
	}
	if faults := log.sorted(); len(faults) != 1 || debian.asked[packages[0].ID] != 1 {
		t.Errorf("%v was told after %d questions, want one fault of one question", faults, debian.asked[packages[0].ID])
	}
}

func TestNothingIsAskedAheadOfPackagesThatCannotBeToldApart(t *testing.T) {
	var log faultLog
	debian, _, matchers := tellers(&log)
	packages := manyPackages()
	packages[30].ID = packages[2].ID
	(&ahead{}).ask(t.Context(), matchers, packages)
	if len(debian.asked) > 0 {
		t.Errorf("%d were asked about", len(debian.asked))
	}
}

func TestNobodyIsAskedAheadWhenAllIsOver(t *testing.T) {
	var log faultLog
	debian, _, matchers := tellers(&log)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	(&ahead{}).ask(ctx, matchers, manyPackages())
	if len(debian.asked) > 0 {
		t.Errorf("%d were asked about", len(debian.asked))
	}
}
