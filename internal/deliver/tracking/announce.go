package tracking

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// newsMost is how many bytes the text of a comment takes; its hidden line takes
// up to 20,000 more.
const newsMost = 40_000

// news is what the issue has not told yet.
type news struct {
	row
	// worse says what rose since it was told; empty for what is new.
	worse []string
}

// newsOf compares the findings with what has been told. What an issue forgot
// for want of room counts as told, unless the rescan itself says that it is new.
func newsOf(rows []row, before told, forgot, heard bool) []news {
	var all []news
	for _, r := range rows {
		m, known := before[r.key]
		switch {
		case known:
			if worse := r.mark.since(m); len(worse) > 0 {
				all = append(all, news{r, worse})
			}
		case !forgot || r.fresh && !heard:
			all = append(all, news{r, nil})
		}
	}
	return all
}

// announcement is the visible text of a comment.
func announcement(k kind, image gate.FleetImage, rows []row, fresh []news, run string) string {
	link := runLink(run)
	switch k {
	case kindClean:
		return fmt.Sprintf("Nothing in the released images of %s asks for action any more; %s scanned whole. Closed%s.\n",
			name(image.Name), wereScanned(len(image.Releases)), link)
	case kindRetired:
		return fmt.Sprintf("The image %s is not among the released images any more: no list of the rescan names it. It is not scanned any more either. Closed%s.\n",
			name(image.Name), link)
	case kindStill:
		return fmt.Sprintf("This issue was closed as completed, but %s still in the released images of %s, so it is open again%s. Release a version without, or take the old one off the list; "+
			"or close the issue as *not planned* to hear of it again only when something new appears.\n", areStill(len(rows)), name(image.Name), link) + newsList(fresh)
	case kindAgain:
		return fmt.Sprintf("Something in the released images of %s asks for action again, so this issue is open again%s.\n", name(image.Name), link) + newsList(fresh)
	}
	worse := 0
	for _, n := range fresh {
		if len(n.worse) > 0 {
			worse++
		}
	}
	var parts []string
	if n := len(fresh) - worse; n > 0 {
		parts = append(parts, count(n, "new finding asks", "new findings ask")+" for action")
	}
	if worse > 0 {
		parts = append(parts, count(worse, "known finding", "known findings")+" got worse")
	}
	return fmt.Sprintf("%s in the released images of %s%s.\n", strings.Join(parts, " and "), name(image.Name), link) + newsList(fresh)
}

func wereScanned(n int) string {
	if n == 1 {
		return "the one release was"
	}
	return fmt.Sprintf("all %d releases were", n)
}

func areStill(n int) string {
	if n == 1 {
		return "1 finding is"
	}
	return fmt.Sprintf("%d findings are", n)
}

func newsList(fresh []news) string {
	if len(fresh) == 0 {
		return ""
	}
	all := make([]string, 0, len(fresh))
	for _, n := range fresh {
		text := "- " + plain.AdvisoryLink(n.finding.Rule) + " " + n.severity() + " in " + n.software() + " (" + n.where(0) + ")"
		if len(n.worse) > 0 {
			text += ": " + strings.Join(n.worse, ", ")
		} else if words := n.disclosed(); words != "" {
			text += ", " + words
		}
		all = append(all, text+". Remedy: "+n.remedy()+".")
	}
	return "\n" + lines(all, newsMost, func(n int) string {
		return "- and " + count(n, "other", "others") + "; the text of the issue and the report of the run have more"
	})
}
