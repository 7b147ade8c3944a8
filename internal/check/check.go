package check

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/scan"
	"github.com/containergate/gate/internal/scan/advisories"
	"github.com/containergate/gate/internal/vex"
)

// Environment is what the line takes from the process around it, so that equal
// plans give equal reports.
type Environment struct {
	Tool gate.Tool
	// Now is the moment at which waivers and the database's age are judged.
	Now time.Time
	// Rules is the lint catalog.
	Rules []lint.Rule
	// Progress gets the build's output; Display is auto, tty, plain or quiet.
	Progress io.Writer
	Display  string
	// TempDir is an existing folder for what the run needs for itself; the
	// caller removes it.
	TempDir string
	// Step is told when a step begins; the function it returns, when the step ends.
	Step func(name string) func()
	// ShellCheckDir keeps what ShellCheck said of a script for other runs;
	// empty keeps nothing.
	ShellCheckDir string
	// Databases keeps the vulnerability database between runs; nil keeps it in
	// the plan's folder alone.
	Databases advisories.Store
	// Licenses is a licence scanner that several runs share; nil makes one.
	Licenses *scan.Licenses
	// Bases knows the base commit; nil where nothing is known of one.
	Bases Bases
	// BaseImages are the images that a folder with the base commit's files
	// defines, by the base's policy; nil where none are discovered.
	BaseImages func(ctx context.Context, root string) ([]gate.ImagePlan, error)
	// Root is the absolute path of the working directory.
	Root string
	// Stdin is the Dockerfile that "-" stands for.
	Stdin io.Reader
}

// step is Step, or nothing where the caller does not listen.
func (e Environment) step(name string) func() {
	if e.Step == nil {
		return func() {}
	}
	return e.Step(name)
}

// Run examines every image of the plan and decides. The error is an
// *InputError, or the context's when the run was cancelled; everything else
// that fails is in the report, whose verdict is then incomplete.
func Run(ctx context.Context, plan gate.Plan, env Environment) (gate.Report, error) {
	run := &run{plan: plan, env: env, shell: lint.NewSession(env.ShellCheckDir), seats: map[string]*image.Seat{}}
	defer run.close()
	if err := run.prepare(ctx); err != nil {
		return gate.Report{}, err
	}
	comparison := newComparison(run)
	defer comparison.close()
	comparison.asBefore(ctx)
	run.built = comparison.begin
	for _, image := range run.plan.Images {
		if err := comparison.examineHead(ctx, image); err != nil {
			return gate.Report{}, err
		}
		if err := ctx.Err(); err != nil {
			return gate.Report{}, context.Cause(ctx)
		}
	}
	run.foreign(ctx)
	if err := ctx.Err(); err != nil {
		return gate.Report{}, context.Cause(ctx)
	}
	if err := run.resolve(); err != nil {
		return gate.Report{}, err
	}
	changes, baseline, err := comparison.compare(ctx)
	if err != nil {
		return gate.Report{}, err
	}
	run.keep()
	return run.report(changes, baseline, comparison.skipped), nil
}

// examineHead takes an image along the line, unless the change can't affect it.
func (c *comparison) examineHead(ctx context.Context, image gate.ImagePlan) error {
	skipped, err := c.skip(ctx, image)
	if err != nil || skipped {
		return err
	}
	return c.run.image(ctx, image)
}

// run is one passage of a plan along the line.
type run struct {
	plan     gate.Plan
	env      Environment
	database *database
	builders *builders
	licenses *scan.Licenses
	shell    *lint.Session
	subjects []gate.Subject
	analyses []gate.Analysis
	notes    []string
	// targets are the images as VEX documents may call them, and attachments
	// the documents that are attached to them.
	targets     []vex.Target
	attachments statements
	// keeps are bills of materials for later runs.
	keeps []keptSBOM
	// base is true for a run that only says what was there before.
	base bool
	// seats are the places of images beside their bases, by the images' names.
	seats map[string]*image.Seat
	// built is told when an image has been built; nil where nobody listens.
	built func(context.Context, gate.ImagePlan)
}

