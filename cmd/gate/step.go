package main

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"time"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/proposal"
)

// step is one step of a workflow: what started it, and GitHub to talk to.
// Outside Actions it is all empty, and nothing is told to anybody.
type step struct {
	runtime *github.Runtime
	event   github.Event
	run     github.Run
	// client is nil where there is no token.
	client  *rest.Client
	started time.Time
}

func (p *process) step() *step {
	s := &step{runtime: github.New(p.getenv, p.stdout), started: time.Now()}
	event, err := s.runtime.Event()
	if err != nil {
		s.runtime.Notice(err.Error())
	}
	s.event, s.run = event, s.runtime.Run()
	return s
}

// connect makes the client, where there is something to connect to.
func (s *step) connect(plan gate.Plan) {
	token := plan.Delivery.Token.Reveal()
	if token == "" || s.event.Repository == "" {
		return
	}
	client, err := rest.New(rest.Options{APIURL: s.run.APIURL, Token: token, UserAgent: "gate/" + version()})
	if err != nil {
		s.runtime.Notice("GitHub's API is not used: " + err.Error())
		return
	}
	s.client = client
}

// source is where the facts about a pull request come from.
func (s *step) source() proposal.Source {
	source := proposal.Source{Event: s.event, Workspace: "."}
	if s.client != nil {
		source.API = s.client
	}
	return source
}

// hold puts the base's policy under a plan and the organisation's beside it; a plan that a pull request may not
// have is a wrong input.
func (p *process) hold(ctx context.Context, s *step, request config.Request, plan *gate.Plan) error {
	complete := p.complete(ctx, request)
	err := s.source().Hold(ctx, complete, plan)
	if err == nil {
		err = s.source().Organisation(ctx, complete, plan)
	}
	var refused *proposal.Refusal
	if errors.As(err, &refused) {
		return usageError{err}
	}
	return err
}

// tell delivers the report. What can't be delivered is a notice.
func (p *process) tell(ctx context.Context, s *step, r gate.Report, plan gate.Plan) deliver.Result {
	target := deliver.TargetOf(s.event, s.run)
	return p.tellTarget(ctx, s, r, plan, target)
}

func (p *process) tellTarget(ctx context.Context, s *step, r gate.Report, plan gate.Plan, target deliver.Target) deliver.Result {
	var api deliver.API
	if s.client != nil {
		api = s.client
	}
	options := deliver.Options{
		Comment: plan.Delivery.Comment, Upload: plan.Delivery.Upload, RequireUpload: plan.Delivery.RequireUpload,
		CheckRun: plan.Delivery.CheckRun, Status: plan.Delivery.Status, Annotations: plan.Delivery.Annotations,
		Summary: true, FallbackFile: plan.Delivery.FallbackFile, Started: s.started, Now: time.Now,
		WaiverExpires: waiverExpires(s.started),
	}
	if root, err := filepath.Abs("."); err == nil {
		options.Root = root
		options.CheckoutURI = (&url.URL{Scheme: "file", Path: filepath.ToSlash(root)}).String()
	}
	result := deliver.Deliver(ctx, r, target, api, s.runtime, options)
	for _, notice := range result.Notices {
		s.say(notice)
	}
	return result
}

func (s *step) say(n deliver.Notice) {
	if n.Level == deliver.LevelWarning {
		s.runtime.Warning(n.Message)
		return
	}
	s.runtime.Notice(n.Message)
}

// waiverExpires is the day that is proposed in waivers: thirty days are time
// enough to mend something, and short enough to be looked at again.
func waiverExpires(now time.Time) time.Time { return now.AddDate(0, 0, 30) }
