package tracking

import (
	"context"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/report/plain"
)

// Alerts is the part of GitHub's REST API that Dismissed uses.
type Alerts interface {
	DismissedAlerts(ctx context.Context, repo, tool string) ([]rest.Alert, error)
}

// Dismissals are the alerts of code scanning that somebody dismissed. The zero
// value has none.
type Dismissals struct {
	byRule map[string][]rest.Alert
}

// toolName is the name under which code scanning lists our findings.
const toolName = "gate"

// Dismissed reads what somebody dismissed in code scanning on the default
// branch of a repository, whether a check or a rescan reported it. Its error is
// the client's: of the kind FeatureOff where code scanning is switched off,
// Forbidden where the token lacks security-events: read, and NotFound where
// nothing was ever uploaded.
func Dismissed(ctx context.Context, api Alerts, repository string) (Dismissals, error) {
	alerts, err := api.DismissedAlerts(ctx, repository, toolName)
	if err != nil {
		return Dismissals{}, err
	}
	d := Dismissals{byRule: map[string][]rest.Alert{}}
	for _, a := range alerts {
		rule := strings.ToLower(a.Rule)
		d.byRule[rule] = append(d.byRule[rule], a)
	}
	return d, nil
}

// Of is why somebody dismissed a finding of an image, on one line; empty where
// nobody did. An alert is about the image that its category names (gate/IMAGE
// of a check, gate/released/IMAGE of a rescan), or about every image where it
// names none; and about the package that its message names.
func (d Dismissals) Of(image string, f gate.Finding) string {
	var first *rest.Alert
	for _, id := range f.Names() {
		for _, a := range d.byRule[strings.ToLower(id)] {
			if ofImage(a.Category, image) && ofPackage(a, f) && (first == nil || a.Number < first.Number) {
				first = &a
			}
		}
	}
	if first == nil {
		return ""
	}
	text := plain.Word(first.Reason)
	if text == "" {
		text = "dismissed"
	}
	if comment := oneLine(first.Comment, saidMost); comment != "" {
		text += ": " + comment
	}
	return text
}

// ofImage reports whether a category may speak of the image.
func ofImage(category, image string) bool {
	named, ok := strings.CutPrefix(strings.ToLower(strings.Trim(category, "/")), "gate/")
	if !ok {
		return true
	}
	image = strings.ToLower(strings.Trim(oneLine(image, len(image)+1), "/"))
	return named == image || named == "released/"+image
}

// ofPackage reports whether an alert may speak of the finding's package. Ours
// begin with it: "openssl 3.0.1 has CVE-2026-1 (high), fixed in 3.0.2."
func ofPackage(a rest.Alert, f gate.Finding) bool {
	if f.Package == nil || !strings.Contains(a.Message, " has "+a.Rule) {
		return true
	}
	return strings.HasPrefix(a.Message, plain.Word(f.Package.Name)+" ")
}
