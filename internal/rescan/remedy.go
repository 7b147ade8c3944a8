package rescan

import "github.com/containergate/gate/internal/gate"

// remedyOf says what removes a finding from a release: building it again, for a
// package of the distribution that is mended there, or raising a dependency.
func remedyOf(f gate.Finding) gate.Remedy {
	if f.Package == nil || f.Fix == nil || f.Fix.State != gate.FixFixed {
		return gate.Remedy{}
	}
	remedy := gate.Remedy{Kind: gate.RemedyDependency, Package: f.Package.Name, From: f.Package.Version}
	if f.Distro != "" {
		remedy.Kind = gate.RemedyRebuild
	}
	if len(f.Fix.Versions) > 0 {
		remedy.To = f.Fix.Versions[0]
	}
	return remedy
}
