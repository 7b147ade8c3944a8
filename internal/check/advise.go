package check

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/rescan/store"
)

// Advice is what Advise found out: the examination of the images as they are,
// and what could be changed.
type Advice struct {
	advise.Advice
	// Incomplete says why the advice is not all there is to say; empty where it is.
	Incomplete []string
}

// Advise tries other base images for those of a plan, each of them scanned, and
// says which versions of packages clear what blocks. Of a report it takes the
// decisions over the images; nil leaves packages out. The error is an
// *InputError, or the context's.
func Advise(ctx context.Context, plan gate.Plan, found *gate.Report, env Environment) (Advice, error) {
	plan.Baseline = gate.BaselinePlan{}
	r := &run{plan: plan, env: env}
	defer r.close()
	if err := r.prepare(ctx); err != nil {
		return Advice{}, err
	}
	a := &adviser{run: r, done: map[string]scanned{}}
	if err := a.open(ctx); err != nil {
		return Advice{}, err
	}
	defer a.close()
	for _, one := range plan.Images {
		if err := a.image(ctx, one); err != nil {
			return Advice{}, err
		}
	}
	if found != nil {
		manifests, err := advise.Packages(ctx, found.Decisions, a)
		if ctx.Err() != nil {
			return Advice{}, context.Cause(ctx)
		}
		if err != nil {
			a.incomplete("what clears the packages is not known: " + err.Error())
		}
		a.advice.Manifests = manifests
	}
	return a.advice, nil
}

// adviser collects advice.
type adviser struct {
	run    *run
	store  store.Store
	advice Advice
	// done are the images that were scanned, by digest and platform.
	done map[string]scanned
	// asked counts the packages that were matched by themselves.
	asked int
}

func (a *adviser) open(ctx context.Context) (err error) {
	if a.run.plan.Advise.Store == "" {
		return nil
	}
	a.store, err = store.Open(ctx, a.run.plan.Advise.Store, a.run.plan.Registry)
	if errors.Is(err, store.ErrPlace) {
		return &InputError{Err: err}
	}
	if err != nil {
		a.advice.Notes = append(a.advice.Notes, fmt.Sprintf("Bills of materials are not kept: %v.", err))
		a.store = nil
	}
	return nil
}

func (a *adviser) close() {
	if a.store != nil {
		_ = a.store.Close()
	}
}

func (a *adviser) incomplete(why string) { a.advice.Incomplete = append(a.advice.Incomplete, why) }

// image advises on the bases of one image's Dockerfile.
func (a *adviser) image(ctx context.Context, plan gate.ImagePlan) error {
	if plan.Dockerfile == "" {
		a.advice.Notes = append(a.advice.Notes, plan.Name+": without a Dockerfile its base is not known.")
		return nil
	}
	data, err := readDockerfile(plan.Dockerfile)
	if err != nil {
		return err
	}
	file := dockerfile.Parse(plan.Dockerfile, data)
	args := map[string]string{}
	if plan.Build != nil {
		args = plan.Build.Args
		file = file.With(args)
	}
	ships := chain(file, plan.Target)
	target := targetPlatform(plan)
	seen := map[string]bool{}
	for n, base := range file.Bases(args, target, hostPlatform()) {
		if base.Name == "" || base.Name == "scratch" {
			continue
		}
		if base.Platform == "" {
			base.Platform = target
		}
		if seen[base.Name+" "+base.Platform] {
			continue
		}
		seen[base.Name+" "+base.Platform] = true
		one, err := a.base(ctx, plan, file, n, base)
		one.Ships = ships[n]
		if err != nil {
			return err
		}
		a.advice.Bases = append(a.advice.Bases, one)
	}
	return nil
}

// chain are the indexes of the stages that a target is built on, and its own:
// what their bases hold is in the image.
func chain(file *dockerfile.File, target string) map[int]bool {
	ships := map[int]bool{}
	stage, ok := file.Stage(target)
	for ok && stage != nil && !ships[stage.Index] {
		ships[stage.Index] = true
		stage = stage.Parent
	}
	return ships
}

// base tries what could take the place of one base image.
func (a *adviser) base(ctx context.Context, plan gate.ImagePlan, file *dockerfile.File, stage int, base dockerfile.Base) (advise.Base, error) {
	redact := redactor(plan.Build)
	one := advise.Base{
		Image: plan.Name, Path: plan.Dockerfile, Line: file.Stages[stage].From.Line,
		Reference: redact(base.Name), Platform: base.Platform, Recommended: -1,
	}
	unknown := func(err error) (advise.Base, error) {
		if ctx.Err() != nil {
			return one, context.Cause(ctx)
		}
		one.Unknown = redact(err.Error())
		a.incomplete(fmt.Sprintf("%s: %s", one.Reference, one.Unknown))
		return one, nil
	}
	if plan.Build != nil {
		if place, named := namedContext(plan.Build.Contexts, base.Name, base.Platform); named {
			one.Unknown = "the build has " + redact(place) + " in its place"
			return one, nil
		}
	}
	used := advise.ParseReference(base.Name)
	repository, err := image.OpenRepository(ctx, used.Name, a.run.plan.Registry)
	if err != nil {
		return unknown(err)
	}
	defer repository.Close()
	trial := &trial{adviser: a, plan: plan, file: file, stage: stage, base: &one, used: used, repository: repository}
	if err := trial.run(ctx); err != nil {
		return unknown(err)
	}
	return one, nil
}

// options are the plan's wishes.
func (a *adviser) options() advise.Options {
	plan := a.run.plan.Advise
	options := advise.Options{Allow: plan.Allow, Deny: plan.Deny}
	for _, kind := range plan.Kinds {
		options.Kinds = append(options.Kinds, advise.Kind(strings.ToLower(kind)))
	}
	return options
}
