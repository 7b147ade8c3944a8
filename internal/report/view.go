package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// view is a report sorted for a reader, shared by the terminal and Markdown.
type view struct {
	gate.Report
	Blocking []group
	Warnings []group
	Waived   []group
	// Excused are those of which a VEX statement says that they are none.
	Excused []group
	// Remarks are findings about the policy itself that do not block.
	Remarks []gate.Decision
	// Fixed are the findings that the baseline had and this image has not.
	Fixed []group
	// ManyImages is true when rows must say which image they are about.
	ManyImages bool
	rules      map[string]gate.RuleInfo
	platforms  map[string]int // image → how many platforms were examined
}

func newView(r gate.Report) view {
	v := view{Report: r, rules: map[string]gate.RuleInfo{}, platforms: map[string]int{}}
	for _, s := range r.Subjects {
		v.platforms[s.Image]++
	}
	for _, rule := range r.Rules {
		v.rules[rule.ID] = rule
	}
	var blocking, warnings, waived, excused, fixed []gate.Decision
	for _, d := range r.Decisions {
		switch {
		case d.Change.Status == gate.StatusFixed:
			fixed = append(fixed, d)
		case d.Action == gate.ActionBlock:
			blocking = append(blocking, d)
		case d.Action == gate.ActionWaived:
			waived = append(waived, d)
		case d.Action == gate.ActionIgnore && d.Rule == "":
			excused = append(excused, d)
		case d.Action == gate.ActionIgnore:
			// Counted in the headline; listed in JSON only.
		case d.Change.Finding.Analyzer == gate.AnalyzerPolicy:
			v.Remarks = append(v.Remarks, d)
		default:
			warnings = append(warnings, d)
		}
	}
	v.Blocking, v.Warnings, v.Waived, v.Fixed = groupRows(blocking), groupRows(warnings), groupRows(waived), groupRows(fixed)
	v.Excused = groupRows(excused)
	v.ManyImages = len(imagesOf(r)) > 1
	return v
}

// imagesOf returns the logical names of the images of a report, sorted.
// Findings and gaps that belong to no image are not counted, nor images that
// only a waiver names.
func imagesOf(r gate.Report) []string {
	seen := map[string]bool{}
	for _, s := range r.Subjects {
		seen[s.Image] = true
	}
	for _, a := range r.Analyses {
		seen[a.Image] = true
	}
	for _, d := range r.Decisions {
		if f := d.Change.Finding; f.Analyzer != gate.AnalyzerPolicy {
			seen[f.Image] = true
		}
	}
	for _, g := range slices.Concat(r.Verdict.Gaps, r.Verdict.Allowed) {
		seen[g.Image] = true
	}
	delete(seen, "")
	return sortedKeys(seen)
}

