package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/report"
)

// The files that the action leaves in the workspace when the workflow names none.
const (
	actionReport = "gate-report.json"
	actionSARIF  = "gate.sarif"
)

func (p *process) actionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "action",
		Short: "Run as a step of GitHub Actions: inputs in, outputs and summary out",
		Args:  cobra.NoArgs,
		RunE: p.command(func(ctx context.Context, _ *cobra.Command, _ []string) error {
			return p.action(ctx, github.New(p.getenv, p.stdout))
		}),
	}
}

// action runs the line with the step's inputs. Nothing that goes wrong with
// the runner's files changes the verdict.
func (p *process) action(ctx context.Context, runtime *github.Runtime) error {
	plan, err := p.actionPlan(runtime)
	if err != nil {
		return p.actionFailed(runtime, usageError{err})
	}
	event, err := runtime.Event()
	if err != nil {
		runtime.Notice(err.Error())
	}
	env, cleanup, err := p.environment()
	if err != nil {
		return p.actionFailed(runtime, err)
	}
	defer cleanup()
	env.Progress, env.Display, env.Step = p.stdout, "plain", groupedSteps(runtime)
	result, err := check.Run(ctx, plan, env)
	if err != nil {
		return p.actionFailed(runtime, err)
	}
	return p.actionDeliver(runtime, result, plan, event)
}

// actionPlan reads the inputs. Logins are masked before anything else is said.
func (p *process) actionPlan(runtime *github.Runtime) (gate.Plan, error) {
	for line := range strings.Lines(runtime.Env(config.InputName("registry-auth"))) {
		if fields := strings.Fields(line); len(fields) > 0 {
			runtime.Mask(fields[len(fields)-1])
		}
	}
	plan, err := p.plan(config.Request{
		Command: config.Check,
		Sources: []config.Source{config.Environment(p.getenv), config.Inputs(p.getenv)},
	})
	if err != nil {
		return gate.Plan{}, err
	}
	plan.Builder.NoDaemonless = runtime.Active()
	plan.Registry.HiddenLogin = runtime.Active()
	if len(plan.Outputs) == 0 {
		plan.Outputs = []gate.Output{{Format: "json", Path: actionReport}, {Format: "sarif", Path: actionSARIF}}
	}
	return plan, nil
}

// groupedSteps folds what builds print into groups of the log. The other steps
// print nothing.
func groupedSteps(runtime *github.Runtime) func(string) func() {
	return func(name string) func() {
		if !strings.HasPrefix(name, check.StepBuild) {
			return func() {}
		}
		return runtime.Group(name)
	}
}

func (p *process) actionFailed(runtime *github.Runtime, err error) error {
	runtime.Error(err.Error())
	code := gate.ExitIncomplete
	var usage usageError
	var input *check.InputError
	if errors.As(err, &usage) || errors.As(err, &input) {
		code = gate.ExitUsage
	}
	p.setOutputs(runtime, map[string]string{
		"verdict": string(gate.Fail), "complete": "false", "exit-code": strconv.Itoa(code),
	})
	return err
}

func (p *process) actionDeliver(runtime *github.Runtime, r gate.Report, plan gate.Plan, event github.Event) error {
	failed := p.writeOutputs(r, plan.Outputs)
	end := runtime.Raw()
	err := report.Write(p.stdout, "terminal", r, p.reportOptions(r, plan))
	end()
	failed = errors.Join(failed, err)
	p.actionSummary(runtime, r)
	code := exitOf(r.Verdict, plan, failed != nil)
	p.setOutputs(runtime, actionOutputs(r, plan, code))
	p.annotate(runtime, r.Verdict, event)
	if failed != nil {
		runtime.Error(failed.Error())
	}
	return code
}

// annotate puts the verdict where the run's page shows it.
func (p *process) annotate(runtime *github.Runtime, v gate.Verdict, event github.Event) {
	about := ""
	if event.PullRequest > 0 {
		about = fmt.Sprintf(" for pull request #%d", event.PullRequest)
	}
	if v.Outcome == gate.Pass {
		runtime.Notice("gate: pass" + about)
		return
	}
	runtime.Error(fmt.Sprintf("gate: %s%s: %s", v.Outcome, about, strings.Join(v.Reasons, "; ")))
}

func (p *process) actionSummary(runtime *github.Runtime, r gate.Report) {
	var summary bytes.Buffer
	if err := report.Write(&summary, "markdown", r, summaryOptions(runtime)); err != nil {
		runtime.Notice("the job summary could not be made: " + err.Error())
		return
	}
	if err := runtime.Summary(summary.String()); err != nil {
		runtime.Notice("the job summary could not be written: " + err.Error())
	}
}

// summaryOptions keep the summary under the runner's limit, with links to the
// lines of the commit that was checked.
func summaryOptions(runtime *github.Runtime) report.Options {
	options := report.Options{MaxBytes: github.SummaryLimit - 1024}
	if repository, sha := runtime.Env("GITHUB_REPOSITORY"), runtime.Env("GITHUB_SHA"); repository != "" && sha != "" {
		options.SourceURL = strings.TrimSuffix(runtime.Env("GITHUB_SERVER_URL"), "/") + "/" + repository + "/blob/" + sha
	}
	return options
}

func (p *process) setOutputs(runtime *github.Runtime, outputs map[string]string) {
	for _, out := range actionOutputTable() {
		if err := runtime.Output(out.name, outputs[out.name]); err != nil {
			runtime.Notice("an output could not be set: " + err.Error())
			return
		}
	}
}
