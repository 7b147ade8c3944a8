package inputs

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// origin is what a stage begins with.
type origin struct {
	// parents are the stages that it may be built on; more than one when the
	// name can't be told.
	parents []*dockerfile.Stage
	// triggers are instructions that come from there, beyond those that the
	// stage tells itself.
	triggers []*dockerfile.Instruction
	// env is what the image sets; closed is false where that is not known.
	env    map[string]string
	closed bool
}

// answer is what is known of a base image.
type answer struct {
	base Base
	err  error
}

// origin finds what a stage begins with.
func (s *survey) origin(stage *dockerfile.Stage) *origin {
	name := stage.BaseName
	switch uses := s.vars.reach(stage.RawBase); {
	case uses.reserved || !uses.builder && stage.Unresolved():
		s.blame(s.path, stage.From.Line, "it can't be told which image %.200q is: give its arguments values", stage.RawBase)
		return &origin{}
	case !uses.builder && stage.Parent != nil:
		// A later stage of the same name is not meant, but is no harm either.
		return &origin{parents: append(s.stages(stage.Parent.Name), stage.Parent)}
	case uses.machine || uses.builder && s.platform == "":
		s.note("%s:%d: %s depends on the builder, so everything in the contexts counts", s.path, stage.From.Line, stage.RawBase)
		s.open = true
		return s.anyStage(stage)
	case uses.builder:
		if name = s.names[stage.Index].Name; name == "" {
			return s.anyStage(stage)
		}
	}
	if strings.ContainsAny(name, "$\"'\\`") {
		s.blame(s.path, stage.From.Line, "it can't be told which image %.200q is", stage.RawBase)
		return &origin{}
	}
	return s.image(stage, name)
}

// anyStage is the origin of a stage whose base has the builder's own variables
// in its name: any stage before it.
func (s *survey) anyStage(stage *dockerfile.Stage) *origin {
	o := &origin{parents: slices.Clone(s.file.Stages[:stage.Index])}
	for _, parent := range o.parents {
		for _, i := range parent.Instructions {
			if i.OnBuild != nil {
				o.triggers = append(o.triggers, i.OnBuild)
			}
		}
	}
	return o
}

// image is the origin of a stage that begins with an image, or with a named
// context in its place.
func (s *survey) image(stage *dockerfile.Stage, name string) *origin {
	contexts := s.contextsFor(name)
	for _, context := range contexts {
		s.useContext(s.ctx, context, everything())
	}
	switch {
	case len(contexts) == 0 && name == "scratch":
		return &origin{closed: true}
	case len(contexts) == 0:
		s.useImage(name)
		return s.configured(stage, name)
	case len(contexts) == 1 && standsFor(contexts[0], name):
		value := s.build.Spec.Contexts[contexts[0]]
		if image, ok := strings.CutPrefix(value, imageScheme); ok {
			return s.configured(stage, image)
		}
		if !strings.HasPrefix(value, layoutScheme) {
			return &origin{closed: true}
		}
	default:
		s.useImage(name)
	}
	s.note("%s:%d: it is not known what the image sets and triggers that stands for %s, so everything in the contexts counts", s.path, stage.From.Line, stage.RawBase)
	s.open = true
	return &origin{}
}

// configured is the origin of a stage that begins with an image of this name.
func (s *survey) configured(stage *dockerfile.Stage, name string) *origin {
	platform := s.platform
	if flag, given := stage.From.Flag("platform"); given {
		platform = s.names[stage.Index].Platform
		if uses := s.vars.reach(flag); uses.machine || uses.reserved {
			platform = ""
		}
	}
	found := s.ask(name, platform)
	if found.err != nil {
		s.note("%s:%d: it is not known what %s sets and triggers, so everything in the contexts counts: %v", s.path, stage.From.Line, name, found.err)
		s.open = true
		return &origin{}
	}
	o := &origin{closed: true, env: map[string]string{}}
	for _, text := range found.base.Env {
		variable, value, _ := strings.Cut(text, "=")
		o.env[variable] = value
		s.vars.fromImage(variable, value)
	}
	for n, text := range found.base.Triggers {
		s.count(fact{kind: kindTrigger, tree: name, name: platform + " " + strconv.Itoa(n), value: text})
		i, ok := trigger(text)
		if !ok {
			s.blame(s.path, stage.From.Line, "a trigger of %s can't be read", name)
			continue
		}
		s.vars.fromTrigger(i)
		o.triggers = append(o.triggers, i)
	}
	return o
}

// trigger reads an instruction as an image's configuration has it.
func trigger(text string) (*dockerfile.Instruction, bool) {
	file := dockerfile.Parse("ONBUILD", []byte("FROM scratch\n"+text+"\n"))
	if len(file.Problems) > 0 || len(file.Stages) != 1 || len(file.Instructions) != 2 || file.Instructions[1].OnBuild != nil {
		return nil, false
	}
	return file.Instructions[1], true
}

// maxTriggers is how many triggers of an image are followed.
const maxTriggers = 200

// ask tells the configuration of an image. It asks once.
func (s *survey) ask(name, platform string) answer {
	key := [2]string{name, platform}
	if found, asked := s.answers[key]; asked {
		return found
	}
	found := answer{err: errors.New("nobody was asked")}
	if s.build.Base != nil {
		found.base, found.err = s.build.Base(s.ctx, name, platform)
	}
	if found.err == nil && len(found.base.Triggers) > maxTriggers {
		found.err = fmt.Errorf("it has more than %d triggers", maxTriggers)
	}
	s.answers[key] = found
	return found
}
