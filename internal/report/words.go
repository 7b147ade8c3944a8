package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// The verdict in one word.
const (
	wordPass       = "PASS"
	wordFail       = "FAIL"
	wordIncomplete = "INCOMPLETE"
)

// verdictWord is the verdict in one word: what blocks weighs more than what is
// missing, as in the exit codes.
func verdictWord(v gate.Verdict) string {
	switch {
	case v.Blocked > 0:
		return wordFail
	case !v.Complete:
		return wordIncomplete
	case v.Outcome == gate.Pass:
		return wordPass
	default:
		return wordFail
	}
}

// headline is the rest of the verdict's first line, in parts.
func headline(v gate.Verdict) []string {
	var parts []string
	switch {
	case v.Blocked > 0 && !v.Complete:
		parts = append(parts, blocks(v.Blocked), "incomplete")
	case v.Blocked > 0:
		parts = append(parts, blocks(v.Blocked))
	case !v.Complete:
		parts = append(parts, "nothing blocks, but not everything could be examined")
	default:
		parts = append(parts, "nothing blocks")
	}
	if v.Warned > 0 {
		parts = append(parts, count(v.Warned, "warning", "warnings"))
	}
	if v.WouldBlock > 0 {
		parts = append(parts, fmt.Sprintf("%d of them would block, were the mode not warn", v.WouldBlock))
	}
	if v.Waived > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", v.Waived))
	}
	if v.Ignored > 0 {
		parts = append(parts, fmt.Sprintf("%d ignored", v.Ignored))
	}
	return parts
}

