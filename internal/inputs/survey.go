package inputs

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// survey goes through a Dockerfile as it is built for one platform.
type survey struct {
	*ledger
	ctx  context.Context
	path string
	// platform is empty where what a builder calls it is not known.
	platform string
	file     *dockerfile.File
	vars     *variables
	// names are the images that the stages begin with, by index.
	names []dockerfile.Base
	// used are the stages that the target needs, with what they begin with.
	used map[*dockerfile.Stage]*origin
	// open says that something in the build may read anything.
	open bool
}

// survey counts what one platform's build reads. It reports false when the file
// can't be followed.
func (l *ledger) survey(ctx context.Context, path string, text []byte, platform string) bool {
	plain := dockerfile.Parse(path, text)
	for _, p := range plain.Problems {
		l.blame(path, p.Line, "it can't be followed: %s", p.Message)
	}
	if len(plain.Problems) > 0 || !l.ownFrontend(path, plain.Syntax) {
		return false
	}
	if len(platformArguments(platform)) == 0 {
		platform = ""
	}
	vars := newVariables(plain, l.build.Spec.Args, platform)
	s := &survey{
		ledger: l, ctx: ctx, path: path, platform: platform, vars: vars, file: plain.With(vars.given),
		used: map[*dockerfile.Stage]*origin{},
	}
	s.names = s.file.Bases(vars.given, platform, platform)
	if _, ok := s.file.Stage(l.build.Spec.Target); !ok {
		l.blame(path, 0, "it has no stage %q", l.build.Spec.Target)
		return false
	}
	s.needTarget()
	if s.open {
		l.trees[""].meet(ctx, everything())
		for name := range l.build.Spec.Contexts {
			l.useContext(ctx, name, everything())
		}
		return true
	}
	s.sources()
	return true
}

// ownFrontend reports whether the file asks for no frontend but the official one.
func (l *ledger) ownFrontend(path string, syntax *dockerfile.Directive) bool {
	if syntax == nil {
		return true
	}
	fields := strings.Fields(syntax.Value)
	if len(fields) > 0 {
		name, _, _ := strings.Cut(strings.TrimPrefix(fields[0], "docker.io/"), "@")
		name, _, _ = strings.Cut(name, ":")
		if name == "docker/dockerfile" || name == "docker/dockerfile-upstream" {
			return true
		}
	}
	l.blame(path, syntax.Line, "the frontend %.200q may read anything", syntax.Value)
	return false
}

// needTarget follows the stages that the target needs.
func (s *survey) needTarget() {
	target := s.build.Spec.Target
	if target == "" {
		s.need(s.file.Stages[len(s.file.Stages)-1])
		return
	}
	for _, stage := range s.stages(target) {
		s.need(stage)
	}
}

// stages are those that a name may mean: all of that name, and the one of that
// index.
func (s *survey) stages(name string) []*dockerfile.Stage {
	var found []*dockerfile.Stage
	for _, stage := range s.file.Stages {
		index, err := strconv.Atoi(name)
		if stage.Name != "" && strings.EqualFold(stage.Name, name) || err == nil && index == stage.Index {
			found = append(found, stage)
		}
	}
	return found
}

// need takes in a stage and all that it needs.
func (s *survey) need(stage *dockerfile.Stage) {
	waiting := []*dockerfile.Stage{stage}
	for len(waiting) > 0 && s.ctx.Err() == nil {
		stage, waiting = waiting[0], waiting[1:]
		if s.used[stage] != nil {
			continue
		}
		o := s.origin(stage)
		s.used[stage] = o
		waiting = append(waiting, o.parents...)
		for _, name := range s.contextsFor(stage.Name) {
			s.useContext(s.ctx, name, everything())
		}
		for _, i := range slices.Concat(stage.Triggers(), o.triggers, stage.Instructions) {
			for _, from := range s.references(i) {
				found := s.stages(from)
				waiting = append(waiting, found...)
				if len(found) == 0 && len(s.contextsFor(from)) == 0 {
					s.useImage(from)
				}
			}
		}
	}
}

// references are the stages, images and named contexts that an instruction
// names. What builders give a meaning to beyond the letters can't be told.
func (s *survey) references(i *dockerfile.Instruction) []string {
	var names []string
	for _, from := range s.froms(i) {
		if strings.ContainsAny(from, "$\"'\\`") {
			s.blame(s.path, i.Line, "it can't be told what %.200q means", from)
			continue
		}
		if from != "" {
			names = append(names, from)
		}
	}
	return names
}

// froms are what an instruction names as the place to read from, as written.
func (s *survey) froms(i *dockerfile.Instruction) []string {
	var froms []string
	switch i.Name {
	case "COPY", "ADD":
		for _, flag := range i.Flags {
			if flag.Name == "from" {
				froms = append(froms, flag.Value)
			}
		}
	case "RUN":
		for _, flag := range i.Flags {
			if flag.Name == "mount" && strings.ContainsAny(flag.Value, "\"'\\`") {
				s.blame(s.path, i.Line, "it can't be told what the mount %.200q is: write it without quotes", flag.Value)
			}
		}
		for _, m := range i.Mounts() {
			froms = append(froms, m.From)
		}
	}
	return froms
}
