package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func worldWritableChmod() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "world-writable-chmod", Title: "Files are made writable for everybody", Severity: gate.SeverityMedium,
			Why:  "A process that is broken into can then change programs and configuration that it should only read.",
			Fix:  "Give the files to the user that needs them (COPY --chown, chown) and take the right to write from others.",
			Tags: []string{"CWE-732", "OWASP D04"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name == "umask" && c.Has("0", "00", "000", "0000") {
					p.Report(lint.AtCommand(i, c), "umask 0 lets everybody write what is made from here on")
				}
				if mode := givenMode(c.Expanded()); opensToAll(mode) {
					p.Report(lint.AtCommand(i, c), fmt.Sprintf("%s %s lets everybody write", c.Name, mode))
				}
			})
			p.Instructions(func(i *dockerfile.Instruction) {
				if mode, ok := i.Flag("chmod"); ok && opensToAll(mode) {
					p.Report(lint.At(i), fmt.Sprintf("%s --chmod=%s lets everybody write", i.Name, mode))
				}
			}, "COPY", "ADD")
		},
	}
}

// givenMode is the mode that chmod, mkdir or install is given.
func givenMode(c *dockerfile.Command) string {
	switch c.Name {
	case "chmod":
		// xargs names the files that are not here.
		if operands := c.Operands(); len(operands) > 1 || len(operands) == 1 && contains(c.Via, "xargs") {
			return operands[0].Text
		}
	case "mkdir", "install":
		for _, arg := range c.Args {
			if mode, ok := strings.CutPrefix(arg.Text, "-m"); ok && mode != "" {
				return mode
			}
		}
		for _, flag := range [...]string{"m", "mode"} {
			if mode, ok := c.FlagValue(flag); ok {
				return mode.Text
			}
		}
	}
	return ""
}

// opensToAll reports whether a mode gives others the right to write. Numbers
// with the sticky bit are left alone: that is how /tmp has to be.
func opensToAll(mode string) bool {
	if mode == "" {
		return false
	}
	if strings.Trim(mode, "01234567") == "" {
		sticky := len(mode) >= 4 && (mode[len(mode)-4]-'0')&1 == 1
		return len(mode) >= 3 && !sticky && (mode[len(mode)-1]-'0')&2 == 2
	}
	if strings.Contains(mode, "t") {
		return false
	}
	for _, clause := range strings.Split(mode, ",") {
		at := strings.IndexAny(clause, "+=")
		if at > 0 && strings.ContainsAny(clause[:at], "oa") && strings.Contains(clause[at:], "w") {
			return true
		}
	}
	return false
}
