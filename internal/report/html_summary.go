package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// htmlSummary counts what was found, and names what was examined.
type htmlSummary struct {
	// Counts has a line for each severity that occurs, worst first.
	Counts []htmlCount
	Total  int
	// Words are the counts in a sentence, for who does not see the bar.
	Words    string
	Statuses string
	Images   []htmlImage
	Subjects []htmlFact
	Files    string
}

// htmlCount is how many findings of a severity there are, by what was decided,
// and its piece of the bar, which is barWidth wide.
type htmlCount struct {
	Severity                            string
	Blocks, Warns, Waived, Ignored, Sum int
	X, Width                            int
}

// htmlImage is the verdict about one image of several.
type htmlImage struct {
	Name, Look, Verdict string
	Blocks, Warns       int
}

const barWidth = 1000

func htmlSummaryOf(v view) htmlSummary {
	s := htmlSummary{Counts: htmlCounts(v), Images: htmlImages(v)}
	var parts []string
	for _, c := range s.Counts {
		s.Total += c.Sum
		parts = append(parts, fmt.Sprintf("%d %s", c.Sum, c.Severity))
	}
	s.Words = strings.Join(parts, ", ")
	layBar(s.Counts, s.Total)
	if parts := v.statuses(); len(parts) > 0 {
		s.Statuses = strings.Join(parts, dot) + ", compared with " + plain.Text(v.Baseline)
	}
	for _, subject := range v.Subjects {
		s.Subjects = append(s.Subjects, htmlFact{cmp.Or(plain.Word(subject.Image), "Subject"), strings.Join(v.subjectFacts(subject), dot)})
	}
	if n := filesOf(v.Report); n > 0 {
		s.Files = count(n, "Dockerfile", "Dockerfiles") + " linted"
	}
	return s
}

func htmlCounts(v view) []htmlCount {
	counts := map[gate.Severity]*htmlCount{}
	for i := range v.Decisions {
		d := &v.Decisions[i]
		if d.Change.Status == gate.StatusFixed {
			continue
		}
		c := counts[d.Change.Finding.Severity]
		if c == nil {
			c = &htmlCount{Severity: d.Change.Finding.Severity.String()}
			counts[d.Change.Finding.Severity] = c
		}
		c.Sum++
		switch d.Action {
		case gate.ActionBlock:
			c.Blocks++
		case gate.ActionWarn:
			c.Warns++
		case gate.ActionWaived:
			c.Waived++
		default:
			c.Ignored++
		}
	}
	var list []htmlCount
	for _, s := range worstFirst() {
		if counts[s] != nil {
			list = append(list, *counts[s])
		}
	}
	return list
}

// layBar gives each count its share of the bar, and none so little that it
// can't be seen.
func layBar(counts []htmlCount, total int) {
	const least, gap = 8, 3
	if total == 0 {
		return
	}
	x, room := 0, barWidth-len(counts)*(least+gap)
	for i := range counts {
		counts[i].X, counts[i].Width = x, least+room*counts[i].Sum/total
		x += counts[i].Width + gap
	}
	last := &counts[len(counts)-1]
	last.Width = barWidth - last.X
}

// htmlImages are the verdicts about each image, where there are several. A gap
// of all images is part of each.
func htmlImages(v view) []htmlImage {
	if !v.ManyImages {
		return nil
	}
	places := map[string]int{}
	var images []htmlImage
	for _, name := range imagesOf(v.Report) {
		places[name] = len(images)
		images = append(images, htmlImage{Name: plain.Word(name)})
	}
	for i := range v.Decisions {
		d := &v.Decisions[i]
		at, ok := places[d.Change.Finding.Image]
		if !ok || d.Change.Status == gate.StatusFixed {
			continue
		}
		images[at].Blocks += boolRank(d.Action == gate.ActionBlock)
		images[at].Warns += boolRank(d.Action == gate.ActionWarn)
	}
	for name, at := range places {
		missing := slices.ContainsFunc(v.Verdict.Gaps, func(g gate.Gap) bool { return g.Image == name || g.Image == "" })
		images[at].judge(missing, unchanged(v.Report, name))
	}
	return images
}

func (i *htmlImage) judge(missing, unchanged bool) {
	switch {
	case i.Blocks > 0 && missing:
		i.Look, i.Verdict = "fail", "fail, incomplete"
	case i.Blocks > 0:
		i.Look, i.Verdict = "fail", "fail"
	case missing:
		i.Look, i.Verdict = "incomplete", "incomplete"
	case unchanged:
		i.Look, i.Verdict = "unchanged", "unchanged, not examined"
	default:
		i.Look, i.Verdict = "pass", "pass"
	}
}
