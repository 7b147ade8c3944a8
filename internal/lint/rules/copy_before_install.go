package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func copyBeforeInstall() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "copy-before-install", Title: "Everything is copied before the dependencies are installed", Severity: gate.SeverityLow,
			Why: "Every change of any file then installs all dependencies again: the cache is of no use.",
			Fix: "Copy the files that name the dependencies first, install, and copy the rest then.",
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				var all *dockerfile.Instruction
				for _, i := range stage.Instructions {
					if all == nil && contains(contextSources(i), ".") {
						all = i
					}
					install := dependencyInstall(i)
					if install == nil {
						continue
					}
					if all != nil {
						p.Report(lint.At(all), fmt.Sprintf("the whole build context is copied before %s installs the dependencies on line %d", install.Name, install.Line))
					}
					break
				}
			}
		},
	}
}

// dependencyInstall is the command of a RUN that installs what the project's
// own files ask for.
func dependencyInstall(i *dockerfile.Instruction) *dockerfile.Command {
	if i.Name != "RUN" || i.Script == nil || mountsCache(i, "") {
		return nil
	}
	for _, c := range i.Script.Commands {
		if installsDependencies(c) {
			return c
		}
	}
	return nil
}

func installsDependencies(c *dockerfile.Command) bool {
	operands := c.Operands()
	first := ""
	if len(operands) > 0 {
		first = operands[0].Text
	}
	switch c.Name {
	case "npm", "pnpm":
		return first == "ci" || contains([]string{"install", "i"}, first) && len(operands) == 1 && !c.HasFlag("g", "global")
	case "yarn":
		return len(operands) == 0 && !c.HasFlag("version", "v") || first == "install"
	case "bundle", "composer", "poetry", "pipenv", "bun", "pdm":
		return first == "install"
	case "uv", "cargo", "dotnet", "mix":
		return contains([]string{"sync", "fetch", "restore", "deps.get"}, first)
	case "mvn", "mvnw":
		return c.Has("dependency:go-offline", "dependency:resolve")
	case "go":
		return first == "mod" && c.Has("download")
	}
	return isPipInstall(c) && c.HasFlag("r", "requirement")
}
