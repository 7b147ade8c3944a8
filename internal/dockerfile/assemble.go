package dockerfile

import (
	"path"
	"strings"
)

// assemble gives the instructions to their stages and parses their scripts.
func (f *File) assemble() {
	args, defaults := newMetaArgs(f.Escape), newMetaArgs(f.Escape)
	shells := newShells(f.Comments)
	scripts, known := newScriptParser(), newSettings(args.keep, f.given)
	var stage *Stage
	for _, i := range f.Instructions {
		shells.pass(i)
		switch {
		case i.Name == "FROM":
			stage = f.newStage(i, &args, &defaults)
			f.Stages = append(f.Stages, stage)
			shells.enter(stage)
		case stage == nil && i.Name == "ARG":
			args.define(i, f.given)
			defaults.define(i, nil)
			known.take(i)
			f.MetaArgs = append(f.MetaArgs, i)
			continue
		default:
			if stage == nil {
				stage = &Stage{Index: -1}
				f.Loose = stage
			}
			stage.Instructions = append(stage.Instructions, i)
		}
		for inner := i; inner != nil; inner = inner.OnBuild {
			inner.Stage, inner.Shell = stage, shells.current
			scripts.setting = func(name string) string { return known.find(stage, name) }
			inner.Script = scripts.script(inner)
			known.see(inner)
		}
		known.take(i)
		shells.take(i)
	}
}

// shells follows the shell from instruction to instruction.
type shells struct {
	current, initial []string
	// last is the shell at the end of each stage.
	last     map[*Stage][]string
	stage    *Stage
	comments []Comment
}

func newShells(comments []Comment) *shells {
	initial := []string{"/bin/sh", "-c"}
	return &shells{current: initial, initial: initial, last: map[*Stage][]string{}, comments: comments}
}

// pass takes in the "hadolint shell=" comments that stand before an
// instruction. Before the first FROM they change the default.
func (s *shells) pass(i *Instruction) {
	for len(s.comments) > 0 && s.comments[0].Line < i.Line {
		if name, ok := shellComment(s.comments[0].Text); ok {
			s.current = []string{name, "-c"}
			if s.stage == nil {
				s.initial = s.current
			}
		}
		s.comments = s.comments[1:]
	}
}

// shellComment reads the comment "hadolint shell=NAME".
func shellComment(text string) (string, bool) {
	rest, ok := strings.CutPrefix(text, "hadolint")
	if !ok || rest == strings.TrimLeft(rest, " \t") {
		return "", false
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), "shell")
	if !ok {
		return "", false
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), "=")
	name := strings.Fields(rest)
	if !ok || len(name) == 0 {
		return "", false
	}
	return name[0], true
}

// enter begins a stage: with its parent's shell or the default.
func (s *shells) enter(stage *Stage) {
	s.stage, s.current = stage, s.initial
	if inherited, ok := s.last[stage.Parent]; ok && stage.Parent != nil {
		s.current = inherited
	}
	s.last[stage] = s.current
}

// take follows a SHELL instruction.
func (s *shells) take(i *Instruction) {
	if i.Name == "SHELL" && len(i.Args) > 0 {
		s.current = i.Args
	}
	s.last[s.stage] = s.current
}

// foreignShells are programs whose scripts are not Unix shell scripts.
var foreignShells = [...]string{"cmd", "powershell", "pwsh", "python", "perl", "ruby", "node", "fish", "nu", "tcsh", "csh"}

// IsUnixShell reports whether a program, given by name or path, understands
// Unix shell scripts. Programs it does not know are given the benefit of the doubt.
func IsUnixShell(program string) bool {
	name := strings.ToLower(path.Base(strings.ReplaceAll(program, "\\", "/")))
	name = strings.TrimSuffix(name, ".exe")
	name = strings.TrimRight(name, "0123456789.")
	for _, foreign := range foreignShells {
		if name == foreign {
			return false
		}
	}
	return true
}
