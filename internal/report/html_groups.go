package report

import (
	"strings"

	"github.com/containergate/gate/internal/report/plain"
)

// htmlGroups are the findings of one kind, by the thing to change.
type htmlGroups struct {
	Title, ID string
	Counts    string
	Groups    []htmlGroup
	// Decided says which pieces of policy decided.
	Decided string
	// More counts the findings whose places are not listed here.
	More int
	// Alarm is true for what blocks.
	Alarm bool
}

// htmlGroup is a place and what goes away when it is changed.
type htmlGroup struct {
	Image, Where, Text, Remarks, Counts string
	Open                                bool
	Rows                                []*htmlRow
	// More counts the findings that are not listed here.
	More int
}

// What more than this is folded, or left to the table of all findings.
const (
	htmlOpen   = 100  // findings up to which the groups of a kind are open
	htmlPlaces = 200  // groups of a kind
	htmlHere   = 50   // findings of a group
	htmlListed = 1000 // findings of a kind
)

// sections are the groups of what blocks, and those of every other kind that occurs.
func (b *htmlRows) sections() (blocks htmlGroups, others []htmlGroups) {
	for i, kind := range b.kinds {
		if kind.apart || len(kind.groups) == 0 {
			continue
		}
		section := b.section(kind)
		if i == 0 {
			section.Alarm = true
			blocks = section
			continue
		}
		others = append(others, section)
	}
	return blocks, others
}

func (b *htmlRows) section(kind htmlKind) htmlGroups {
	section := htmlGroups{Title: kind.title, ID: kind.id, Counts: strings.Join(severityCounts(kind.groups), dot)}
	if kind.id == "blocks" {
		section.Decided = strings.Join(deciders(kind.groups), dot)
	}
	open := rowsOf(kind.groups) <= htmlOpen && kind.id == "blocks"
	left := htmlListed
	for i, g := range upTo(kind.groups, htmlPlaces) {
		shown := upTo(kind.rows[i], min(htmlHere, left))
		left -= len(shown)
		one := htmlGroup{
			Where: g.where(), Text: plain.Text(g.Text), Remarks: strings.Join(g.remarks(), dot),
			Counts: strings.Join(severityCounts([]group{g}), dot), Open: open, Rows: shown, More: len(g.Rows) - len(shown),
		}
		if b.view.ManyImages {
			one.Image = imageTitle(g.Image)
		}
		section.Groups = append(section.Groups, one)
	}
	section.More = rowsOf(kind.groups[len(section.Groups):])
	return section
}