func blocks(n int) string {
	if n == 1 {
		return "1 finding blocks"
	}
	return fmt.Sprintf("%d findings block", n)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// severityCounts names how many rows of each severity there are, worst first:
// "2 critical · 5 high".
func severityCounts(groups []group) []string {
	counts := map[gate.Severity]int{}
	for _, g := range groups {
		for _, r := range g.Rows {
			counts[r.Change.Finding.Severity] += len(r.Platforms)
		}
	}
	var parts []string
	for _, s := range worstFirst() {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	return parts
}

func worstFirst() []gate.Severity {
	severities := gate.Severities()
	slices.Reverse(severities)
	return severities
}

// exploited reports whether attackers are known to use the vulnerability.
func exploited(f gate.Finding) bool { return f.Advisory != nil && f.Advisory.KEV != nil }

// noticeable is the EPSS probability from which on a report mentions it.
const noticeable = 0.1

// marks are the words that set a finding apart: KEV for CISA's catalogue, EPSS
// where the estimate is worth a look, what only the build context declares, and
// the other scanner that found it.
func marks(f gate.Finding) []string {
	var words []string
	if exploited(f) {
		word := "KEV"
		if f.Advisory.KEV.Ransomware {
			word = "KEV ransomware"
		}
		words = append(words, word)
	}
	if f.Advisory != nil && f.Advisory.EPSS != nil && f.Advisory.EPSS.Probability >= noticeable {
		words = append(words, fmt.Sprintf("EPSS %.0f%%", f.Advisory.EPSS.Probability*100))
	}
	if f.Source == gate.SourceContext {
		words = append(words, "context only")
	}
	if f.Tool != "" {
		words = append(words, plain.Word(f.Tool))
	}
	return words
}

// fixed reports whether a version without the fault exists.
func fixed(f gate.Finding) bool { return f.Fix != nil && f.Fix.State == gate.FixFixed }

// fixWords says how a package is mended: its fixed versions, or why there are none.
func fixWords(f gate.Finding) string {
	switch {
	case f.Fix == nil || f.Fix.State == gate.FixUnknown:
		return "fix unknown"
	case fixed(f) && len(f.Fix.Versions) > 0:
		const most = 4
		versions := plain.Words(upTo(f.Fix.Versions, most))
		if len(f.Fix.Versions) > most {
			versions = append(versions, "…")
		}
		return strings.Join(versions, ", ")
	case fixed(f):
		return "fixed"
	case f.Fix.State == gate.FixWontFix:
		return "won't fix"
	default:
		return "no fix yet"
	}
}

// packageWords is the package, its version and what mends it.
func packageWords(f gate.Finding) string {
	if f.Package == nil {
		return ""
	}
	name := strings.TrimSpace(plain.Word(f.Package.Name) + " " + plain.Word(f.Package.Version))
	if f.Analyzer != gate.AnalyzerScan {
		return name
	}
	if fixed(f) && len(f.Fix.Versions) > 0 {
		return name + " → " + fixWords(f)
	}
	return name + " (" + fixWords(f) + ")"
}

// summary is the finding in a few words. For a package of a language, of which
// an image may hold several copies, that is the file; else the advisory's
// first sentence, or the finding's message.
func summary(f gate.Finding) string {
	if f.Package == nil || f.Analyzer != gate.AnalyzerScan {
		return plain.Text(f.Message)
	}
	if !ofDistribution(f.Package.Type) && len(f.Paths) > 0 {
		return "in " + plain.Word(f.Paths[0])
	}
	if f.Advisory != nil && strings.TrimSpace(f.Advisory.Description) != "" {
		return plain.Sentence(f.Advisory.Description)
	}
	return plain.Text(f.Message)
}

// ofDistribution reports whether packages of the type come from the image's
// distribution, which has one database for all of them.
func ofDistribution(packageType string) bool {
	switch packageType {
	case "deb", "rpm", "apk", "alpm", "portage":
		return true
	}
	return false
}

// fixable counts the group's findings about packages, and those of them for
// which a fixed version exists.
func (g group) fixable() (packages, mended int) {
	for i := range g.Rows {
		if f := &g.Rows[i].Change.Finding; f.Package != nil && f.Analyzer == gate.AnalyzerScan {
			packages++
			if f.Fix != nil && f.Fix.State == gate.FixFixed {
				mended++
			}
		}
	}
	return packages, mended
}

// fixableWords is fixable in words; empty when the group has no packages.
func (g group) fixableWords() string {
	packages, mended := g.fixable()
	switch {
	case packages == 0:
		return ""
	case packages == 1 && mended == 1:
		return "a fix exists"
	case mended == 0:
		return "no fix yet"
	case mended == packages:
		return fmt.Sprintf("all %d have a fix", packages)
	default:
		return fmt.Sprintf("%d of %d have a fix", mended, packages)
	}
}

// where names the group's place: "Dockerfile:7".
func (g group) where() string {
	switch {
	case g.Path != "" && g.Line > 0:
		return fmt.Sprintf("%s:%d", plain.Word(g.Path), g.Line)
	case g.Path != "":
		return plain.Word(g.Path)
	case g.Image != "":
		return "image " + plain.Word(g.Image)
	default:
		return "place unknown"
	}
}

// remarks are what is worth knowing of the group beside its place.
func (g group) remarks() []string {
	var words []string
	if g.Base {
		words = append(words, "base image")
	}
	if g.InImage {
		words = append(words, "file in the image")
	}
	if fixable := g.fixableWords(); fixable != "" {
		words = append(words, fixable)
	}
	if earlier := g.earlier(); earlier != "" {
		words = append(words, "made at "+earlier)
	}
	return words
}

// earlier is the instruction of an earlier stage that made what is copied here,
// where it is one for all.
func (g group) earlier() string {
	first := ""
	for i := range g.Rows {
		place := g.Rows[i].Change.Finding.Location
		if place.Earlier == "" || first != "" && place.Earlier != first {
			return ""
		}
		first = place.Earlier
	}
	return plain.Text(first)
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// bytesWords is a size in decimal units, as registries count.
func bytesWords(n int64) string {
	const unit = 1000
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, prefix := float64(n)/unit, 0
	for value >= unit && prefix < 3 {
		value /= unit
		prefix++
	}
	return fmt.Sprintf("%.1f %cB", value, "kMGT"[prefix])
}
