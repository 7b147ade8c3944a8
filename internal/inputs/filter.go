package inputs

import (
	"path"
	"strings"

	"github.com/moby/patternmatcher"
)

// maxPatterns is how many patterns a filter may have.
const maxPatterns = 10_000

// filter matches paths the way builders do: from the root of a tree downward,
// each path with what its folder matched.
type filter struct {
	matcher *patternmatcher.PatternMatcher
	// folders is what the folders matched that were asked for.
	folders map[string]patternmatcher.MatchInfo
	// exceptions are the patterns behind a !, without the globs at their ends;
	// plain holds when none of them has another glob.
	exceptions []string
	plain      bool
}

// newFilter makes a filter; nil for no patterns.
func newFilter(patterns []string) (*filter, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return nil, err
	}
	f := &filter{matcher: matcher, folders: map[string]patternmatcher.MatchInfo{}, plain: true}
	for _, p := range matcher.Patterns() {
		if p.Exclusion() {
			text := strings.TrimSuffix(strings.TrimSuffix(p.String(), "/**"), "/*")
			f.exceptions = append(f.exceptions, text)
			f.plain = f.plain && !strings.ContainsAny(text, `*[]?^\`)
		}
	}
	return f, nil
}

// info is what a folder matched.
func (f *filter) info(folder string) (patternmatcher.MatchInfo, error) {
	if folder == "." {
		return patternmatcher.MatchInfo{}, nil
	}
	if info, ok := f.folders[folder]; ok {
		return info, nil
	}
	above, err := f.info(path.Dir(folder))
	if err != nil {
		return above, err
	}
	_, info, err := f.matcher.MatchesUsingParentResults(folder, above)
	if err == nil {
		f.folders[folder] = info
	}
	return info, err
}

// matches asks in both ways that builders do: with what the folders above have
// matched, and without. They seldom differ, and where they do, either may hold.
func (f *filter) matches(name string) (both, either bool, err error) {
	above, err := f.info(path.Dir(name))
	if err != nil {
		return false, false, err
	}
	first, _, err := f.matcher.MatchesUsingParentResults(name, above)
	if err != nil {
		return false, false, err
	}
	second, err := f.matcher.MatchesOrParentMatches(name)
	return first && second, first || second, err
}

// drops reports whether a path is certain to be left out.
func (f *filter) drops(name string) (bool, error) {
	if f == nil || name == "." {
		return false, nil
	}
	both, _, err := f.matches(name)
	return both, err
}

// dropsAll reports whether a folder that is left out is left out with all that
// it holds.
func (f *filter) dropsAll(folder string) bool {
	if !f.plain {
		return false
	}
	for _, exception := range f.exceptions {
		if strings.HasPrefix(exception+"/", folder+"/") {
			return false
		}
	}
	return true
}
