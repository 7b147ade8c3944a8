package deliver

import (
	"fmt"

	"github.com/containergate/gate/internal/github"
)

// A step keeps ten annotations of each level. One error is left for the verdict
// itself, and some warnings for what could not be delivered.
const (
	mostErrors   = 9
	mostWarnings = 5
)

// annotate puts the worst findings on their lines, and counts the rest.
func (d *delivery) annotate() {
	if !d.options.Annotations {
		return
	}
	errors, warnings, left := 0, 0, 0
	for _, r := range d.remarks() {
		a := github.Annotation{Level: "warning", File: r.file, Line: r.line, EndLine: r.endLine, Title: r.title(), Message: r.message()}
		used, most := &warnings, mostWarnings
		if r.blocks {
			a.Level, used, most = "error", &errors, mostErrors
		}
		if *used == most {
			left += len(r.findings)
			continue
		}
		*used++
		d.runtime.Annotate(a)
	}
	if left > 0 {
		d.runtime.Annotate(github.Annotation{
			Level: "notice", Title: "gate", Message: fmt.Sprintf("%s not annotated here. The job summary lists the worst of all, and the JSON report all of them.", count(left, "more finding is", "more findings are")),
		})
	}
}
