package inputs

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// sources counts what the instructions of the needed stages read.
func (s *survey) sources() {
	// The values come in this order.
	type step struct {
		stage *dockerfile.Stage
		own   bool
	}
	var steps []step
	for _, stage := range s.file.Stages {
		for range stage.Triggers() {
			steps = append(steps, step{stage: stage})
		}
		for range stage.Instructions {
			steps = append(steps, step{stage: stage, own: true})
		}
	}
	s.file.EachWithValues(s.baseValues, func(i *dockerfile.Instruction, values *dockerfile.Values) {
		now := steps[0]
		steps = steps[1:]
		if s.used[now.stage] != nil && i.Name != "ONBUILD" {
			s.instruction(i, values)
		}
	})
	for _, o := range s.used {
		for _, i := range o.triggers {
			s.instruction(i, nil)
		}
	}
}

// baseValues says what the image sets that a stage begins with.
func (s *survey) baseValues(stage *dockerfile.Stage) (vars map[string]string, open []string, closed bool) {
	o := s.used[stage]
	if o == nil {
		return nil, nil, false
	}
	return o.env, nil, o.closed
}

// instruction counts what an instruction reads. values is nil where no variable
// is known.
func (s *survey) instruction(i *dockerfile.Instruction, values *dockerfile.Values) {
	if s.ctx.Err() != nil || s.spent {
		return
	}
	switch i.Name {
	case "COPY", "ADD":
		s.copied(i, values)
	case "RUN":
		s.mounted(i)
	}
}

// copied counts what COPY and ADD take. Addresses are looked for among the
// files as well: there are none of such a name.
func (s *survey) copied(i *dockerfile.Instruction, values *dockerfile.Values) {
	if len(i.Args) < 2 {
		return
	}
	d := demand{path: s.path, line: i.Line}
	for _, flag := range i.Flags {
		switch flag.Name {
		case "exclude":
			d.exclude = append(d.exclude, flag.Value)
		case "parents":
			d.parents = true
		}
	}
	from, elsewhere := i.Flag("from")
	for _, arg := range i.Args[:len(i.Args)-1] {
		source, known := s.expand(arg, values)
		if !known {
			s.note("%s:%d: it can't be told what %s is, so everything that it may be counts", s.path, i.Line, arg)
			s.take(from, elsewhere, everything())
			continue
		}
		d.source = source
		s.take(from, elsewhere, d)
		if i.Name == "ADD" && isAddress(source) {
			s.note("%s:%d: %s counts by its address: what it holds is not followed", s.path, i.Line, source)
		}
	}
}

// expand replaces the variables of a word. known is false where builders may
// differ about them.
func (s *survey) expand(text string, values *dockerfile.Values) (expanded string, known bool) {
	if !strings.ContainsAny(text, "$'\"\\`") {
		return text, true
	}
	if values == nil || strings.Contains(text, "$") && !s.vars.plain(text) {
		return "", false
	}
	expanded, known = values.Expand(text)
	return expanded, known && !strings.Contains(expanded, "$")
}

func isAddress(source string) bool {
	return strings.Contains(source, "://") || strings.HasPrefix(source, "git@")
}

// take meets a demand where it is directed to: at the context, or at the named
// contexts that a name may mean. What a stage or an image holds comes from
// elsewhere.
func (s *survey) take(from string, elsewhere bool, d demand) {
	if !elsewhere || from == "" {
		s.trees[""].meet(s.ctx, d)
		return
	}
	for _, name := range s.contextsFor(from) {
		s.useContext(s.ctx, name, d)
	}
}

// mounted counts what RUN mounts. A mount of a type that is not known is taken
// for one that shows files.
func (s *survey) mounted(i *dockerfile.Instruction) {
	for _, m := range i.Mounts() {
		kind := strings.ToLower(m.Type)
		if slices.Contains([]string{"secret", "ssh", "tmpfs"}, kind) || kind == "cache" && m.From == "" {
			continue
		}
		d := demand{source: m.Source, path: s.path, line: i.Line}
		if strings.ContainsAny(m.Source, "$\"'\\`*?[") {
			d = everything()
		}
		s.take(m.From, m.From != "", d)
	}
}
