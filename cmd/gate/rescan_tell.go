package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/deliver/tracking"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/report/fleet"
	"github.com/containergate/gate/internal/rescan"
	"github.com/containergate/gate/internal/rescan/store"
)

// conclude judges what was found, tells it, and remembers that it was told. What
// somebody could not be told is told again the next time.
func (r *rescanning) conclude(ctx context.Context, plan rescan.Plan, results []rescan.Result, from store.Store) error {
	dismissed, unknown := r.dismissed(ctx)
	found, memory, err := r.world.Conclude(ctx, plan, results, from, dismissed)
	if err != nil {
		return err
	}
	told := r.tell(ctx, &found, unknown)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	failed := r.write(found)
	if told && failed == nil && r.tells() {
		failed = r.remember(ctx, memory)
	}
	if failed == nil && r.config.Rescan.Prune && found.Complete() {
		_, failed = r.world.Prune(ctx, plan)
	}
	if failed != nil {
		r.process.complain("%v", failed)
	}
	r.timings()
	code := r.exitCode(found, told && failed == nil)
	if err := r.outputs(found, code); err != nil {
		r.step.runtime.Warning(err.Error())
	}
	if code == gate.ExitPass {
		return nil
	}
	return exitError(code)
}

// remember leaves for the next rescan what this one has told.
func (r *rescanning) remember(ctx context.Context, memory *rescan.Memory) error {
	notes, err := memory.Write(ctx)
	for _, note := range notes {
		r.process.complain("%s", note)
	}
	return err
}

// exitCode is 3 for what is not known or was not told, and 1 for findings only
// where somebody asks for that.
func (r *rescanning) exitCode(found gate.Fleet, told bool) int {
	switch {
	case r.bars() && matters(found) > 0 && !r.config.ExitZero:
		return gate.ExitBlocked
	case !found.Complete() || !told:
		return gate.ExitIncomplete
	}
	return gate.ExitPass
}

// bars reports whether the command line or the step says at which severity a
// rescan fails; the policy file's bar only says what is worth an issue.
func (r *rescanning) bars() bool {
	return slices.ContainsFunc(r.request.Sources, func(source config.Source) bool {
		_, given := source.Value(option("fail-on"))
		return given
	})
}

// option is one of the table, by its name.
func option(name string) config.Option {
	options := config.For(config.Rescan, config.Flag)
	return options[slices.IndexFunc(options, func(o config.Option) bool { return o.Name == name })]
}

func matters(found gate.Fleet) (count int) {
	for _, image := range found.Images {
		count += len(image.Matters())
	}
	return count
}

// dismissed knows what people dismissed in code scanning; nil where nobody can say.
func (r *rescanning) dismissed(ctx context.Context) (rescan.Dismissed, error) {
	repository := r.step.event.Repository
	if r.client == nil || repository == "" {
		return nil, nil
	}
	found, err := tracking.Dismissed(ctx, r.client, repository)
	var failed *rest.Error
	if errors.As(err, &failed) && (failed.Kind == rest.NotFound || failed.Kind == rest.Forbidden) {
		// Without code scanning nobody has dismissed anything.
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return found.Of, nil
}

// tell tells everybody who wants to know, and reports whether all of them were.
// Where it is not known what was dismissed, nobody is told what may be that.
func (r *rescanning) tell(ctx context.Context, found *gate.Fleet, unknown error) bool {
	defer func() {
		if err := r.summarize(*found); err != nil {
			r.step.runtime.Notice("The job summary was not written: " + err.Error())
		}
	}()
	if unknown != nil {
		r.step.runtime.Warning("Nobody was told, because it is not known what was dismissed in code scanning: " + unknown.Error())
		return false
	}
	if !r.tells() {
		r.step.runtime.Notice("Issues, code scanning and the webhook are told by runs of the default branch only.")
		return true
	}
	told := r.track(ctx, found)
	r.upload(ctx, *found)
	return r.post(ctx, *found) && told
}

// post tells the webhook what is new, and reports whether it took it.
func (r *rescanning) post(ctx context.Context, found gate.Fleet) bool {
	if r.config.Rescan.Webhook.Reveal() == "" {
		return true
	}
	options := tracking.PostOptions{RunURL: r.runURL(), Known: r.world.Unscanned(ctx)}
	err := tracking.Post(ctx, r.config.Rescan.Webhook, found, options)
	if err == nil {
		err = r.world.RememberUnscanned(ctx, tracking.Unscanned(found))
	}
	if err != nil {
		r.step.runtime.Warning("The webhook was not told: " + err.Error())
	}
	return err == nil
}

func (r *rescanning) runURL() string { return deliver.TargetOf(r.step.event, r.step.run).RunURL }

// tells reports whether this run may tell anybody. In a workflow that is one of
// the default branch: another branch's policy must not close the issues of that.
func (r *rescanning) tells() bool {
	return !r.step.runtime.Active() || r.step.event.OfDefaultBranch()
}

func (r *rescanning) tracking() tracking.Options {
	// Two policy files of a repository are two fleets.
	scope := r.step.event.Repository
	for _, source := range r.request.Sources {
		if path, given := source.Value(option("config")); given {
			scope += ":" + path.Texts[0]
		}
	}
	named := slices.ContainsFunc(r.config.Rescan.Sources, func(s gate.ReleasedSource) bool { return s.Origin == "argument" })
	return tracking.Options{
		Repository: r.repository(), Scope: scope, Partial: named, Labels: r.config.Rescan.Labels, Assignees: r.config.Rescan.Assignees,
		RunURL: r.runURL(),
	}
}

// repository is where issues are kept; empty where nothing tells.
func (r *rescanning) repository() string {
	if named := r.config.Rescan.IssueRepository; named != "" && named != "this" {
		return named
	}
	return r.step.event.Repository
}

// track brings the tracking issues up to date.
func (r *rescanning) track(ctx context.Context, found *gate.Fleet) bool {
	if !r.config.Rescan.Issues || r.client == nil || r.repository() == "" {
		return true
	}
	result := tracking.Deliver(ctx, *found, r.client, r.tracking())
	for i := range found.Images {
		found.Images[i].Issue = result.Issues[found.Images[i].Name]
	}
	for _, notice := range result.Notices {
		r.step.say(notice)
	}
	return len(result.Failed) == 0
}

// upload sends what is found to code scanning, as far as it is complete.
func (r *rescanning) upload(ctx context.Context, found gate.Fleet) {
	if !r.config.Rescan.Upload {
		return
	}
	plan := r.config
	plan.Delivery = gate.DeliveryPlan{Token: plan.Delivery.Token, Comment: "never", Upload: true}
	report := rescan.Report(found, plan.Policy)
	if len(report.Subjects) > 0 {
		r.process.tell(ctx, r.step, report, plan)
	}
}

func (r *rescanning) summarize(found gate.Fleet) error {
	var text strings.Builder
	if err := fleet.Markdown(&text, found, r.view()); err != nil {
		return err
	}
	return r.step.runtime.Summary(text.String())
}

func (r *rescanning) view() fleet.Options {
	width, color := r.process.terminal()
	return fleet.Options{Width: width, Color: color, RunURL: r.runURL()}
}
