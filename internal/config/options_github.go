package config

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// ActionCommands are what a step of the action can do.
var ActionCommands = []string{"check", "conclude", "deliver", "rescan", "rescan plan", "rescan run", "rescan merge"}

// commentModes are the words of comment.
var commentModes = []string{"always", "on-failure", "on-change", "never"}

// inActions are the commands that deliver to GitHub.
const inActions = Check | Conclude | Deliver

func githubOptions() []Option {
	return append(deliveryOptions(), []Option{
		{
			Name: "command", Kind: Text, Commands: Check, Places: Input, Default: "check", Choices: ActionCommands,
			Usage: "what the step does: check images, conclude over the reports of other jobs, deliver the report of a pull request's own run, or rescan what is released, whole or in parts",
		},
		{
			Name: "github-token", Kind: Text, Commands: inActions | Rescan, Places: Input, InputDefault: "${{ github.token }}",
			Usage: "token for the base's policy, code scanning, the comment, check run and status", Default: "the job's own",
			plan: setToken,
		},
		{
			Name: "reports", Kind: Text, Commands: Conclude | Deliver, Places: Flag | Input, Default: "gate-reports",
			Usage: "folder with the reports of other jobs, which conclude and deliver read",
			plan:  func(p *gate.Plan, v Value) error { p.Delivery.Reports = v.text(); return nil },
		},
		{
			Name: "expect", Kind: List, Commands: Conclude, Places: Flag | Input, Example: "api",
			Usage: "image that must have a report when the jobs are concluded", Default: "the images of the policy file",
			plan: setExpected,
		},
	}...)
}

func deliveryOptions() []Option {
	return []Option{
		{
			Name: "comment", Kind: Text, Commands: inActions, Places: Flag | Input, Default: "on-failure", Choices: commentModes,
			Usage: "when a pull request gets its comment; one that is there is always brought up to date, unless never",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Delivery.Comment, err = parseChoice(v.text(), commentModes)
				return err
			},
		},
		{
			Name: "upload-sarif", Kind: Bool, Commands: inActions, Places: Flag | Input, Default: "true",
			Usage: "whether complete results go to code scanning",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Delivery.Upload, err = parseBool(v.text()); return err },
		},
		{
			Name: "require-upload", Kind: Bool, Commands: inActions, Places: Flag | Input, Default: "false",
			Usage: "end with exit code 3 when results did not reach code scanning",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Delivery.RequireUpload, err = parseBool(v.text())
				return err
			},
		},
		{
			Name: "annotations", Kind: Bool, Commands: Check | Conclude, Places: Flag | Input, Default: "true",
			Usage: "whether the worst findings are annotated on their lines",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Delivery.Annotations, err = parseBool(v.text())
				return err
			},
		},
		{
			Name: "check-run", Kind: Text, Commands: Check | Conclude, Places: Flag | Input, Example: "gate verdict",
			Usage: "name of a check run to make on the commit", Default: "none",
			plan: func(p *gate.Plan, v Value) error { p.Delivery.CheckRun = v.text(); return checkLine(v.text(), 100) },
		},
		{
			Name: "commit-status", Kind: Text, Commands: Check | Conclude, Places: Flag | Input, Example: "gate",
			Usage: "context of a commit status to set on the commit", Default: "none",
			plan: func(p *gate.Plan, v Value) error { p.Delivery.Status = v.text(); return checkLine(v.text(), 100) },
		},
		{
			Name: "sarif-file", Kind: Text, Commands: inActions, Places: Anywhere, Example: "deploy/values.yaml",
			Usage: "file of the repository on which code scanning shows findings that have no line of a Dockerfile", Default: "Dockerfile",
			plan: func(p *gate.Plan, v Value) error { p.Delivery.FallbackFile = v.text(); return checkLine(v.text(), 300) },
		},
	}
}

// setToken takes the token; what is no token at all would break a header.
func setToken(p *gate.Plan, v Value) error {
	if strings.ContainsAny(v.text(), " \t\r\n") {
		return fmt.Errorf("the token holds blanks or line breaks, so it is no token")
	}
	p.Delivery.Token = gate.NewSecret(v.text())
	return nil
}

func setExpected(p *gate.Plan, v Value) error {
	p.Delivery.Expect = splitCommas(v.Texts)
	for _, name := range p.Delivery.Expect {
		if err := checkName(name); err != nil {
			return err
		}
	}
	return nil
}

// checkLine refuses text that is no single short line.
func checkLine(text string, most int) error {
	if len(text) > most || strings.ContainsAny(text, "\r\n\t\x00") {
		return fmt.Errorf("%q is not one line of at most %d characters", text, most)
	}
	return nil
}
