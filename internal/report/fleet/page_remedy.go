package fleet

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// remedyRow is what removes the findings of an image.
type remedyRow struct {
	Number       int
	Image        string
	Clears, Left string
	Bases        []string
	Dependencies []string
	// More counts the dependencies that are left out.
	More int
}

// remedyRows are the remedies of the images for which something matters.
func remedyRows(f gate.Fleet) []remedyRow {
	var rows []remedyRow
	for i, image := range f.Images {
		r, ok := remedyOf(image)
		if !ok {
			continue
		}
		const most = 8
		row := remedyRow{Number: i + 1, Image: imageName(image), Clears: strconv.Itoa(r.Clears), Left: strconv.Itoa(r.Left), More: max(0, len(r.Dependencies)-most)}
		for _, b := range upTo(r.Bases, most) {
			row.Bases = append(row.Bases, baseWords(b))
		}
		for _, d := range upTo(r.Dependencies, most) {
			row.Dependencies = append(row.Dependencies, dependencyWords(d))
		}
		rows = append(rows, row)
	}
	return rows
}

func baseWords(b RemedyBase) string {
	return strings.TrimSpace(plain.Word(b.Name) + " is " + shortDigest(b.Digest) + " today")
}

// dependencyWords are a change of a dependency, and what it removes.
func dependencyWords(d RemedyDependency) string {
	text := strings.TrimSpace(plain.Word(d.Package) + " " + plain.Word(d.From))
	if text == "" {
		text = "a dependency"
	}
	if d.To != "" {
		text += " → " + plain.Word(d.To)
	}
	if d.Clears > 1 {
		text += fmt.Sprintf(" (%d)", d.Clears)
	}
	return text
}

// parts are a remedy in words.
func (r remedyRow) parts() []string {
	var parts []string
	if r.Clears != "0" {
		parts = append(parts, "a rebuild removes "+r.Clears)
	}
	parts = append(parts, r.Bases...)
	if len(r.Dependencies) > 0 {
		text := "raise " + strings.Join(r.Dependencies, ", ")
		if r.More > 0 {
			text += fmt.Sprintf(" and %d more", r.More)
		}
		parts = append(parts, text)
	}
	if r.Left != "0" {
		parts = append(parts, "nothing removes "+r.Left+" yet")
	}
	return parts
}
