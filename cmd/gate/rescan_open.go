package main

import (
	"bytes"
	"context"
	"errors"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/rescan"
	"github.com/containergate/gate/internal/rescan/listing"
	"github.com/containergate/gate/internal/rescan/store"
)

// rescanning is one rescan, or a step of one.
type rescanning struct {
	process *process
	step    *step
	config  gate.Plan
	request config.Request
	env     check.Environment
	world   *rescan.World
	// client is nil where there is no token.
	client  *rest.Client
	cleanup []func()
	timings func()
}

// openRescan reads the policy, and opens what a rescan needs.
func (p *process) openRescan(ctx context.Context, s *step, request config.Request, verb rescanVerb) (*rescanning, error) {
	plan, err := p.plan(ctx, request)
	if err != nil {
		return nil, err
	}
	if verb != rescanRun && verb != rescanMerge && len(plan.Rescan.Sources) == 0 {
		return nil, usageError{errors.New("nothing is released: name images, or list them under released in the policy file")}
	}
	if err := rescanOutputs(plan); err != nil {
		return nil, err
	}
	env, remove, err := p.environment()
	if err != nil {
		return nil, err
	}
	r := &rescanning{process: p, step: s, config: plan, request: request, env: env, cleanup: []func(){remove}}
	r.timings = p.timings(&r.env, plan)
	r.client = r.connect()
	if err := r.hold(ctx); err != nil {
		r.close()
		return nil, err
	}
	kept, err := store.Open(ctx, plan.Rescan.Store, plan.Registry)
	if err != nil {
		r.close()
		if errors.Is(err, store.ErrPlace) {
			return nil, usageError{err}
		}
		return nil, err
	}
	r.world = &rescan.World{
		Tool: r.env.Tool, Now: r.env.Now.UTC(), Registry: plan.Registry, TempDir: r.env.TempDir, Store: kept,
		Fleet: check.NewFleet(r.config, r.env), Trust: plan.Rescan.TrustBills, Step: r.env.Step,
	}
	if r.client != nil {
		r.world.Assets = func(ctx context.Context, bill gate.ReleasedBill) ([]byte, error) {
			return asset(ctx, r.client, bill.Repository, bill.Asset, mostBill)
		}
	}
	r.cleanup = append(r.cleanup, func() { _ = kept.Close() }, r.world.Close, r.world.Fleet.Close)
	return r, nil
}

// hold puts the organisation's policy beside the plan, and the runner's cache
// under the database.
func (r *rescanning) hold(ctx context.Context) error {
	s := r.step
	s.client = r.client
	if s.event.Repository == "" {
		s.client = nil
	}
	if err := s.source().Organisation(ctx, r.process.complete(ctx, r.request), &r.config); err != nil {
		return err
	}
	if service := r.process.cache(s); r.config.Database.ActionsCache && service != nil {
		r.env.Databases = service
		r.config.Database.MaySave = s.event.OfDefaultBranch()
	}
	return nil
}

// close lets go of everything, the last thing first.
func (r *rescanning) close() {
	for n := len(r.cleanup) - 1; n >= 0; n-- {
		r.cleanup[n]()
	}
}

// connect makes a client of GitHub, where there is a token for one.
func (r *rescanning) connect() *rest.Client {
	token := r.config.Delivery.Token.Reveal()
	if token == "" {
		return nil
	}
	client, err := rest.New(rest.Options{APIURL: r.step.run.APIURL, Token: token, UserAgent: "gate/" + version()})
	if err != nil {
		r.step.runtime.Notice("GitHub's API is not used: " + err.Error())
		return nil
	}
	return client
}

// prepare lists and resolves what is released.
func (r *rescanning) prepare(ctx context.Context, most int, out store.Store) (rescan.Plan, error) {
	world := listing.World{Root: r.env.Root, Repository: r.step.event.Repository, Registry: tags{r.config.Registry}}
	if r.client != nil {
		world.GitHub = releases{r.client}
	}
	released, gaps, err := listing.List(ctx, r.config.Rescan.Sources, world)
	if err != nil {
		return rescan.Plan{}, err
	}
	return r.world.Prepare(ctx, released, gaps, most, out)
}

// tags lists those of a registry.
type tags struct{ plan gate.RegistryPlan }

// Tags implements listing.Registry.
func (t tags) Tags(ctx context.Context, repository string) ([]string, error) {
	return image.Tags(ctx, repository, t.plan)
}

// The limits of what is asked of GitHub.
const (
	mostReleases = 3000
	mostVersions = 10_000
	// mostBill is the size of a bill of materials, in bytes.
	mostBill = 256 << 20
)

// releases is GitHub as lists of released images see it.
type releases struct{ client *rest.Client }

// Releases implements listing.GitHub.
func (g releases) Releases(ctx context.Context, repository string) ([]listing.Release, bool, error) {
	all, complete, err := g.client.Releases(ctx, repository, mostReleases)
	found := make([]listing.Release, len(all))
	for i, r := range all {
		found[i] = listing.Release{Tag: r.Tag, Body: r.Notes, Published: r.Published, Prerelease: r.Prerelease}
		for _, a := range r.Assets {
			found[i].Assets = append(found[i].Assets, listing.Asset{ID: a.ID, Name: a.Name, Size: a.Size, Digest: a.Digest})
		}
	}
	return found, complete, err
}

// Asset implements listing.GitHub.
func (g releases) Asset(ctx context.Context, repository string, id, most int64) ([]byte, error) {
	return asset(ctx, g.client, repository, id, most)
}

// PackageVersions implements listing.GitHub.
func (g releases) PackageVersions(ctx context.Context, owner, name string) ([]listing.PackageVersion, bool, error) {
	all, complete, err := g.client.ContainerVersions(ctx, owner, name, mostVersions)
	found := make([]listing.PackageVersion, len(all))
	for i, v := range all {
		found[i] = listing.PackageVersion{Digest: v.Digest, Tags: v.Tags, Created: v.Created}
	}
	return found, complete, err
}

func asset(ctx context.Context, client *rest.Client, repository string, id, most int64) ([]byte, error) {
	var data bytes.Buffer
	_, err := client.Asset(ctx, repository, id, most, &data)
	return data.Bytes(), err
}