// prepare begins what is slow and does not depend on the images.
func (r *run) prepare(ctx context.Context) error {
	if len(r.plan.Images) == 0 {
		return &InputError{Message: "there is no image to examine: give a context, --image or a target"}
	}
	if err := checkIgnored(r.plan.Lint, r.env.Rules); err != nil {
		return err
	}
	if err := errors.Join(r.checkInputs(), r.checkKeep()); err != nil {
		return err
	}
	if r.licenses = r.env.Licenses; r.licenses == nil && r.catalogues() {
		r.licenses = scan.Warm()
	}
	if floor := r.plan.Floor; floor != nil {
		r.plan.Database.MaxAge = stricterAge(r.plan.Database.MaxAge, floor.MaxAge)
	}
	if organisation := r.plan.Organisation; organisation != nil {
		r.plan.Database.MaxAge = stricterAge(r.plan.Database.MaxAge, organisation.MaxAge)
	}
	r.database = openDatabase(ctx, r.plan.Database, r.env)
	r.builders = &builders{plan: r.plan, env: r.env}
	return nil
}

// catalogues reports whether packages are to be found, rather than read from
// bills of materials. Only then are the texts of licences needed, and reading
// them takes longer than matching a whole bill.
func (r *run) catalogues() bool {
	for _, image := range r.plan.Images {
		if scheme, _, _ := strings.Cut(image.Ref, ":"); scheme != "sbom" && scheme != "kept" {
			return true
		}
	}
	return false
}

func (r *run) close() {
	if r.builders != nil {
		r.builders.close()
	}
	if r.database != nil {
		r.database.close()
	}
}

// add takes an analysis into the report.
func (r *run) add(a gate.Analysis) { r.analyses = append(r.analyses, a) }

// gap records that the scan of an image is missing, or not the whole truth.
func (r *run) gap(image gate.ImagePlan, g gate.Gap) {
	g.Image, g.Analyzer = image.Name, gate.AnalyzerScan
	r.add(gate.Analysis{Analyzer: g.Analyzer, Image: image.Name, Platform: g.Platform, Gaps: []gate.Gap{g}})
}

// report closes the line.
func (r *run) report(changes []gate.Change, baseline string, skipped map[string]bool) gate.Report {
	var images []string
	linted := false
	for _, image := range r.plan.Images {
		if !skipped[image.Name] {
			images = append(images, image.Name)
		}
	}
	for _, a := range r.analyses {
		linted = linted || a.Analyzer == gate.AnalyzerLint
	}
	keep := func(policy gate.Policy) gate.Policy {
		return unjudged(relevant(policy, images, linted, true, r.env.Rules), len(skipped) > 0)
	}
	report := gate.Report{Subjects: r.subjects, Analyses: r.analyses, Notes: r.notes, Baseline: baseline}
	if floor := r.plan.Floor; floor != nil {
		report.Edits, report.Notes = floor.Edits, append(report.Notes, floor.Notes...)
	}
	if organisation := r.plan.Organisation; organisation != nil {
		report.Notes = append(report.Notes, organisation.Notes...)
	}
	return conclude(r.plan, keep, r.env, report, changes)
}

// besides are the rules of other scanners that gate has no words of its own for:
// theirs must not stand in the place of its own.
func besides(own, foreign []gate.RuleInfo) []gate.RuleInfo {
	known := map[string]bool{}
	for _, info := range own {
		known[info.ID] = true
	}
	return slices.DeleteFunc(foreign, func(info gate.RuleInfo) bool { return known[info.ID] })
}

// conclude decides over the analyses of a report, and completes it. keep leaves
// out what a policy says of things that were not examined.
func conclude(plan gate.Plan, keep func(gate.Policy) gate.Policy, env Environment, report gate.Report, changes []gate.Change) gate.Report {
	base, organisation, gaps := plan.Beside()
	if base != nil {
		base.Policy = keep(base.Policy)
	}
	if organisation != nil {
		organisation.Policy = keep(organisation.Policy)
	}
	infos := gate.PolicyRules()
	var foreign []gate.RuleInfo
	for _, a := range report.Analyses {
		gaps = append(gaps, a.Gaps...)
		if a.Analyzer == gate.AnalyzerForeign {
			foreign = append(foreign, a.Rules...)
			continue
		}
		infos = append(infos, a.Rules...)
	}
	infos = append(infos, besides(infos, foreign)...)
	report.Tool, report.Policy, report.Base, report.Organisation = env.Tool, keep(plan.Policy), base, organisation
	report.Decisions, report.Verdict = gate.DecideStrictest(changes, gaps, report.Policy, gate.FloorsOf(base, organisation), env.Now)
	report.Rules = gate.RulesOf(report.Decisions, infos)
	return report
}
