package deliver

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report"
)

// markdown is the report as Markdown of at most so many bytes.
func (d *delivery) markdown(most int, resolved bool) string {
	var b strings.Builder
	options := report.Options{
		Root: d.options.Root, SourceURL: d.target.SourceURL, RunURL: d.target.RunURL, Commit: d.target.HeadSHA,
		WaiverExpires: d.options.WaiverExpires, MaxBytes: most, Resolved: resolved, Reported: d.target.Foreign,
	}
	if err := report.Write(&b, "markdown", d.report, options); err != nil {
		// Only a writer can fail, and this one does not.
		return "## gate: " + d.headline() + "\n"
	}
	return b.String()
}

// headline is the verdict in one line without foreign text.
func (d *delivery) headline() string {
	v := d.report.Verdict
	switch {
	case v.Blocked > 0 && !v.Complete:
		return "fail – " + count(v.Blocked, "finding blocks", "findings block") + ", and the result is incomplete"
	case v.Blocked > 0:
		return "fail – " + count(v.Blocked, "finding blocks", "findings block")
	case !v.Complete:
		return "incomplete – not everything could be examined (" + count(len(v.Gaps), "reason", "reasons") + ")"
	case v.Outcome != gate.Pass:
		return "fail"
	case v.Warned > 0:
		return "pass – nothing blocks, " + count(v.Warned, "warning", "warnings")
	default:
		return "pass – nothing blocks"
	}
}

// passes reports whether the verdict is a pass, whatever the word for it.
func (d *delivery) passes() bool {
	return d.report.Verdict.ExitCode() == gate.ExitPass
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
