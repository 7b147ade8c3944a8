package check

import (
	"os"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/packages"
	"github.com/containergate/gate/internal/vex"
)

// contextOf is the folder whose lock files are scanned beside the image: that of
// a build from a local folder. A platform's image is as good as another for
// that; what they declare is found once in the joined report.
func (r *run) contextOf(plan gate.ImagePlan) string {
	wanted := r.plan.Scan.Context
	if floor := r.plan.Floor; floor != nil && len(floor.Base.Files) > 0 {
		wanted = wanted || floor.Scan.Context
	}
	if !wanted || plan.Build == nil || gate.RemoteContext(plan.Build.Context) {
		return ""
	}
	if info, err := os.Stat(plan.Build.Context); err != nil || !info.IsDir() {
		return ""
	}
	return plan.Build.Context
}

// hold holds what is in an image against what the policies say of licences and
// packages, and remembers the image for VEX documents.
func (r *run) hold(t target, components []gate.Component) {
	policies := append([]gate.Policy{r.plan.Policy}, gate.FloorsOf(r.beside())...)
	subject := packages.Subject{Image: t.plan.Name, Platform: t.subject.Platform, Dockerfile: t.plan.Dockerfile}
	for _, analysis := range packages.Analyze(components, subject, policies...) {
		r.add(analysis)
	}
	r.targets = append(r.targets, vexTarget(t, components))
}

func (r *run) beside() (*gate.BasePolicy, *gate.OrganisationPolicy) {
	base, organisation, _ := r.plan.Beside()
	return base, organisation
}

// vexTarget is the image as VEX documents may call it.
func vexTarget(t target, components []gate.Component) vex.Target {
	target := vex.Target{Image: t.plan.Name, Names: t.subject.Tags, Platform: t.subject.Platform}
	for _, digest := range []string{t.subject.Digest, t.subject.ImageID} {
		if digest != "" {
			target.Digests = append(target.Digests, digest)
		}
	}
	if _, name, found := cutScheme(t.ref); found {
		target.Names = append(target.Names, name)
	}
	for _, c := range components {
		if c.Package.PURL != "" {
			target.Packages = append(target.Packages, c.Package.PURL)
		}
	}
	return target
}
