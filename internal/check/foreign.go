package check

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/containergate/gate/internal/foreign"
	"github.com/containergate/gate/internal/gate"
)

// foreign reads the reports of other scanners: those of the plan, and those
// that the base of a pull request names, which the pull request can't take off.
func (r *run) foreign(ctx context.Context) {
	reports := slices.Clone(r.plan.Foreign)
	if floor := r.plan.Floor; floor != nil {
		for _, report := range floor.Foreign {
			same := func(other gate.ForeignReport) bool { return other.Path == report.Path && other.Image == report.Image }
			if !slices.ContainsFunc(reports, same) {
				reports = append(reports, report)
			}
		}
	}
	if len(reports) == 0 {
		return
	}
	defer r.env.step("read the reports of other scanners")()
	files := foreign.Files{
		Glob: filepath.Glob,
		Open: func(path string) (io.ReadCloser, error) { return os.Open(path) },
	}
	for _, analysis := range foreign.Load(ctx, reports, files, filepath.ToSlash(r.env.Root)) {
		r.add(analysis)
	}
}
