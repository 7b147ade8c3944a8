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
			p.Instructions(func(i *dockerfile.Instruction) {
				path := strings.Trim(i.Text, `"'`)
				if strings.HasPrefix(path, "$") {
					checkExpandedWorkdir(p, i, path)
				}
				if path == "" || isAbsolute(path) {
					return
				}
				aliases := []string{"DL3000", "DS-0009", "CKV_DOCKER_10"}
				if !earlierWorkdir(i) {
					aliases = append(aliases, "WorkdirRelativePath")
				}
				p.Report(lint.At(i), fmt.Sprintf("WORKDIR %s is a relative path", path), outsideTrigger(i, aliases...))
			}, "WORKDIR")
		},
	}
}

// checkExpandedWorkdir looks at what a path is once its variables are replaced,
// where the Dockerfile tells their values. hadolint looks at the text alone.
func checkExpandedWorkdir(p *lint.Pass, i *dockerfile.Instruction, path string) {
	if i.Trigger || earlierWorkdir(i) {
		return
	}
	expanded, known := expandKnown(p.File, i, path)
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
