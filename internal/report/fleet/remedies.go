package fleet

import (
	"cmp"
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// Remedy is what removes findings from an image, ready to be handed to a
// workflow that builds it again. A finding counts once however many releases
// have it.
type Remedy struct {
	Image string `json:"image"`
	// References are the releases with something that matters, sorted.
	References []string `json:"references"`
	// Rebuild is true where building again, without any other change, removes
	// at least one finding; Clears is how many.
	Rebuild bool `json:"rebuild"`
	Clears  int  `json:"clears"`
	// Bases are the base images of which there is a newer one, with its digest.
	Bases []RemedyBase `json:"bases"`
	// Dependencies have to be raised by a change of the source, those first
	// that clear the most.
	Dependencies []RemedyDependency `json:"dependencies"`
	// Left is how many findings nothing removes yet.
	Left int `json:"left"`
	// More says how much of this image was left out for the length; nil is
	// nothing.
	More *RemedyMore `json:"more,omitempty"`
	// MoreImages is how many images were left out altogether. It stands at the
	// last image.
	MoreImages int `json:"moreImages,omitempty"`
}

// RemedyBase is a base image that is newer than that of a release.
type RemedyBase struct {
	Name string `json:"name"`
	// Digest is what the name stands for today.
	Digest string `json:"digest"`
}

// RemedyDependency is a package that has to be raised.
type RemedyDependency struct {
	Package string `json:"package"`
	From    string `json:"from"`
	// To is the first version without the fault; empty where the database does
	// not tell.
	To     string `json:"to"`
	Clears int    `json:"clears"`
}

// RemedyMore is how much was left out.
type RemedyMore struct {
	References   int `json:"references,omitempty"`
	Bases        int `json:"bases,omitempty"`
	Dependencies int `json:"dependencies,omitempty"`
}

// Remedies are what removes the findings that matter, for each image that has
// some, in the fleet's order.
func Remedies(f gate.Fleet) []Remedy {
	remedies := []Remedy{}
	for _, image := range f.Images {
		if r, ok := remedyOf(image); ok {
			remedies = append(remedies, r)
		}
	}
	return remedies
}

// fault is a vulnerability of a package, as it counts.
type fault struct{ rule, name string }

func remedyOf(image gate.FleetImage) (Remedy, bool) {
	r := Remedy{Image: image.Name, References: []string{}, Bases: []RemedyBase{}, Dependencies: []RemedyDependency{}}
	rebuilt, left := map[fault]bool{}, map[fault]bool{}
	raised := map[RemedyDependency]map[fault]bool{}
	for _, release := range image.Releases {
		affected := false
		for _, o := range release.Observed {
			if !o.Matters() {
				continue
			}
			affected = true
			switch one := faultOf(o.Finding); o.Remedy.Kind {
			case gate.RemedyRebuild:
				rebuilt[one] = true
			case gate.RemedyDependency:
				change := RemedyDependency{Package: o.Remedy.Package, From: o.Remedy.From, To: o.Remedy.To}
				if raised[change] == nil {
					raised[change] = map[fault]bool{}
				}
				raised[change][one] = true
			default:
				left[one] = true
			}
		}
		if affected {
			r.References = append(r.References, release.Reference)
			if base := release.Base; base != nil && base.Newer != "" {
				r.Bases = append(r.Bases, RemedyBase{base.Name, base.Newer})
			}
		}
	}
	r.Clears, r.Rebuild, r.Left = len(rebuilt), len(rebuilt) > 0, len(left)
	for change, faults := range raised {
		change.Clears = len(faults)
		r.Dependencies = append(r.Dependencies, change)
	}
	r.sort()
	return r, len(r.References) > 0
}

func (r *Remedy) sort() {
	slices.Sort(r.References)
	r.References = slices.Compact(r.References)
	slices.SortFunc(r.Bases, func(a, b RemedyBase) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Digest, b.Digest))
	})
	r.Bases = slices.Compact(r.Bases)
	slices.SortFunc(r.Dependencies, func(a, b RemedyDependency) int {
		return cmp.Or(cmp.Compare(b.Clears, a.Clears), cmp.Compare(a.Package, b.Package), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
}

func faultOf(f gate.Finding) fault {
	if f.Package == nil {
		return fault{rule: f.Rule}
	}
	return fault{f.Rule, f.Package.Name}
}
