package fleet

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// missing is what is not known, and why.
type missing struct {
	Gaps   []gapView
	Groups []missingGroup
	// Bare are the images without a release.
	Bare []string
	// More, MoreBare and MoreGaps count what is left out here.
	More, MoreBare, MoreGaps int
}

// Any reports whether something is missing.
func (m missing) Any() bool { return len(m.Gaps) > 0 || len(m.Groups) > 0 || len(m.Bare) > 0 }

// missingGroup are releases that were not scanned, or not whole, for the same reasons.
type missingGroup struct {
	Places []newsPlace
	More   int
	Gaps   []gapView
}

func newMissing(f gate.Fleet) missing {
	const most = 100
	m := missing{MoreGaps: max(0, len(f.Gaps)-most)}
	m.Gaps = gapViews(upTo(f.Gaps, most), true)
	groups := map[string]int{}
	number := 0
	for _, image := range f.Images {
		switch {
		case len(image.Releases) > 0:
		case len(m.Bare) == most:
			m.MoreBare++
		default:
			m.Bare = append(m.Bare, imageName(image))
		}
		for _, r := range image.Releases {
			number++
			if len(r.Gaps) > 0 {
				m.add(groups, newsPlace{number, titleOf(r)}, gapViews(r.Gaps, false))
			}
		}
	}
	return m
}

// add puts a release to those with the same reasons.
func (m *missing) add(groups map[string]int, at newsPlace, gaps []gapView) {
	const most, places = 100, 20
	key := fmt.Sprintf("%#v", gaps)
	i, known := groups[key]
	switch {
	case !known && len(m.Groups) == most:
		m.More++
		return
	case !known:
		i = len(m.Groups)
		groups[key] = i
		m.Groups = append(m.Groups, missingGroup{Gaps: gaps})
	}
	g := &m.Groups[i]
	if len(g.Places) == places {
		g.More++
		return
	}
	g.Places = append(g.Places, at)
}

// gapView is one reason why something is not known.
type gapView struct {
	Guard, About, Message, Next string
	Paths                       []string
	MorePaths                   int
	Output                      string
}

// gapViews show gaps; where they are not about the release at hand, with the
// image that each names.
func gapViews(gaps []gate.Gap, about bool) []gapView {
	const paths, lines = 20, 20
	var views []gapView
	for _, g := range gaps {
		view := gapView{
			Guard: plain.Word(string(g.Guard)), Message: line(g.Message), Next: line(g.Next), Paths: plain.Words(upTo(g.Paths, paths)), MorePaths: max(0, len(g.Paths)-paths),
		}
		if about {
			view.About = strings.TrimSpace(plain.Word(g.Image) + " " + plain.Word(g.Platform))
		}
		var output []string
		for _, text := range g.Output[max(0, len(g.Output)-lines):] {
			if text = line(text); text != "" {
				output = append(output, text)
			}
		}
		view.Output = strings.Join(output, "\n")
		views = append(views, view)
	}
	return views
}

// titleOf is a release in words.
func titleOf(r gate.Release) string {
	return strings.TrimSpace(referenceName(r) + " " + plain.Word(r.Platform))
}
