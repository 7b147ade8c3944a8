package foreign

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// Files is how reports are found and opened.
type Files struct {
	// Glob lists the files that a pattern of path.Match names; a name without
	// wildcards names itself where it is there.
	Glob func(pattern string) ([]string, error)
	Open func(path string) (io.ReadCloser, error)
}

// Load reads the reports that a plan names, in the plan's order and the files
// of a pattern by name, one analysis for each file. What can't be found or
// read is a gap, and so is a link from inside of the repository to the outside.
// root is as in About.
func Load(ctx context.Context, reports []gate.ForeignReport, files Files, root string) []gate.Analysis {
	type once struct{ path, image string }
	seen := map[once]bool{}
	var analyses []gate.Analysis
	for _, report := range reports {
		paths, err := files.Glob(report.Path)
		if err == nil && len(paths) == 0 {
			err = fmt.Errorf("no such file")
		}
		if err != nil {
			analyses = append(analyses, missing(report, report.Path, err))
			continue
		}
		for _, path := range slices.Sorted(slices.Values(paths)) {
			if seen[once{path, report.Image}] {
				continue
			}
			seen[once{path, report.Image}] = true
			analyses = append(analyses, load(ctx, report, path, files, root))
		}
	}
	return analyses
}

func load(ctx context.Context, report gate.ForeignReport, path string, files Files, root string) gate.Analysis {
	if err := ctx.Err(); err != nil {
		return missing(report, path, err)
	}
	if leadsOut(root, path) {
		return missing(report, path, errLeadsOut)
	}
	data, err := read(files, path)
	if err != nil {
		return missing(report, path, err)
	}
	return Read(path, data, About{Image: report.Image, Root: root})
}

// read reads one byte more than a file may have, so that Read sees it.
func read(files Files, path string) (data []byte, err error) {
	file, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
	}()
	return io.ReadAll(io.LimitReader(file, largestFile+1))
}

func missing(report gate.ForeignReport, path string, err error) gate.Analysis {
	return gate.Analysis{
		Analyzer: gate.AnalyzerForeign, Image: report.Image,
		Gaps: []gate.Gap{{
			Guard: gate.GuardForeign, Image: report.Image, Analyzer: gate.AnalyzerForeign,
			Message: fmt.Sprintf("%s: the report that %s names could not be read: %s", word(path, longestPath), origin(report), prose(err.Error(), longestTitle)),
			Next:    "See that the scanner's step runs before gate and writes this file, or take it out of sarif-in.",
		}},
	}
}

func origin(report gate.ForeignReport) string {
	if report.Origin == "" {
		return "sarif-in"
	}
	return string(report.Origin)
}
