package scan

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
	engine := grype.VulnerabilityMatcher{
		VulnerabilityProvider: s.db.Provider(),
		Matchers:              matchers(&log),
		IgnoreRules:           kernelHeaders(),
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
func matchers(log *faultLog) []match.Matcher {
	all := matcher.NewDefaultMatchers(matcher.Config{
		Stock: stock.MatcherConfig{UseCPEs: true},
		Dpkg:  dpkg.MatcherConfig{MissingEpochStrategy: version.MissingEpochStrategyZero},
		Rpm:   rpm.MatcherConfig{MissingEpochStrategy: version.MissingEpochStrategyAuto},
	})
	for i, m := range all {
		all[i] = watched{Matcher: m, log: log}
	}
	return all
}

// watched is a matcher whose errors are kept: the engine only logs those that
// it does not hold to be fatal.
type watched struct {
	match.Matcher
	log *faultLog
}

// Match passes the question on.
func (w watched) Match(vp vulnerability.Provider, p pkg.Package) ([]match.Match, []match.IgnoreFilter, error) {
	matches, ignored, err := w.Matcher.Match(vp, p)
	if err != nil {
		w.log.add(fmt.Sprintf("%s %s (%s): %v", p.Name, p.Version, w.Type(), err))
	}
	return matches, ignored, err
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
// because they are made from the kernel's source: no kernel is in them.
func kernelHeaders() []match.IgnoreRule {
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
