package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// message says what was found and in which image. The image's digest is here
// and nowhere else: in an id or a location it would make every alert a new one
// with every build.
func (b sarifRun) message(r alertRow) string {
	f := r.Change.Finding
	if f.Package == nil {
		text := strings.TrimSuffix(cmp.Or(unlinked(f.Message), unlinked(f.Rule)), ".") + "."
		return unlinked(text + b.aboutImage(f, r.Platforms))
	}
	mended := fixWords(f)
	if fixed(f) && len(f.Fix.Versions) > 0 {
		mended = "fixed in " + mended
	}
	called := plain.Word(r.rule)
	if own := plain.Word(f.Rule); own != called {
		called += " alias " + own
	}
	text := fmt.Sprintf("%s %s has %s (%s), %s.", plain.Word(f.Package.Name), plain.Word(f.Package.Version), called, f.Severity, mended)
	if words := marks(f); len(words) > 0 {
		text += " " + strings.Join(words, ", ") + "."
	}
	return unlinked(text + b.aboutImage(f, r.Platforms))
}

func (b sarifRun) aboutImage(f gate.Finding, platforms []string) string {
	if f.Image == "" {
		return ""
	}
	var facts []string
	for _, s := range b.report.Subjects {
		// A Dockerfile's finding is of no platform, and so of all.
		if s.Image == f.Image && (slices.Contains(platforms, s.Platform) || slices.Contains(platforms, "")) {
			facts = append(facts, plain.Text(cmp.Or(s.Digest, s.ImageID)))
		}
	}
	for _, platform := range platforms {
		facts = append(facts, plain.Word(platform))
	}
	text := " Found in image " + plain.Word(f.Image)
	if facts = distinct(facts); len(facts) > 0 {
		text += " (" + strings.Join(facts, ", ") + ")"
	}
	return text + "."
}
