package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinBaseImage() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-base-image", Title: "The base image has no tag, or the tag latest", Severity: gate.SeverityMedium,
			Why:     "latest, which is also meant when there is no tag, is another image tomorrow: builds change without a commit, and a break comes unannounced.",
			Fix:     "Name a release, and pin it by digest: FROM name:tag@sha256:….",
			Aliases: []string{"CKV_DOCKER_7", "DL3006", "DL3007", "DS-0001", "avoid-latest-version", "missing-image-version"},
			Tags:    []string{"CIS 4.2", "OWASP D02", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				checkBase(p, stage)
			}
		},
	}
}

func checkBase(p *lint.Pass, stage *dockerfile.Stage) {
	raw := parseReference(stage.RawBase)
	if stage.RawBase == "" || raw.digest != "" || raw.name == "scratch" {
		return
	}
	place := lint.AtPosition(stage.From, stage.From.ArgAt(0))
	known := earlierName(p.File, stage, raw.name)
	switch {
	case raw.tag == "latest":
		p.Report(place, fmt.Sprintf("the base image %s is whatever is latest on the day of the build", stage.RawBase),
			lint.Aliases("DL3007", "DS-0001", "CKV_DOCKER_7", "avoid-latest-version"))
	case raw.tag != "" || known || stage.Parent != nil && !parity(p):
		checkExpandedBase(p, stage, place)
	case strings.HasPrefix(raw.name, "$"):
		checkExpandedBase(p, stage, place)
	default:
		p.Report(place, fmt.Sprintf("the base image %s has no tag, which means latest", stage.RawBase),
			lint.Aliases(untaggedAliases(stage.RawBase, raw)...))
	}
}

// untaggedAliases are the names of a base without a tag. hadolint takes the port
// of a registry without a dot for a tag, Trivy and Checkov that of any.
func untaggedAliases(text string, base reference) []string {
	var aliases []string
	if base.registry == "" || strings.Contains(base.registry, ".") {
		aliases = append(aliases, "DL3006", "missing-image-version")
	}
	if !strings.Contains(text, ":") {
		aliases = append(aliases, "CKV_DOCKER_7", "DS-0001")
	}
	return aliases
}

// earlierName reports whether an earlier stage has the name, spelt the same way.
func earlierName(file *dockerfile.File, stage *dockerfile.Stage, name string) bool {
	for _, other := range file.Stages[:stage.Index] {
		if other.Name != "" && other.Name == name {
			return true
		}
	}
	return false
}

// checkExpandedBase looks at what a variable in the reference stands for, as far
// as that is known. Other linters look at the text alone.
func checkExpandedBase(p *lint.Pass, stage *dockerfile.Stage, place lint.Place) {
	if stage.BaseName == stage.RawBase || stage.Parent != nil || stage.Unresolved() || stage.BaseName == "" {
		return
	}
	base := parseReference(stage.BaseName)
	if base.digest != "" || base.name == "scratch" || base.tag != "" && base.tag != "latest" {
		return
	}
	// Trivy knows the defaults of arguments, but no default in braces.
	byDefault := !strings.Contains(stage.RawBase, "$") || stage.BaseName == stage.DefaultBase
	p.Report(place, fmt.Sprintf("the base image comes to %s, which is whatever is latest on the day of the build", stage.BaseName),
		when(byDefault && !hasAny(stage.RawBase, ":-", ":+") && strings.Count(stage.BaseName, ":") <= 1 && (base.tag != "" || !strings.Contains(base.registry, ":")), "DS-0001"))
}
