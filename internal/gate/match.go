package gate

import (
	"slices"
	"time"
)

// truth is yes, no, or not known. What is not known counts as yes for a rule
// that blocks and as no for one that does not: missing data never opens the gate.
type truth int

const (
	no truth = iota
	maybe
	yes
)

func truthOf(holds bool) truth {
	if holds {
		return yes
	}
	return no
}

// candidate is a finding as conditions see it.
type candidate struct {
	Change
	// severity is the one that counts.
	severity Severity
	now      time.Time
}

// match holds a condition against a finding.
func (c Condition) match(f candidate) truth {
	result := yes
	for _, holds := range [...]func(candidate) truth{c.nested, c.kind, c.place, c.software, c.advisory} {
		if result = min(result, holds(f)); result == no {
			return no
		}
	}
	return result
}

func (c Condition) nested(f candidate) truth {
	result := yes
	for _, part := range c.All {
		result = min(result, part.match(f))
	}
	if len(c.Any) > 0 {
		best := no
		for _, part := range c.Any {
			best = max(best, part.match(f))
		}
		result = min(result, best)
	}
	if c.Not != nil {
		result = min(result, yes-c.Not.match(f))
	}
	return result
}

// kind is what the finding is, apart from where.
func (c Condition) kind(f candidate) truth {
	return truthOf(oneOf(c.Analyzers, f.Finding.Analyzer) &&
		oneOf(c.Severities, f.severity) &&
		oneOf(c.Statuses, f.Status) &&
		like(c.IDs, f.Finding.Names()...) &&
		like(c.Tags, f.Finding.Tags...) &&
		like(c.Tools, f.Finding.Tool))
}

func (c Condition) place(f candidate) truth {
	finding := f.Finding
	source := finding.Source
	if source == "" {
		source = "image"
	}
	if !like(c.Images, finding.Image) || !like(c.Platforms, finding.Platform) || !like(c.Distros, finding.Distro) ||
		!like(c.Sources, source) || !like(c.Paths, append([]string{finding.Location.Path}, finding.Paths...)...) {
		return no
	}
	return min(c.side(finding.Location), c.stage(finding.Location))
}

// side is not known for what nothing attributes.
func (c Condition) side(place Location) truth {
	if len(c.Sides) == 0 || slices.Contains(c.Sides, place.Side()) {
		return yes
	}
	if place.Side() == SideUnknown {
		return maybe
	}
	return no
}

func (c Condition) stage(place Location) truth {
	if len(c.Stages) == 0 {
		return yes
	}
	if place.Stage == "" {
		return maybe
	}
	return truthOf(like(c.Stages, place.Stage))
}

func (c Condition) software(f candidate) truth {
	p := f.Finding.pkg()
	if !like(c.Packages, p.Name) || !like(c.Types, p.Type) || !like(c.PURLs, purlForms(p.PURL)...) || !like(c.Licenses, p.Licenses...) {
		return no
	}
	result := yes
	if len(c.Relations) > 0 && !slices.Contains(c.Relations, p.Relation) {
		if p.Relation != "" {
			return no
		}
		result = maybe
	}
	if c.Versions != "" {
		result = min(result, inRange(c.Versions, p))
	}
	return result
}

// advisory is what the database says. A score that it does not have is not
// reached; a day that it does not have is not known.
func (c Condition) advisory(f candidate) truth {
	finding, advisory := f.Finding, f.Finding.about()
	if len(c.Fix) > 0 && !slices.Contains(c.Fix, finding.fixState()) {
		return no
	}
	if !c.exploited(advisory) || !c.scored(advisory) {
		return no
	}
	result := yes
	if c.FixAge != nil {
		if finding.fixState() != FixFixed {
			return no
		}
		result = min(result, aged(*c.FixAge, finding.Fix.Available, f.now))
	}
	if c.AdvisoryAge != nil {
		result = min(result, aged(*c.AdvisoryAge, advisory.Published, f.now))
	}
	return result
}

func (c Condition) exploited(advisory Advisory) bool {
	kev := advisory.KEV != nil
	return (c.KEV == nil || *c.KEV == kev) && (c.Ransomware == nil || *c.Ransomware == (kev && advisory.KEV.Ransomware))
}

func (c Condition) scored(advisory Advisory) bool {
	var epss EPSS
	if advisory.EPSS != nil {
		epss = *advisory.EPSS
	}
	return within(c.EPSS, epss.Probability) && within(c.EPSSPercentile, epss.Percentile) &&
		within(c.Risk, advisory.Risk) && within(c.CVSS, highestScore(advisory.CVSS))
}

// aged compares the days between a day and now.
func aged(bound Bound, day string, now time.Time) truth {
	since, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return maybe
	}
	return truthOf(bound.holds(float64(int(now.Sub(since).Hours() / 24))))
}

func within(bound *Bound, value float64) bool { return bound == nil || bound.holds(value) }

func highestScore(scores []CVSS) float64 {
	highest := 0.0
	for _, score := range scores {
		highest = max(highest, score.Score)
	}
	return highest
}

func oneOf[T comparable](list []T, item T) bool { return len(list) == 0 || slices.Contains(list, item) }

// like reports whether one of the texts is like one of the patterns; without
// patterns everything is.
func like(patterns []string, texts ...string) bool {
	if len(patterns) == 0 {
		return true
	}
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return Wildcard(pattern, text) })
	})
}

func (f Finding) about() Advisory {
	if f.Advisory == nil {
		return Advisory{}
	}
	return *f.Advisory
}

func (f Finding) fixState() FixState {
	if f.Fix == nil {
		return FixUnknown
	}
	return f.Fix.State
}
