package tracking

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// row is one vulnerability in one package, over all releases of an image.
type row struct {
	key     string
	finding gate.Finding
	mark    mark
	// epss is the highest estimate, between 0 and 1.
	epss float64
	// versions and fixes are those of the package, sorted.
	versions, fixes []string
	// releases are the references that have it, in the image's order.
	releases []string
	// since is the first day on which it was seen; empty when nothing tells.
	since string
	// known and younger say that the advisory is older, or younger, than a
	// release that has it.
	known, younger bool
	remedies       []gate.Remedy
	// fresh is set when the rescan says that it is new, or worse, somewhere.
	fresh bool
}

// keyOf is the shortened fingerprint of a finding.
func keyOf(f gate.Finding) string { return gate.KeyOf(f).Fingerprint()[:keyLength] }

// rowsOf groups what asks for action, the worst first.
func rowsOf(image gate.FleetImage) []row {
	index := map[string]int{}
	var rows []row
	for _, release := range image.Releases {
		for _, o := range release.Observed {
			if !o.Matters() {
				continue
			}
			key := keyOf(o.Finding)
			at, known := index[key]
			if !known {
				at = len(rows)
				index[key] = at
				rows = append(rows, row{key: key, finding: o.Finding})
			}
			rows[at].add(release, o)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(
			cmp.Compare(b.mark.severity, a.mark.severity), compareTrue(a.mark.exploited, b.mark.exploited), cmp.Compare(b.epss, a.epss),
			cmp.Compare(a.finding.Rule, b.finding.Rule), cmp.Compare(a.packageName(), b.packageName()), cmp.Compare(a.key, b.key),
		)
	})
	return rows
}

// sumOf stands for all rows and how bad they are.
func sumOf(rows []row) string {
	entries := make([]string, 0, len(rows))
	for _, r := range rows {
		entries = append(entries, r.key+string(r.mark.letter()))
	}
	slices.Sort(entries)
	sum := sha256.Sum256([]byte(strings.Join(entries, "")))
	return hex.EncodeToString(sum[:8])
}

// compareTrue puts what is true first.
func compareTrue(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (r *row) add(release gate.Release, o gate.Observed) {
	f := o.Finding
	r.mark = r.mark.or(markOf(f))
	if f.Advisory != nil && f.Advisory.EPSS != nil {
		r.epss = max(r.epss, f.Advisory.EPSS.Probability)
	}
	r.addVersions(f)
	if !slices.Contains(r.releases, release.Reference) {
		r.releases = append(r.releases, release.Reference)
	}
	if o.FirstSeen != "" && (r.since == "" || o.FirstSeen < r.since) {
		r.since = o.FirstSeen
	}
	r.known = r.known || o.Disclosure == gate.DisclosedBefore
	r.younger = r.younger || o.Disclosure == gate.DisclosedSince
	r.fresh = r.fresh || o.Status == gate.StatusNew || o.Status == gate.StatusWorse
	if !slices.Contains(r.remedies, o.Remedy) {
		r.remedies = append(r.remedies, o.Remedy)
		slices.SortFunc(r.remedies, func(a, b gate.Remedy) int {
			return cmp.Or(cmp.Compare(b.Kind, a.Kind), cmp.Compare(a.Package, b.Package), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
		})
	}
}

func (r *row) addVersions(f gate.Finding) {
	if f.Package != nil {
		r.versions = insert(r.versions, f.Package.Version)
	}
	if f.Fix != nil && f.Fix.State == gate.FixFixed {
		for _, version := range f.Fix.Versions {
			r.fixes = insert(r.fixes, version)
		}
	}
}

// insert adds a text to a sorted list, once.
func insert(sorted []string, text string) []string {
	at, found := slices.BinarySearch(sorted, text)
	if found || text == "" {
		return sorted
	}
	return slices.Insert(sorted, at, text)
}

func (r row) packageName() string {
	if r.finding.Package == nil {
		return ""
	}
	return r.finding.Package.Name
}

// severity is how bad it is, with what sets it apart.
func (r row) severity() string {
	words := []string{"**" + r.mark.severity.String() + "**"}
	if r.mark.exploited {
		words = append(words, "KEV")
	}
	if percent := epssWords(r.epss); percent != "" {
		words = append(words, percent)
	}
	return strings.Join(words, ", ")
}

// software is the package and what mends it, or the message of what is no package.
func (r row) software() string {
	const most = 3
	if r.finding.Package == nil {
		return plain.Code(oneLine(r.finding.Message, saidMost))
	}
	text := name(r.packageName())
	if len(r.versions) > 0 {
		text += " " + names(r.versions, most)
	}
	if len(r.fixes) > 0 {
		text += " → " + names(r.fixes, most)
	}
	return text
}

// disclosed says whether it could be known at release.
func (r row) disclosed() string {
	switch {
	case r.known && r.younger:
		return "disclosed since some of the releases"
	case r.younger:
		return "disclosed since release"
	case r.known:
		return "known at release"
	}
	return ""
}

// remedy says what removes it.
func (r row) remedy() string {
	const most = 3
	var words []string
	for _, one := range r.remedies {
		var text string
		switch one.Kind {
		case gate.RemedyRebuild:
			text = "rebuild"
		case gate.RemedyDependency:
			text = "raise " + name(one.Package)
			if one.To != "" {
				text += " to " + name(one.To)
			}
		default:
			text = "none yet"
		}
		if !slices.Contains(words, text) {
			words = append(words, text)
		}
	}
	if len(words) > most {
		words = append(words[:most], "…")
	}
	return strings.Join(words, "; ")
}

// names are code spans with commas between them, and how many more there are.
func names(texts []string, most int) string {
	var shown []string
	for _, t := range texts[:min(len(texts), most)] {
		shown = append(shown, name(t))
	}
	text := strings.Join(shown, ", ")
	if more := len(texts) - most; more > 0 {
		text += " and " + count(more, "more", "more")
	}
	return text
}
