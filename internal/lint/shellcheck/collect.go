package shellcheck

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// Scripts returns what ShellCheck can read in a file: the shell form of every
// RUN, inside ONBUILD too, that is for a shell it knows. Instructions that could
// not be parsed are left out, as they have been reported.
//
// parity makes the triggers know only what other triggers set, as hadolint has
// it; else they also know what the stage sets, as a build does.
func Scripts(file *dockerfile.File, parity bool) []Script {
	c := &collector{parity: parity, escape: file.Escape, ends: map[*dockerfile.Stage]*scope{}, broken: map[dockerfile.Position]bool{}, plain: &scope{}, triggers: &scope{}}
	if parity {
		c.triggers.shell = []string{"/bin/sh"}
	}
	for _, problem := range file.Problems {
		if problem.Kind == dockerfile.Unreadable {
			c.broken[dockerfile.Position{Line: problem.Line, Column: problem.Column}] = true
		}
	}
	for _, i := range file.Instructions {
		c.pass(i)
	}
	return c.scripts
}

// scope is what is known at a place: the variables, and the shell where it is
// not the instruction's own.
type scope struct {
	names []string
	shell []string
}

func (s *scope) declare(i *dockerfile.Instruction) {
	for _, pair := range i.Pairs {
		if isName(pair.Name) {
			s.names = append(s.names, pair.Name)
		}
	}
}

// collector goes through a file from top to bottom.
type collector struct {
	parity  bool
	escape  byte
	stage   *dockerfile.Stage
	scripts []Script
	broken  map[dockerfile.Position]bool
	// plain holds the variables of the stage, triggers those of its ONBUILD;
	// ends are the scopes of the stages.
	plain, triggers *scope
	ends            map[*dockerfile.Stage]*scope
}

func (c *collector) pass(outer *dockerfile.Instruction) {
	if outer.Stage != c.stage {
		c.enter(outer.Stage)
	}
	inner := outer
	for inner.OnBuild != nil {
		inner = inner.OnBuild
	}
	known := c.plain
	if inner.Trigger {
		known = c.triggers
	}
	switch inner.Name {
	case "ENV", "ARG":
		known.declare(inner)
	case "SHELL":
		if inner.Trigger && len(inner.Args) > 0 {
			known.shell = inner.Args
		}
	case "RUN":
		if !c.broken[outer.Start()] {
			c.add(inner)
		}
	}
}

// enter begins a stage with what its parent knew at its end.
func (c *collector) enter(stage *dockerfile.Stage) {
	c.stage, c.plain = stage, &scope{}
	if stage == nil {
		return
	}
	if parent := c.ends[stage.Parent]; parent != nil && stage.Parent != nil {
		// The copy has no room left, so that what is appended goes elsewhere.
		c.plain.names = parent.names[:len(parent.names):len(parent.names)]
	}
	c.ends[stage] = c.plain
	if !c.parity {
		c.triggers = &scope{}
	}
}

func (c *collector) add(i *dockerfile.Instruction) {
	text, ok := i.ShellText()
	if !ok {
		return
	}
	script := Script{Instruction: i, text: text, names: c.plain.names, shell: shellFor(i.Shell...), parity: c.parity}
	if i.Trigger {
		if c.triggers.shell != nil {
			script.shell = shellFor(c.triggers.shell...)
		}
		script.names = c.triggers.names
		if !c.parity {
			script.names = append(append([]string{}, c.plain.names...), script.names...)
		}
	}
	if text.Program != "" {
		script.shell = shellFor(text.Program)
	} else if !c.parity && onWindows(c.escape, i) {
		return
	}
	if script.shell != "" && text.Text != "" {
		c.scripts = append(c.scripts, script)
	}
}

// maxParents is how many stages that are built on each other are looked at.
const maxParents = 100

// onWindows reports whether a script is most likely for cmd: nothing says which
// shell runs it, and the base image or the escape character are those of Windows.
func onWindows(escape byte, i *dockerfile.Instruction) bool {
	if len(i.Shell) > 0 && i.Shell[0] != "/bin/sh" {
		return false
	}
	stage := i.Stage
	for n := 0; stage != nil && stage.Parent != nil && n < maxParents; n++ {
		stage = stage.Parent
	}
	if stage == nil {
		return escape == '`'
	}
	base := strings.ToLower(stage.BaseName)
	return escape == '`' || strings.Contains(base, "windows/") || strings.Contains(base, "nanoserver") || strings.Contains(base, "servercore")
}
