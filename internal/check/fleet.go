package check

import (
	"context"
	"slices"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex"
)

// Fleet examines images that are out there, several at once, with one database
// and one policy. What it says of licences and packages was said when the images
// were made, so that it speaks of vulnerabilities alone.
type Fleet struct{ run *run }

// Out is an image that is out there, of one platform.
type Out struct {
	// Name is the logical name.
	Name string
	// Source is what is read, with its scheme: registry:…@sha256:…, or sbom:FILE.
	Source   string
	Platform string
	// Keep is where the bill of materials is left; empty is nowhere.
	Keep string
}

// Seen is what was found in an image, apart from what the policy says.
type Seen struct {
	Findings []gate.Finding
	// Gaps are why that is not the whole truth. The database is not among them.
	Gaps     []gate.Gap
	Notes    []string
	Distro   string
	Packages int
	ConfigID string
}

// Judged is what the policy says of an image.
type Judged struct {
	// Decisions are those over the image's findings.
	Decisions []gate.Decision
	// Gaps are those that no policy allows.
	Gaps []gate.Gap
	// Notes are remarks on the policy itself: a waiver that has expired, a VEX
	// document that excuses nothing.
	Notes []string
}

// NewFleet makes a fleet that can judge. To examine, it needs OpenDatabase. The
// caller must Close it.
func NewFleet(plan gate.Plan, env Environment) *Fleet {
	plan.Baseline = gate.BaselinePlan{}
	plan.Scan.Context = false
	if organisation := plan.Organisation; organisation != nil {
		plan.Database.MaxAge = stricterAge(plan.Database.MaxAge, organisation.MaxAge)
	}
	return &Fleet{run: &run{plan: plan, env: env}}
}

// OpenDatabase begins to open the database, once.
func (f *Fleet) OpenDatabase(ctx context.Context) {
	f.run.database = openDatabase(ctx, f.run.plan.Database, f.run.env)
}

// Close lets go of the database.
func (f *Fleet) Close() { f.run.close() }

// Database waits for the database and says which it is: an identity, and where
// its data is from. The gap is why it can't be used, or is too old; without an
// identity it can't be used at all.
func (f *Fleet) Database() (identity string, data []gate.DataSource, captured time.Time, gap *gate.Gap) {
	db, missing := f.run.database.wait()
	if missing != nil {
		return "", nil, time.Time{}, missing
	}
	return db.Identity(), db.Data(), db.Captured(), f.run.database.old
}

// Examine finds out what is in an image. The error is an *InputError, or the
// context's; what else goes wrong is a gap.
func (f *Fleet) Examine(ctx context.Context, out Out) (Seen, error) {
	sub := f.run.forBase(gate.ImagePlan{Name: out.Name})
	sub.env.Step = func(string) func() { return func() {} }
	err := sub.scanTarget(ctx, target{
		plan: gate.ImagePlan{Name: out.Name, Platform: out.Platform}, ref: out.Source, keep: out.Keep, redact: redactor(nil),
		subject: gate.Subject{Image: out.Name, Source: out.Source, Platform: out.Platform},
	})
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return Seen{}, err
	}
	var seen Seen
	for _, a := range sub.analyses {
		if a.Analyzer != gate.AnalyzerScan {
			continue
		}
		seen.Findings = append(seen.Findings, a.Findings...)
		seen.Gaps = append(seen.Gaps, slices.DeleteFunc(a.Gaps, ofDatabase)...)
		seen.Notes = append(seen.Notes, a.Notes...)
		seen.Packages += a.Packages
	}
	for _, s := range sub.subjects {
		seen.Distro, seen.ConfigID = s.Distro, s.ImageID
	}
	return seen, nil
}

// ofDatabase reports whether a gap is about the database, which all images share.
func ofDatabase(g gate.Gap) bool {
	return g.Guard == gate.GuardDatabase || g.Guard == gate.GuardDatabaseAge
}

// Judge holds what was found in an image against the policy, VEX documents
// included, as a scan without a baseline does: what is out there is judged by
// itself. Target is the image as those may call it, and source as Examine's, for
// documents that are attached to it in its registry.
func (f *Fleet) Judge(ctx context.Context, target vex.Target, source string, findings []gate.Finding, gaps []gate.Gap) (Judged, error) {
	sub := f.run.forBase(gate.ImagePlan{Name: target.Image})
	sub.base = false
	sub.targets = []vex.Target{target}
	if len(target.Digests) > 0 {
		if err := sub.attachedTo(ctx, target, source); err != nil {
			return Judged{}, err
		}
	}
	if err := sub.resolve(); err != nil {
		return Judged{}, err
	}
	for _, a := range sub.analyses {
		gaps = append(gaps, a.Gaps...)
	}
	keep := func(policy gate.Policy) gate.Policy {
		// Whether a waiver is of use is told where the image is made.
		return unjudged(relevant(policy, []string{target.Image}, false, true, f.run.env.Rules), true)
	}
	report := conclude(sub.plan, keep, sub.env, gate.Report{Analyses: []gate.Analysis{{Analyzer: gate.AnalyzerScan, Image: target.Image, Gaps: gaps}}}, gate.AllNew(findings))
	judged := Judged{Gaps: report.Verdict.Gaps, Notes: sub.notes}
	for _, d := range report.Decisions {
		if d.Change.Finding.Analyzer == gate.AnalyzerPolicy {
			judged.Notes = append(judged.Notes, d.Change.Finding.Message)
			continue
		}
		judged.Decisions = append(judged.Decisions, d)
	}
	return judged, nil
}

// attachedTo reads the VEX documents that are attached to an image.
func (r *run) attachedTo(ctx context.Context, of vex.Target, source string) error {
	return r.attached(ctx, target{
		plan: gate.ImagePlan{Name: of.Image}, ref: source, redact: redactor(nil),
		subject: gate.Subject{Platform: of.Platform, Digest: of.Digests[0]},
	})
}
