package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pipCacheKept() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pip-cache-kept", Title: "pip's cache stays in the image", Severity: gate.SeverityMedium,
			Why:     "pip keeps what it downloads and builds, which nothing uses once the packages are installed.",
			Fix:     "Write pip install --no-cache-dir, set ENV PIP_NO_CACHE_DIR=1, or put /root/.cache/pip into a cache mount.",
			Aliases: []string{"DL3042", "missing-pip-no-cache-dir"},
			Tags:    []string{"OWASP D04"},
		},
		Check: func(p *lint.Pass) {
			eachRemembered(p.File, setsPipNoCache, func(i *dockerfile.Instruction, set bool) {
				if i.Name == "RUN" && i.Script != nil && !set && !pipNoCacheInText(i) && !mountsCache(i, ".cache/pip") {
					checkPipCache(p, i)
				}
			})
		},
	}
}

func checkPipCache(p *lint.Pass, i *dockerfile.Instruction) {
	ours := true
	var fault *dockerfile.Command
	for _, c := range i.Script.Commands {
		switch {
		case removes(c, "/root/.cache", "~/.cache", "${HOME}/.cache"):
			ours = false
		case isPipInstall(c) && !c.Has("--no-cache-dir") && !wrapsPip(c) && (fault == nil || c.Direct() && !fault.Direct()):
			fault = c
		}
	}
	if fault == nil {
		return
	}
	ours = ours && (i.Trigger || staysInImage(p.File, i.Stage))
	if ours || fault.Direct() && parity(p) {
		p.Report(lint.AtCommand(i, fault), fault.Name+" install without --no-cache-dir", direct(fault, "DL3042", "missing-pip-no-cache-dir"), behindWord(fault, " --no-cache-dir", "install"))
	}
}

// wrapsPip holds for pipx and pipenv, whose caches are their own.
func wrapsPip(c *dockerfile.Command) bool {
	return hasAny(c.Name, "pipx", "pipenv")
}

func setsPipNoCache(i *dockerfile.Instruction) bool {
	if i.Name != "ENV" {
		return false
	}
	for _, pair := range i.Pairs {
		if pair.Name == "PIP_NO_CACHE_DIR" {
			return contains(pipTrue[:], pair.Value)
		}
	}
	return false
}

// pipTrue are the values by which hadolint takes the cache for switched off.
var pipTrue = [...]string{"1", "true", "True", "TRUE", "on", "On", "ON", "yes", "Yes", "YES"}

// pipNoCacheInText holds when the script sets the variable itself.
func pipNoCacheInText(i *dockerfile.Instruction) bool {
	text := i.Text
	for _, h := range i.Heredocs {
		text += "\n" + h.Content
	}
	_, value, found := strings.Cut(text, "PIP_NO_CACHE_DIR=")
	return found && startsWith(value, pipTrue[:]...)
}
