package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
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
		Short: "Run as a step of GitHub Actions: inputs in, outputs, comment and code scanning out",
		Args:  cobra.NoArgs,
		RunE: p.command(func(ctx context.Context, _ *cobra.Command, _ []string) error {
			return p.action(ctx, p.step())
		}),
	}
}

// action does what the input `command` says.
func (p *process) action(ctx context.Context, s *step) error {
	p.maskInputs(s.runtime)
	inputs := []config.Source{config.HadolintEnvironment(p.getenv), config.Environment(p.getenv), config.Inputs(p.getenv)}
	var err error
	switch word := strings.TrimSpace(p.env(config.InputName("command"))); word {
	case "", "check":
		err = p.actionCheck(ctx, s, inputs)
	case "conclude":
		err = p.conclude(ctx, s, inputs)
	case "deliver":
		err = p.deliverForeign(ctx, s, inputs)
	case "rescan", "rescan plan", "rescan run", "rescan merge":
		verb := rescanVerb(strings.TrimPrefix(strings.TrimPrefix(word, "rescan"), " "))
		err = p.rescan(ctx, s, config.Request{Command: config.Rescan, Sources: inputs}, verb)
	default:
		err = usageError{fmt.Errorf("input command: %q is not known: use one of %s", word, strings.Join(config.ActionCommands, ", "))}
	}
	var exit exitError
	if err != nil && !errors.As(err, &exit) {
		return p.actionFailed(s.runtime, err)
	}
	return err
}

// maskInputs hides logins and the token before anything else is said.
func (p *process) maskInputs(runtime *github.Runtime) {
	for _, input := range []string{"github-token", "webhook"} {
		runtime.Mask(strings.TrimSpace(runtime.Env(config.InputName(input))))
	}
	for line := range strings.Lines(runtime.Env(config.InputName("registry-auth"))) {
		if fields := strings.Fields(line); len(fields) > 0 {
			runtime.Mask(fields[len(fields)-1])
		}
	}
}

// actionCheck runs the line with the step's inputs. Nothing that goes wrong
// with the runner's files or with GitHub changes the verdict.
func (p *process) actionCheck(ctx context.Context, s *step, inputs []config.Source) error {
	request := config.Request{Command: config.Check, Sources: inputs}
	plan, err := p.actionPlan(ctx, request, s.runtime)
	if err != nil {
		return err
	}
	s.connect(plan)
	if err := p.hold(ctx, s, request, &plan); err != nil {
		return err
	}
	if err := s.source().MayBuild(ctx, plan.Images); err != nil {
		return usageError{err}
	}
	env, cleanup, err := p.environment()
	if err != nil {
		return err
	}
	defer cleanup()
	env.Progress, env.Display, env.Step = p.stdout, "plain", groupedSteps(s.runtime)
	service := p.cache(s)
	if plan.Database.ActionsCache && service != nil {
		env.Databases = service
		plan.Database.MaySave = s.event.OfDefaultBranch()
	}
	env.Bases = baseCommit{step: s, cache: service}
	env.BaseImages = p.baseImages(s, request, plan)
	keep := keeper{step: s, cache: service, dir: filepath.Join(env.TempDir, "keep")}
	keep.prepare(&plan)
	result, err := check.Run(ctx, plan, env)
	if err != nil {
		return err
	}
	keep.save(ctx, plan)
	s.started = env.Now
	return p.finish(ctx, s, result, plan)
}

// actionPlan reads the inputs.
func (p *process) actionPlan(ctx context.Context, request config.Request, runtime *github.Runtime) (gate.Plan, error) {
	plan, err := p.plan(ctx, request)
	if err != nil {
		return gate.Plan{}, err
	}
	plan.Builder.NoDaemonless = runtime.Active()
	plan.Registry.HiddenLogin = runtime.Active()
	if !hasFormat(plan.Outputs, "json") {
		plan.Outputs = append(plan.Outputs, gate.Output{Format: "json", Path: actionReport})
	}
	if !hasFormat(plan.Outputs, "sarif") {
		plan.Outputs = append(plan.Outputs, gate.Output{Format: "sarif", Path: actionSARIF})
	}
	return plan, nil
}

func hasFormat(outputs []gate.Output, format string) bool {
	for _, o := range outputs {
		if o.Format == format {
			return true
		}
	}
	return false
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

// finish writes the files, tells the log and GitHub, sets the outputs and gives
// the exit code.
func (p *process) finish(ctx context.Context, s *step, r gate.Report, plan gate.Plan) error {
	failed := p.writeOutputs(r, plan.Outputs, plan.Delivery.FallbackFile, s)
	end := s.runtime.Raw()
	err := report.Write(p.stdout, "terminal", r, p.reportOptions(r, plan))
	end()
	failed = errors.Join(failed, err)
	told := p.tell(ctx, s, r, plan)
	for _, missed := range told.Missed {
		failed = errors.Join(failed, errors.New(missed))
	}
	code := exitOf(r.Verdict, plan, failed != nil)
	outputs := actionOutputs(r, plan, code)
	outputs["comment-url"], outputs["sarif-id"] = told.CommentURL, strings.Join(told.SARIFIDs, "\n")
	p.setOutputs(s.runtime, outputs)
	p.announce(s, r.Verdict)
	if failed != nil {
		s.runtime.Error(failed.Error())
	}
	return code
}

// announce puts the verdict where the run's page shows it.
func (p *process) announce(s *step, v gate.Verdict) {
	about := ""
	if pull := s.event.PullRequest; pull != nil {
		about = fmt.Sprintf(" for pull request #%d", pull.Number)
	}
	if v.Outcome == gate.Pass {
		s.runtime.Notice("gate: pass" + about)
		return
	}
	s.runtime.Error(fmt.Sprintf("gate: %s%s: %s", v.Outcome, about, strings.Join(v.Reasons, "; ")))
}

func (p *process) setOutputs(runtime *github.Runtime, outputs map[string]string) {
	for _, out := range actionOutputTable() {
		if err := runtime.Output(out.name, outputs[out.name]); err != nil {
			runtime.Notice("an output could not be set: " + err.Error())
			return
		}
	}
}
