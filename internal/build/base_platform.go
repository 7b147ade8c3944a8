package build

import (
	"os"
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

const (
	// baseRule is BuildKit's own warning that a base is for another platform.
	// The image's configuration does not tell: there BuildKit writes what was
	// asked for, whatever the base is.
	baseRule = "InvalidBaseImagePlatform"
	checkArg = "build-arg:BUILDKIT_DOCKERFILE_CHECK"
)

// keepBaseRule makes BuildKit give that warning even when the Dockerfile, or a
// build argument, switches it off. Its other rules stay as they are.
func keepBaseRule(attrs map[string]string, file *dockerfile.File) {
	check, ok := attrs[checkArg]
	if !ok && file != nil && file.Check != nil {
		check = file.Check.Value
	}
	if !strings.Contains(check, "skip") {
		return
	}
	attrs[checkArg] = withoutSkip(check)
}

// withoutSkip rewrites check options so that baseRule is not skipped. What
// skipped all can only skip nothing, and then nothing may be an error.
func withoutSkip(check string) string {
	var kept []string
	for option := range strings.SplitSeq(check, ";") {
		key, list, _ := strings.Cut(option, "=")
		if strings.TrimSpace(key) != "skip" {
			kept = append(kept, option)
			continue
		}
		if strings.TrimSpace(list) == "all" {
			return "error=false"
		}
		var rules []string
		for rule := range strings.SplitSeq(list, ",") {
			if !strings.EqualFold(strings.TrimSpace(rule), baseRule) {
				rules = append(rules, rule)
			}
		}
		if len(rules) > 0 {
			kept = append(kept, "skip="+strings.Join(rules, ","))
		}
	}
	if len(kept) == 0 {
		return "error=false"
	}
	return strings.Join(kept, ";")
}

// warning is one of the builder's warnings, with the line it speaks of or 0.
type warning struct {
	text string
	line int
}

// basePlatform returns the platform that the final stage's base has, where that
// is known not to be the one that was asked for; "" otherwise.
func (r *request) basePlatform(warnings []warning, target, wanted string) string {
	stage := rootStage(r.input.file, target)
	if stage != nil {
		// BuildKit does not warn of a base that came as a named context.
		key, err := contextKey(r.expand(stage))
		if have := r.layouts[key]; err == nil && have != "" && have != normalPlatform(wanted) {
			return have
		}
	}
	pulled := regexp.MustCompile(`pulled with platform "([^"]+)"`)
	for _, w := range warnings {
		if !strings.HasPrefix(w.text, baseRule) || (stage != nil && w.line > 0 && w.line != stage.From.Line) {
			continue
		}
		if match := pulled.FindStringSubmatch(w.text); match != nil {
			return normalPlatform(match[1])
		}
	}
	return ""
}

// rootStage is the stage whose base is the image that the target stands on.
func rootStage(file *dockerfile.File, target string) *dockerfile.Stage {
	if file == nil {
		return nil
	}
	stage, ok := file.Stage(target)
	if !ok {
		return nil
	}
	for stage.Parent != nil {
		stage = stage.Parent
	}
	if stage.From == nil {
		return nil
	}
	return stage
}

// expand gives the base image of a stage with the build's arguments put in.
// Operators such as ${NAME:-default} are beyond it.
func (r *request) expand(stage *dockerfile.Stage) string {
	defaults := map[string]string{}
	for _, arg := range r.input.file.MetaArgs {
		for _, pair := range arg.Pairs {
			defaults[pair.Name] = pair.Value
		}
	}
	return os.Expand(stage.RawBase, func(name string) string {
		if value, ok := r.solve.FrontendAttrs["build-arg:"+name]; ok {
			return value
		}
		return defaults[name]
	})
}
