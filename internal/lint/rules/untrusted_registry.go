package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func untrustedRegistry() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "untrusted-registry", Title: "An image comes from a registry that is not on the list", Severity: gate.SeverityHigh,
			Why:     "Whoever controls the registry controls what the image holds.",
			Fix:     "Take the image from a trusted registry, or add the registry to the list of trusted ones.",
			Aliases: []string{"CIS 4.2", "D08", "DL3026"},
			Tags:    []string{"CIS 4.2", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			if len(p.TrustedRegistries()) == 0 {
				return
			}
			for _, stage := range p.File.Stages {
				checkRegistry(p, stage)
			}
		},
	}
}

func checkRegistry(p *lint.Pass, stage *dockerfile.Stage) {
	base := parseReference(stage.BaseName)
	if stage.Parent == nil && stage.RawBase != "" && !trusted(p, base) {
		// hadolint judges the text, gate what it stands for.
		same := !trusted(p, parseReference(stage.RawBase))
		p.Report(lint.AtPosition(stage.From, stage.From.ArgAt(0)),
			fmt.Sprintf("the base image %s is from the registry %s, which is not trusted", stage.BaseName, registryOf(base)), when(same, "DL3026"))
	}
	for _, i := range stage.Instructions {
		from, ok := i.Flag("from")
		if !ok || i.Name != "COPY" || !isImage(p.File, from) {
			continue
		}
		if image := parseReference(from); !trusted(p, image) {
			p.Report(lint.At(i), fmt.Sprintf("COPY takes files from the image %s of the registry %s, which is not trusted", from, registryOf(image)), lint.Aliases())
		}
	}
}

// isImage reports whether a --from value names an image and no stage.
func isImage(file *dockerfile.File, from string) bool {
	_, isStage := file.Stage(from)
	return from != "" && !isStage && !strings.Contains(from, "$") && (strings.ContainsAny(from, "/:@.") || strings.Trim(from, "0123456789") != "")
}

func registryOf(image reference) string {
	if image.registry == "" {
		return "docker.io"
	}
	return image.registry
}

func trusted(p *lint.Pass, image reference) bool {
	if image.registry == "" && image.name == "scratch" {
		return true
	}
	for _, pattern := range p.TrustedRegistries() {
		if matchesRegistry(pattern, registryOf(image)) || image.registry == "" && matchesRegistry(pattern, "hub.docker.com") {
			return true
		}
	}
	return false
}

// matchesRegistry compares with a pattern that has * at one of its ends, or nowhere.
func matchesRegistry(pattern, registry string) bool {
	if rest, ok := strings.CutPrefix(pattern, "*"); ok {
		return strings.HasSuffix(registry, rest)
	}
	if rest, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(registry, rest)
	}
	return registry == pattern
}
