package lint

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// Input is a file and how to lint it.
type Input struct {
	File    *dockerfile.File
	Options Options
}

// maxTogether is how many files are held at a time by one goroutine, and share
// the processes that ShellCheck needs.
const maxTogether = 32

// RunAll lints as many files as count says, in parallel, and returns their
// analyses in order. load gets the number of a file, from 0, and may be called
// by several goroutines at a time. A file that it can't load is a gap in that
// file's analysis; the error of RunAll is the context's.
func RunAll(ctx context.Context, count int, load func(n int) (Input, error), rules []Rule) ([]gate.Analysis, error) {
	analyses := make([]gate.Analysis, count)
	workers := runtime.GOMAXPROCS(0)
	size := min(max((count+workers-1)/workers, 1), maxTogether)
	session := NewSession("")
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for first := 0; first < count; first += size {
		group.Go(func() error {
			inputs := make([]Input, min(size, count-first))
			missing := make([]error, len(inputs))
			for n := range inputs {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				inputs[n], missing[n] = load(first + n)
				if missing[n] != nil {
					inputs[n].File = dockerfile.Parse("", nil)
				}
				if inputs[n].Options.Session == nil {
					inputs[n].Options.Session = session
				}
			}
			for n, a := range runTogether(ctx, inputs, rules) {
				if missing[n] != nil {
					a = Unread(missing[n], inputs[n].Options)
				}
				analyses[first+n] = a
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return nil
		})
	}
	return analyses, group.Wait()
}

// Unread is the analysis of a file or folder that could not be read.
func Unread(err error, opts Options) gate.Analysis {
	return gate.Analysis{Analyzer: gate.AnalyzerLint, Image: opts.Image, Gaps: []gate.Gap{{
		Guard: gate.GuardAnalyzerError, Image: opts.Image, Analyzer: gate.AnalyzerLint, Message: err.Error(),
		Next: "make it readable, or leave it out",
	}}}
}

// runTogether lints files one after the other, with one look of ShellCheck at
// all of their scripts.
func runTogether(ctx context.Context, inputs []Input, rules []Rule) []gate.Analysis {
	for n := range inputs {
		if inputs[n].Options.Profile == "" {
			inputs[n].Options.Profile = Recommended
		}
		if args := inputs[n].Options.Args; len(args) > 0 {
			inputs[n].File = inputs[n].File.With(args)
		}
	}
	shells := checkShell(ctx, inputs)
	analyses := make([]gate.Analysis, len(inputs))
	for n, in := range inputs {
		analyses[n] = conclude(in, rules, shells[n])
	}
	return analyses
}
