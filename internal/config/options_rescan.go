package config

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// The places that a rescan uses where none are named.
const (
	defaultStore   = ".gate-store"
	defaultResults = "gate-rescan"
	// mostShards is how many jobs a matrix of GitHub Actions may have.
	mostShards = 256
)

func rescanOptions() []Option {
	return append(tellingOptions(), []Option{
		{
			Name: "released", Kind: List, Commands: Rescan, Places: Input, Example: "ghcr.io/acme/api:1.4.2",
			Usage: "image that is scanned again, in place of the policy file's list",
			plan:  setReleased,
		},
		{
			Name: "results", Kind: Text, Commands: Rescan, Places: Flag | Input, Default: defaultResults,
			Usage: "folder in which the parts of a divided rescan leave what they found",
			plan:  func(p *gate.Plan, v Value) error { p.Rescan.Results = v.text(); return checkLine(v.text(), 1000) },
		},
		{
			Name: "trust-sboms", Kind: Bool, Commands: Rescan, Places: Anywhere, Default: "true",
			Usage: "whether a bill of materials that lies beside an image, or among the files of its release, is taken for what is in it; otherwise every image is read once",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Rescan.TrustBills, err = parseBool(v.text()); return err },
		},
		{
			Name: "prune", Kind: Bool, Commands: Rescan, Places: Flag | Input, Default: "false",
			Usage: "whether what the store keeps of images that are not released any more is removed",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Rescan.Prune, err = parseBool(v.text()); return err },
		},
		{
			Name: "shard", Kind: Text, Commands: Rescan, Places: Flag | Input, Example: "2/8",
			Usage: "which part of a divided rescan this is, and of how many",
			plan:  setShard,
		},
		{
			Name: "shards", Kind: Text, Commands: Rescan, Places: Flag | Input, Default: "as many as are worth it, 256 at most", Example: "8",
			Usage: "how many parts a rescan is divided into at most",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Rescan.Shards, err = shardNumber(v.text())
				return err
			},
		},
	}...)
}

// tellingOptions say who is told what a rescan has found.
func tellingOptions() []Option {
	return []Option{
		{
			Name: "issues", Kind: Bool, Commands: Rescan, Places: Anywhere, Default: "true",
			Usage: "whether each image has a tracking issue, which opens, follows and closes by itself; it needs a token",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Rescan.Issues, err = parseBool(v.text()); return err },
		},
		{
			Name: "issue-repository", Kind: Text, Commands: Rescan, Places: Anywhere, Default: "the repository of the run", Example: "acme/security",
			Usage: "repository in which tracking issues are kept",
			plan: func(p *gate.Plan, v Value) error {
				p.Rescan.IssueRepository = v.text()
				return checkOwned(v.text())
			},
		},
		{
			Name: "issue-labels", FlagName: "issue-label", Kind: List, Commands: Rescan, Places: Anywhere, Example: "security",
			Usage: "label of tracking issues, beside gate's own",
			plan:  func(p *gate.Plan, v Value) error { p.Rescan.Labels = splitCommas(v.Texts); return nil },
		},
		{
			Name: "issue-assignees", FlagName: "issue-assignee", Kind: List, Commands: Rescan, Places: Anywhere, Example: "octocat",
			Usage: "who is assigned to tracking issues when they are opened",
			plan:  func(p *gate.Plan, v Value) error { p.Rescan.Assignees = splitCommas(v.Texts); return nil },
		},
		{
			Name: "upload-released", Kind: Bool, Commands: Rescan, Places: Anywhere, Default: "false",
			Usage: "whether what is found in released images goes to code scanning, on the default branch",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Rescan.Upload, err = parseBool(v.text()); return err },
		},
		{
			Name: "webhook", Kind: Text, Commands: Rescan, Places: Input,
			Usage: "address to which what is new is posted, in a form that Slack takes; also as GATE_WEBHOOK, never as a flag", Default: "none",
			plan: func(p *gate.Plan, v Value) error {
				if checkLine(v.text(), 2000) != nil || !strings.HasPrefix(v.text(), "http") {
					// The address is a secret, so that it is not repeated.
					return fmt.Errorf("it is no address: it begins with https://")
				}
				p.Rescan.Webhook = gate.NewSecret(v.text())
				return nil
			},
		},
	}
}

// setReleased takes the references of an input in place of the file's list.
func setReleased(p *gate.Plan, v Value) error {
	images := splitCommas(v.Texts)
	if len(images) > 0 {
		p.Rescan.Sources = []gate.ReleasedSource{{Kind: gate.ReleasedImages, Images: images, Origin: v.Origin}}
	}
	return nil
}

func setShard(p *gate.Plan, v Value) error {
	part, whole, found := strings.Cut(v.text(), "/")
	if !found {
		return fmt.Errorf("%q is no part of a whole: write it like 2/8", v.text())
	}
	n, err := shardNumber(part)
	if err != nil {
		return err
	}
	of, err := shardNumber(whole)
	if err != nil {
		return err
	}
	if n > of {
		return fmt.Errorf("there is no part %d of %d", n, of)
	}
	p.Rescan.Shard, p.Rescan.Shards = n, of
	return nil
}

func shardNumber(text string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > mostShards {
		return 0, fmt.Errorf("%q is no whole number from 1 to %d", text, mostShards)
	}
	return n, nil
}

// released takes the references of the command line in place of any list.
func (r Request) released(plan *gate.Plan) error {
	for _, ref := range r.Refs {
		if err := checkLine(ref, 1000); err != nil {
			return &Error{Where: "argument", Message: err.Error()}
		}
	}
	return setReleased(plan, Value{Texts: r.Refs, Origin: "argument"})
}
