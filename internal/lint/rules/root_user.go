package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func rootUser() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "root-user", Title: "The container runs as root", Severity: gate.SeverityHigh,
			Why:     "Whoever breaks into a process that runs as root owns the container, and is one kernel or runtime fault away from the host.",
			Fix:     "Make a user and end the Dockerfile with USER and its number, or build from a base image that does.",
			Aliases: []string{"CIS 4.1", "CIS-DI-0001", "CKV_DOCKER_3", "CKV_DOCKER_8", "D01", "DL3002", "DS-0002", "last-user-is-root", "missing-user", "missing-user-entrypoint"},
			Tags:    []string{"CIS 4.1", "CWE-250", "CWE-269", "OWASP D01"},
		},
		Check: checkUsers,
	}
}

func checkUsers(p *lint.Pass) {
	final := p.FinalStage()
	user := effectiveUser(final)
	for _, stage := range p.File.Stages {
		last := lastUser(stage)
		if last == nil || !isRoot(last.Text) {
			continue
		}
		aliases := append([]string{"DL3002"}, lastInFile(p.File, last)...)
		switch {
		case last == user && stage == final:
			if last.Text == "root" {
				aliases = append(aliases, "CIS-DI-0001")
			}
			p.Report(lint.At(last), "the last USER is root", lint.Aliases(append(aliases, "last-user-is-root")...))
		case last == user:
			p.Report(lint.At(last), "the last USER is root, also for the stages built on this one", lint.Aliases(aliases...))
		case stricter(p):
			p.Report(lint.At(last), "the last USER of this stage is root", lint.Aliases(aliases...), lint.Beside(), lint.Severe(gate.SeverityMedium))
		}
	}
	if final != nil && user == nil && !runsAsOther(final) {
		p.Report(lint.At(final.From), "no USER is set, so the container runs as root unless the base image says otherwise",
			lint.Aliases(userlessAliases(p.File, final)...), lint.Severe(gate.SeverityMedium))
	}
}

// lastInFile are the names that Trivy and Checkov give to a USER root that is
// the last one of the file, in whichever stage.
func lastInFile(file *dockerfile.File, user *dockerfile.Instruction) []string {
	for _, i := range file.Instructions {
		if i.Name == "USER" && i.Line > user.Line {
			return nil
		}
	}
	if user.Text == "root" {
		return []string{"CKV_DOCKER_8", "DS-0002"}
	}
	return []string{"DS-0002"}
}

// userlessAliases are the names of an image without USER. Trivy and Checkov are
// content with a USER in any stage.
func userlessAliases(file *dockerfile.File, final *dockerfile.Stage) []string {
	aliases := []string{"CIS-DI-0001"}
	if hasAnywhere(file, "USER") {
		return aliases
	}
	aliases = append(aliases, "CKV_DOCKER_3", "DS-0002")
	for _, i := range final.Instructions {
		if i.Name == "ENTRYPOINT" {
			return append(aliases, "missing-user-entrypoint")
		}
	}
	return append(aliases, "missing-user")
}

func lastUser(stage *dockerfile.Stage) *dockerfile.Instruction {
	var last *dockerfile.Instruction
	for _, i := range stage.Instructions {
		if i.Name == "USER" {
			last = i
		}
	}
	return last
}

// effectiveUser is the USER that holds in a stage: its own or its parents'.
func effectiveUser(stage *dockerfile.Stage) *dockerfile.Instruction {
	for ; stage != nil; stage = stage.Parent {
		if user := lastUser(stage); user != nil {
			return user
		}
	}
	return nil
}

// hasAnywhere reports whether a file has an instruction of this name.
func hasAnywhere(file *dockerfile.File, name string) bool {
	for _, i := range file.Instructions {
		if i.Name == name {
			return true
		}
	}
	return false
}

func isRoot(user string) bool {
	user = strings.TrimSpace(user)
	return user == "root" || user == "0" || startsWith(user, "root:", "0:")
}

// runsAsOther reports whether the base image is known to set a user that is not root.
func runsAsOther(stage *dockerfile.Stage) bool {
	for stage.Parent != nil {
		stage = stage.Parent
	}
	base := parseReference(stage.BaseName)
	if hasAny(base.tag, "nonroot", "rootless", "unprivileged") || hasAny(base.name, "nonroot", "rootless", "unprivileged") {
		return true
	}
	return base.registry == "cgr.dev" && !strings.HasSuffix(base.tag, "-dev")
}
