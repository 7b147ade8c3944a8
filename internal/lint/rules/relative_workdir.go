package rules

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func relativeWorkdir() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "relative-workdir", Title: "WORKDIR is a relative path", Severity: gate.SeverityHigh,
			Why:     "A relative path hangs on what the base image or an earlier line has set, and moves with it.",
			Fix:     "Write the whole path, from / on.",
			Aliases: []string{"CKV_DOCKER_10", "DL3000", "DS-0009", "WorkdirRelativePath"},
		},
		Check: func(p *lint.Pass) {
			variable := false
			p.Instructions(func(i *dockerfile.Instruction) {
				path := strings.Trim(i.Text, `"'`)
				variable = variable || strings.HasPrefix(path, "$") && !i.Trigger
				if path == "" || isAbsolute(path) {
					return
				}
				aliases := []string{"DL3000", "DS-0009", "CKV_DOCKER_10"}
				if !earlierWorkdir(i) {
					aliases = append(aliases, "WorkdirRelativePath")
				}
				if i.Trigger {
					aliases = nil
					if inherited(p, i) && !setsWorkdir(i.Stage) {
						aliases = []string{"WorkdirRelativePath"}
					}
				}
				p.Report(lint.At(i), fmt.Sprintf("WORKDIR %s is a relative path", path), lint.Aliases(aliases...))
			}, "WORKDIR")
			if variable {
				p.EachWithValues(func(i *dockerfile.Instruction, values *dockerfile.Values) { checkExpandedWorkdir(p, i, values) })
			}
		},
	}
}

// checkExpandedWorkdir looks at what a path is once its variables are replaced,
// where the Dockerfile tells their values. hadolint looks at the text alone.
func checkExpandedWorkdir(p *lint.Pass, i *dockerfile.Instruction, values *dockerfile.Values) {
	path := strings.Trim(i.Text, `"'`)
	if i.Name != "WORKDIR" || i.Trigger || !strings.HasPrefix(path, "$") || earlierWorkdir(i) {
		return
	}
	expanded, known := values.Expand(path)
	switch {
	case expanded != "" && isAbsolute(expanded):
	case known:
		p.Report(lint.At(i), fmt.Sprintf("WORKDIR %s is the relative path %q", path, expanded), lint.Aliases("WorkdirRelativePath"))
	case p.Profile() == lint.Strict:
		p.Report(lint.At(i), fmt.Sprintf("WORKDIR %s is a relative path unless the base image sets the variable", path), lint.Aliases("WorkdirRelativePath"), lint.Tags("unverified"))
	}
}

// isAbsolute holds for Unix and Windows paths, and for variables, whose value
// is not known.
func isAbsolute(path string) bool {
	if startsWith(path, "/", "$") {
		return true
	}
	return len(path) > 1 && path[1] == ':' && unicode.IsLetter(rune(path[0]))
}

// setsWorkdir reports whether a stage, or one it is built on, has a WORKDIR.
func setsWorkdir(stage *dockerfile.Stage) bool {
	for ; stage != nil; stage = stage.Parent {
		for _, i := range stage.Instructions {
			if i.Name == "WORKDIR" {
				return true
			}
		}
	}
	return false
}

// earlierWorkdir reports whether the stage, or one it is built on, has a
// WORKDIR before this one.
func earlierWorkdir(i *dockerfile.Instruction) bool {
	for stage := i.Stage; stage != nil; stage = stage.Parent {
		for _, other := range stage.Instructions {
			if other.Name == "WORKDIR" && other.Line < i.Line {
				return true
			}
		}
	}
	return false
}
