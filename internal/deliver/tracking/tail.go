package tracking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// counts say what else was found and why it is not in the table.
func (p page) counts() string {
	asks := map[string]bool{}
	for _, r := range p.rows {
		asks[r.key] = true
	}
	var sets [4]map[string]bool
	for i := range sets {
		sets[i] = map[string]bool{}
	}
	for _, release := range p.image.Releases {
		for _, o := range release.Observed {
			if at := excuse(o); at >= 0 {
				if key := keyOf(o.Finding); !asks[key] {
					sets[at][key] = true
				}
			}
		}
	}
	var parts []string
	for i, words := range []string{"dismissed in code scanning", "waived", "ignored by the policy or a VEX statement", "that the policy only warns of"} {
		if n := len(sets[i]); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, words))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "\nNot counted above: " + strings.Join(parts, ", ") + ".\n"
}

// excuse says by which count a finding is told that does not ask for action; -1
// for one that does, or that is gone.
func excuse(o gate.Observed) int {
	switch {
	case o.Status == gate.StatusFixed || o.Matters():
		return -1
	case o.Dismissed != "":
		return 0
	case o.Action == gate.ActionWaived:
		return 1
	case o.Action == gate.ActionIgnore:
		return 2
	default:
		return 3
	}
}

// gone is what the issue told and what is gone.
func (p page) gone() string {
	list := fit(p.state.Gone)
	if len(list) == 0 {
		return ""
	}
	all := make([]string, 0, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		g := list[i]
		text := "- " + plain.AdvisoryLink(g.Rule)
		if g.Package != "" {
			text += " in " + name(g.Package)
		}
		all = append(all, text+", since "+name(g.Day))
	}
	return "\n### What is gone\n\n" + lines(all, goneMost, func(n int) string { return "- and " + count(n, "other", "others") })
}

// withGone adds to the list what was told, is in no release any more, and was
// there at the last rescan.
func (s state) withGone(before told, image gate.FleetImage, rows []row, day string) []gone {
	asks := map[string]bool{}
	for _, r := range rows {
		asks[r.key] = true
	}
	listed := map[string]bool{}
	var list []gone
	for _, g := range s.Gone {
		if !asks[g.Key] && !listed[g.Key] {
			list, listed[g.Key] = append(list, g), true
		}
	}
	if !whole(image) {
		return list
	}
	for _, f := range goneFrom(image) {
		key := keyOf(f)
		if _, was := before[key]; !was || listed[key] {
			continue
		}
		listed[key] = true
		g := gone{Key: key, Rule: plain.Word(f.Rule), Day: day}
		if f.Package != nil {
			g.Package = plain.Word(f.Package.Name)
		}
		list = append(list, g)
	}
	return list
}

// goneFrom is what was in a release at the last rescan and is in none now.
func goneFrom(image gate.FleetImage) []gate.Finding {
	there := map[string]bool{}
	var fixed []gate.Finding
	for _, release := range image.Releases {
		for _, o := range release.Observed {
			if o.Status == gate.StatusFixed {
				fixed = append(fixed, o.Finding)
			} else {
				there[keyOf(o.Finding)] = true
			}
		}
	}
	return slices.DeleteFunc(fixed, func(f gate.Finding) bool { return there[keyOf(f)] })
}

// withMoved lists the tags that moved, at this rescan or at one before: a tag
// that still stands for what it moved to is not told as new, nor forgotten.
func (s state) withMoved(image gate.FleetImage) []moved {
	var list []moved
	for _, r := range image.Releases {
		now := r.Index
		if now == "" {
			now = r.Digest
		}
		if r.Moved != "" {
			list = append(list, moved{Reference: r.Reference, Platform: r.Platform, From: short(r.Moved), To: short(now)})
			continue
		}
		for _, m := range s.Moved {
			if m.Reference == r.Reference && m.Platform == r.Platform && (m.To == short(now) || now == "") {
				list = append(list, m)
				break
			}
		}
	}
	return list
}
