package scan

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/anchore/grype/grype"
	"github.com/anchore/grype/grype/match"
	"github.com/anchore/grype/grype/matcher"
	"github.com/anchore/grype/grype/matcher/dpkg"
	"github.com/anchore/grype/grype/matcher/rpm"
	"github.com/anchore/grype/grype/matcher/stock"
	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/grype/grype/version"
	"github.com/anchore/grype/grype/vulnerability"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// match finds the vulnerabilities of the packages. faults are the errors after
// which matching went on, and which therefore may have hidden something.
func (s *Scanner) match(ctx context.Context, found catalogue) (matches []match.Match, faults []string, err error) {
	var log faultLog
	matchers := s.matchers(&log)
	known := &ahead{}
	if !s.opts.Apart {
		s.db.Expect(ctx, found.packages)
		known.ask(ctx, matchers, found.packages)
	}
	engine := grype.VulnerabilityMatcher{
		VulnerabilityProvider: uncounted{s.db.Provider()},
		IgnoreRules:           kernelHeaders(found.packages),
	}
	for _, m := range matchers {
		m.ahead = known
		engine.Matchers = append(engine.Matchers, m)
	}
	remaining, _, err := engine.FindMatchesContext(ctx, found.packages, found.context)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if err != nil {
		return nil, nil, err
	}
	return remaining.Sorted(), log.sorted(), nil
}

// matchers are Grype's, with the settings of its command line: CPEs are used
// where nothing else can be, and a missing epoch is zero for dpkg.
func (s *Scanner) matchers(log *faultLog) []watched {
	var all []watched
	for _, m := range matcher.NewDefaultMatchers(matcher.Config{
		Stock: stock.MatcherConfig{UseCPEs: true},
		Dpkg:  dpkg.MatcherConfig{MissingEpochStrategy: version.MissingEpochStrategyZero},
		Rpm:   rpm.MatcherConfig{MissingEpochStrategy: version.MissingEpochStrategyAuto},
	}) {
		all = append(all, watched{Matcher: m, db: s.db.Provider(), memory: s.memory, log: log})
	}
	return all
}

// uncounted is the database as the engine has it, which reads every match's
// metadata only to count severities for a progress bar that nobody sees. The
// matchers have the database itself.
type uncounted struct{ vulnerability.Provider }

// VulnerabilityMetadata knows nothing.
func (uncounted) VulnerabilityMetadata(vulnerability.Reference) (*vulnerability.Metadata, error) {
	return nil, nil
}

// watched is a matcher that remembers what it said of a package, and whose
// errors are kept: the engine only logs those that it does not hold to be fatal.
type watched struct {
	match.Matcher
	db vulnerability.Provider
	// memory is nil where every package is matched anew.
	memory *memory
	// ahead has answers that were asked for before; nil where there are none.
	ahead *ahead
	log   *faultLog
}

// Match passes the question on, unless the answer is known.
func (w watched) Match(_ vulnerability.Provider, p pkg.Package) ([]match.Match, []match.IgnoreFilter, error) {
	found, ok := w.ahead.take(p.ID, w.Type())
	if !ok {
		found.matches, found.ignored, found.err = w.answer(p)
	}
	if found.err != nil {
		w.log.add(fmt.Sprintf("%s %s (%s): %v", p.Name, p.Version, w.Type(), found.err))
	}
	return found.matches, found.ignored, found.err
}

// answer asks the matcher, or the scanner's memory.
func (w watched) answer(p pkg.Package) ([]match.Match, []match.IgnoreFilter, error) {
	if w.memory == nil {
		return w.Matcher.Match(w.db, p)
	}
	plain := p
	if !readsCPEs(p.Type) {
		plain.CPEs = nil
	}
	id, ok := identityOf(w.Type(), plain)
	if !ok {
		return w.Matcher.Match(w.db, p)
	}
	if k, found := w.memory.find(id); found {
		matches, ignored := k.of(p)
		return matches, ignored, nil
	}
	matches, ignored, err := w.Matcher.Match(w.db, plain)
	if err != nil {
		return matches, ignored, err
	}
	k, ok := knownOf(plain, matches, ignored)
	if !ok {
		return matches, ignored, nil
	}
	w.memory.keep(id, k)
	matches, ignored = k.of(p)
	return matches, ignored, nil
}

// faultLog collects what went wrong.
type faultLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *faultLog) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

func (l *faultLog) sorted() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Compact(slices.SortedFunc(slices.Values(l.lines), cmp.Compare[string]))
}

// kernelHeaders leaves out what is found in packages of kernel headers only
// because they are made from the kernel's source: no kernel is in them. The
// rules are patterns that the engine compiles again for every match, so that
// there are none where no package has such a name.
func kernelHeaders(packages []pkg.Package) []match.IgnoreRule {
	if !slices.ContainsFunc(packages, func(p pkg.Package) bool {
		return p.Name == "kernel-headers" || strings.HasPrefix(p.Name, "linux-")
	}) {
		return nil
	}
	header := func(name, upstream string, kind syftpkg.Type) match.IgnoreRule {
		return match.IgnoreRule{
			Package:   match.IgnoreRulePackage{Name: name, UpstreamName: upstream, Type: string(kind)},
			MatchType: match.ExactIndirectMatch,
		}
	}
	return []match.IgnoreRule{
		header("kernel-headers", "kernel", syftpkg.RpmPkg),
		header("linux(-.*)?-headers-.*", "linux.*", syftpkg.DebPkg),
		header("linux-libc-dev", "linux", syftpkg.DebPkg),
		header("linux-kbuild-.*", "linux.*", syftpkg.DebPkg),
	}
}