func sortedKeys(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// filesOf and packagesOf count what was looked at.
func filesOf(r gate.Report) int {
	total := 0
	for _, a := range r.Analyses {
		total += a.Files
	}
	return total
}

func packagesOf(r gate.Report, image, platform string) int {
	total := 0
	for _, a := range r.Analyses {
		if a.Image == image && a.Platform == platform {
			total += a.Packages
		}
	}
	return total
}

// subjectFacts are the facts of one subject, in the order of their worth.
func (v view) subjectFacts(s gate.Subject) []string {
	var facts []string
	add := func(text string) {
		if text = plain.Text(text); text != "" {
			facts = append(facts, text)
		}
	}
	if s.Unchanged != nil {
		add("unchanged since " + s.Unchanged.Since[:min(len(s.Unchanged.Since), 12)] + ": neither built nor scanned")
		return facts
	}
	if s.Builder != "" {
		add("built with " + s.Builder)
	} else if s.Source != "build" {
		add(s.Source)
	}
	add(s.Platform)
	add(s.Distro)
	if n := packagesOf(v.Report, s.Image, s.Platform); n > 0 {
		add(count(n, "package", "packages"))
	}
	if s.Size > 0 {
		add(bytesWords(s.Size))
	}
	add(shortDigest(cmp.Or(s.Digest, s.ImageID)))
	return facts
}

// unchanged reports whether an image was left out because a change can't affect it.
func unchanged(r gate.Report, image string) bool {
	return slices.ContainsFunc(r.Subjects, func(s gate.Subject) bool { return s.Image == image && s.Unchanged != nil })
}

// shortDigest is a digest as people compare it.
func shortDigest(digest string) string {
	const shown = len("sha256:") + 12
	if strings.HasPrefix(digest, "sha256:") && len(digest) > shown {
		return digest[:shown]
	}
	return digest
}

// platformWords says on which of an image's platforms a row was found, when
// there are several
func (v view) platformWords(r row) string {
	total := v.platforms[r.Change.Finding.Image]
	switch {
	case total < 2 || r.Platforms[0] == "":
		return ""
	case len(r.Platforms) == total:
		return fmt.Sprintf("×%d", total)
	default:
		return "only " + plain.Text(strings.Join(r.Platforms, ", "))
	}
}

// notes are the remarks of the run and of its analyses, each once.
func (v view) notes() []string {
	var notes []string
	for _, n := range v.Notes {
		notes = append(notes, plain.Text(n))
	}
	for _, a := range v.Analyses {
		for _, n := range a.Notes {
			notes = append(notes, plain.Text(n))
		}
	}
	return distinct(notes)
}

// artifacts names the documents that were made on the way.
func (v view) artifacts() []string {
	var lines []string
	for _, a := range v.Analyses {
		for _, artifact := range a.Artifacts {
			lines = append(lines, plain.Text(artifact.Path)+" ("+plain.Text(artifact.Kind)+")")
		}
	}
	return distinct(lines)
}

// bars says what a policy asks for in short: from which severity on the
// findings of each analyzer block, how many rules come before that, and which
// line of the policy says so. Bars that nobody set, of analyzers that every
// policy has, are left out.
func bars(policy gate.Policy) []string {
	analyzers := make([]gate.Analyzer, 0, len(policy.Thresholds))
	for a, t := range policy.Thresholds {
		if a == gate.AnalyzerScan || a == gate.AnalyzerLint || t.Origin != gate.OriginDefault {
			analyzers = append(analyzers, a)
		}
	}
	slices.Sort(analyzers)
	var lines []string
	if policy.Mode == gate.ModeWarn {
		lines = append(lines, "mode warn: nothing blocks"+from(policy.ModeOrigin))
	}
	if n := len(policy.Rules); n > 0 {
		lines = append(lines, "first "+count(n, "rule", "rules")+from(policy.Rules[0].Origin))
	}
	for _, a := range analyzers {
		lines = append(lines, barOf(policy, a))
	}
	for _, b := range policy.Budgets {
		lines = append(lines, fmt.Sprintf("at most %d of %s", b.Max, cmp.Or(plain.Text(b.Name), "a budget"))+from(b.Origin))
	}
	return lines
}

func barOf(policy gate.Policy, a gate.Analyzer) string {
	t := policy.Thresholds[a]
	line := fmt.Sprintf("%s blocks from %s", a, t.Severity)
	if t.Never {
		line = fmt.Sprintf("%s never blocks", a)
	}
	if policy.OnlyFixed && a == gate.AnalyzerScan && !t.Never {
		line += " where a fix exists"
	}
	return plain.Text(line) + from(t.Origin)
}

// from names the piece of policy in brackets, where there is one.
func from(origin gate.Origin) string {
	if origin == "" {
		return ""
	}
	return " (" + plain.Text(string(origin)) + ")"
}

// statuses counts the findings by how they relate to the baseline: "2 new",
// "4 existing", "1 fixed"; nothing without one.
func (v view) statuses() []string {
	if v.Baseline == "" {
		return nil
	}
	counts := map[gate.Status]int{}
	for _, d := range v.Decisions {
		counts[d.Change.Status]++
	}
	var parts []string
	for _, s := range []gate.Status{gate.StatusNew, gate.StatusWorse, gate.StatusExisting, gate.StatusFixed} {
		if counts[s] > 0 || s != gate.StatusWorse {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	return parts
}

// baseline says what the findings were compared with.
func (v view) baseline() string {
	if v.Baseline == "" {
		return "No baseline: every finding counts as new."
	}
	words := "Compared with " + plain.Text(v.Baseline) + "."
	if n := v.Verdict.Fixed; n > 0 {
		words += " " + count(n, "finding of it is", "findings of it are") + " fixed."
	}
	return words
}

// fixOf says what to do about a rule's findings; empty when the rule is not described.
func (v view) fixOf(rule string) string { return plain.Text(v.rules[rule].Fix) }

// distinct returns the texts without repetition, in their order.
func distinct(texts []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(texts, func(text string) bool {
		if text == "" || seen[text] {
			return true
		}
		seen[text] = true
		return false
	})
}
