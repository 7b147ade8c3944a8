package lint

import (
	"context"
	"fmt"
	"maps"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// Applied is a finding that Fix has undone.
type Applied struct {
	// Finding is as it was before, with its place in the file as it was when
	// the edit was made: edits made earlier may have moved its line.
	Finding gate.Finding
}

// repair is a finding with the edits that undo it.
type repair struct {
	finding gate.Finding
	edits   []Edit
}

// The limits of fixing: how often the file is gone through, how many findings
// are undone at a time, and how often that is tried for parts of them. The last
// round takes nothing, so that another run would not either.
const (
	maxRounds  = 100
	maxRepairs = 2000
	maxTries   = 64
)

// Fix undoes the findings that can be undone without changing what the file
// means. Comments and formatting stay. What is silenced is left alone, and so
// is every edit after which the file had another problem or another finding.
// Fixing the result again changes nothing. ShellCheck has no part in it. A file
// that can't be read to its end is an error, and returned as it is.
func Fix(ctx context.Context, src []byte, path string, rules []Rule, opts Options) (fixed []byte, applied []Applied, err error) {
	if opts.Profile == "" {
		opts.Profile = Recommended
	}
	opts.ShellCheck = ""
	f := fixer{ctx: ctx, path: path, rules: rules, opts: opts}
	for range maxRounds {
		if ctx.Err() != nil {
			return src, applied, context.Cause(ctx)
		}
		file := dockerfile.Parse(path, src)
		if !file.Complete() {
			return src, applied, fmt.Errorf("fix: %s", parseGap(file, opts).Message)
		}
		done, next := f.round(src, file)
		if len(done) == 0 {
			break
		}
		src = next
		for _, r := range done {
			applied = append(applied, Applied{Finding: r.finding})
		}
	}
	return src, applied, nil
}

// fixer fixes one file.
type fixer struct {
	ctx   context.Context
	path  string
	rules []Rule
	opts  Options

	// editor edits the source of the round.
	editor *editor
	// best is what stands at the moment: the repairs that were taken, and what
	// the file then measures.
	best   []repair
	source []byte
	size   measure
	tries  int
}

// round undoes what can be undone at once.
func (f *fixer) round(src []byte, file *dockerfile.File) ([]repair, []byte) {
	candidates := f.repairs(file)
	if len(candidates) == 0 {
		return nil, src
	}
	f.editor, f.best, f.source, f.size, f.tries = newEditor(src), nil, src, f.measure(file), maxTries
	f.try(candidates[:min(len(candidates), maxRepairs)])
	return f.best, f.source
}

// try takes the repairs if the file is the better for them, and halves of them
// otherwise, down to each alone.
func (f *fixer) try(repairs []repair) {
	source, done := f.editor.apply(append(append([]repair{}, f.best...), repairs...))
	if f.tries--; len(done) <= len(f.best) || f.tries < 0 {
		return
	}
	file := dockerfile.Parse(f.path, source)
	if size := f.measure(file); size.betterThan(f.size) {
		f.best, f.source, f.size = done, source, size
		return
	}
	if half := len(repairs) / 2; half > 0 {
		f.try(repairs[:half])
		f.try(repairs[half:])
	}
}

// repairs lists the findings that can be undone, those that are silenced left out.
func (f *fixer) repairs(file *dockerfile.File) []repair {
	var comments *pragmaIndex
	if !f.opts.NoPragmas {
		comments = pragmas(file, f.opts)
	}
	found := f.pass(file, nil)
	if comments.any() && f.opts.Profile != Hadolint {
		all, _ := check(file, f.rules, f.opts, nil)
		silence(all, comments, f.opts)
		found = append(found, f.pass(file, ignoresOf(Input{File: file, Options: f.opts}, f.rules, comments, false))...)
	}
	var open []repair
	for _, r := range found {
		if len(silence([]gate.Finding{r.finding}, comments, f.opts)) > 0 {
			open = append(open, r)
		}
	}
	return open
}

// pass lets the rules look and collects the repairs.
func (f *fixer) pass(file *dockerfile.File, ignores []Ignore) []repair {
	pass := &Pass{File: file, options: f.opts, texts: texts{}, ignores: ignores, repairs: map[int][]Edit{}}
	for n := range f.rules {
		if f.rules[n].runsWith(f.opts) && f.rules[n].Last == (ignores != nil) {
			pass.rule = &f.rules[n]
			f.rules[n].Check(pass)
		}
	}
	conceal(pass.found, pass.secrets)
	var found []repair
	for at, finding := range pass.found {
		if edits := pass.repairs[at]; len(edits) > 0 {
			found = append(found, repair{finding: finding, edits: edits})
		}
	}
	return found
}

// measure is how many findings and problems a file has, by rule.
type measure map[string]int

// betterThan reports whether nothing has grown and something has shrunk.
func (m measure) betterThan(before measure) bool {
	for name, count := range m {
		if count > before[name] {
			return false
		}
	}
	return !maps.Equal(m, before)
}

// measure counts the findings of the profile and of the strict one.
func (f *fixer) measure(file *dockerfile.File) measure {
	size := measure{}
	for _, problem := range file.Problems {
		size[fmt.Sprintf("problem %d", problem.Kind)]++
	}
	for _, profile := range []Profile{f.opts.Profile, Strict} {
		opts := f.opts
		opts.Profile = profile
		for _, finding := range Run(f.ctx, file, f.rules, opts).Findings {
			size[string(profile)+" "+finding.Rule]++
		}
	}
	return size
}
