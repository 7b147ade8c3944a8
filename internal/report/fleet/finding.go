package fleet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// marks are the words that set a finding apart: KEV for CISA's catalogue of
// what is exploited, and EPSS where the estimate is worth a look.
func marks(f gate.Finding) []string {
	var list []string
	if f.Advisory == nil {
		return nil
	}
	if kev := f.Advisory.KEV; kev != nil {
		mark := "KEV"
		if kev.Ransomware {
			mark = "KEV ransomware"
		}
		list = append(list, mark)
	}
	const noticeable = 0.1
	if epss := f.Advisory.EPSS; epss != nil && epss.Probability >= noticeable {
		list = append(list, fmt.Sprintf("EPSS %.0f%%", epss.Probability*100))
	}
	return list
}

// statusMark is the word for a finding that is not as it was.
func statusMark(o gate.Observed) string {
	switch o.Status {
	case gate.StatusNew:
		return "new"
	case gate.StatusWorse:
		return "worse"
	}
	return ""
}

// packageOf is the package with its version; empty for a finding without one.
func packageOf(f gate.Finding) string {
	if f.Package == nil {
		return ""
	}
	return strings.TrimSpace(plain.Word(f.Package.Name) + " " + plain.Word(f.Package.Version))
}

// mended are the versions without the fault; empty where there are none.
func mended(f gate.Finding) string {
	if f.Fix == nil || f.Fix.State != gate.FixFixed {
		return ""
	}
	const most = 4
	versions := plain.Words(upTo(f.Fix.Versions, most))
	if len(f.Fix.Versions) > most {
		versions = append(versions, "…")
	}
	return strings.Join(versions, ", ")
}

// unmended says why there is no version without the fault.
func unmended(f gate.Finding) string {
	switch {
	case f.Fix == nil || f.Fix.State == gate.FixUnknown:
		return "fix unknown"
	case f.Fix.State == gate.FixFixed:
		return "fixed, the version is not known"
	case f.Fix.State == gate.FixWontFix:
		return "won't fix"
	default:
		return "no fix yet"
	}
}

// fixWords is what mends a finding, or why nothing does.
func fixWords(f gate.Finding) string {
	if versions := mended(f); versions != "" {
		return "→ " + versions
	}
	if f.Package == nil {
		return ""
	}
	return "(" + unmended(f) + ")"
}

// remedyWords say what removes a finding from a release.
func remedyWords(r gate.Remedy) string {
	change := strings.TrimSpace(plain.Word(r.Package) + " " + plain.Word(r.From))
	if r.To != "" {
		change += " → " + plain.Word(r.To)
	}
	switch {
	case r.Kind == gate.RemedyRebuild && change != "":
		return "a rebuild removes it: " + change
	case r.Kind == gate.RemedyRebuild:
		return "a rebuild removes it"
	case r.Kind == gate.RemedyDependency && change != "":
		return "raise the dependency " + change
	case r.Kind == gate.RemedyDependency:
		return "raise the dependency"
	default:
		return "nothing removes it yet"
	}
}

// disclosed says whether the finding could be known when the image was released.
func disclosed(d gate.Disclosure) string {
	switch d {
	case gate.DisclosedSince:
		return "disclosed since the release"
	case gate.DisclosedBefore:
		return "known when it was released"
	default:
		return ""
	}
}

// whereOf is the place of a finding: a line of the repository, or a file in the image.
func whereOf(f gate.Finding) string {
	switch {
	case f.Location.Known():
		return fmt.Sprintf("%s:%d", plain.Word(f.Location.Path), f.Location.Line)
	case f.Location.Path != "":
		return plain.Word(f.Location.Path)
	case len(f.Paths) > 0 && !ofDistribution(f):
		return plain.Word(f.Paths[0])
	default:
		return ""
	}
}

// ofDistribution reports whether the package is one of the image's
// distribution, which has one database for all of them.
func ofDistribution(f gate.Finding) bool {
	if f.Package == nil {
		return false
	}
	return slices.Contains([]string{"deb", "rpm", "apk", "alpm", "portage"}, f.Package.Type)
}

// summary is the advisory's first sentence, or the finding's message.
func summary(f gate.Finding) string {
	if f.Advisory != nil && strings.TrimSpace(f.Advisory.Description) != "" {
		return sentence(f.Advisory.Description)
	}
	return line(f.Message)
}

// ruleOf is the finding's name, never empty.
func ruleOf(f gate.Finding) string {
	if name := plain.Word(f.Rule); name != "" {
		return name
	}
	return "unnamed"
}

// shortDigest is as much of a digest as a person needs.
func shortDigest(digest string) string {
	const prefix, length = "sha256:", 12
	if hex, ok := strings.CutPrefix(digest, prefix); ok && len(hex) > length {
		return prefix + plain.Text(hex[:length])
	}
	return plain.Word(digest)
}
