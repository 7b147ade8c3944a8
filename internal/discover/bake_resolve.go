package discover

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// settled is a text that a target has, and why it is not wholly known.
type settled struct {
	text string
	why  []string
	// folder is what a path is relative to where that is not where bake runs.
	folder string
}

// resolved is a target with all that it inherits.
type resolved struct {
	// texts are attributes with one value; keyed those with a value for each key.
	texts map[string]settled
	keyed map[string]map[string]settled
	// lists are attributes that are lists, whose last block wins, but for the
	// ids of secrets and SSH agents, which add up.
	lists map[string][]string
	// why says what is not known of lists, by attribute.
	why map[string][]string
}

func newResolved() *resolved {
	return &resolved{texts: map[string]settled{}, keyed: map[string]map[string]settled{}, lists: map[string][]string{}, why: map[string][]string{}}
}

// resolve puts a target's blocks over the service of its name and over what it
// inherits. The trail has the targets that led here.
func (b *baker) resolve(name string, trail []string) (*resolved, error) {
	if known := b.done[name]; known != nil {
		return known, nil
	}
	target := b.targets[name]
	where := target.parts[len(target.parts)-1]
	if slices.Contains(trail, name) || len(trail) > maxBrackets {
		return nil, asDiagnostics(fmt.Errorf("the target %s inherits from itself, or from too many others", quote(name)), rangeOf(where.attributes["inherits"]))
	}
	trail = append(slices.Clip(trail), name)
	all := newResolved()
	parents, err := b.inherits(target)
	if err != nil {
		return nil, err
	}
	for _, parent := range parents {
		inherited, err := b.parent(parent, trail, where)
		if err != nil {
			return nil, err
		}
		all.over(inherited)
	}
	if s := b.services[name]; s != nil {
		all.over(beneath(s))
	}
	for _, part := range target.parts {
		if err := b.settle(all, part); err != nil {
			return nil, err
		}
	}
	b.done[name] = all
	return all, nil
}

func rangeOf(attribute *hcl.Attribute) hcl.Range {
	if attribute == nil {
		return hcl.Range{}
	}
	return attribute.Range
}

// parent resolves a target that another one inherits from; it may be a service.
func (b *baker) parent(name string, trail []string, child targetPart) (*resolved, error) {
	if b.targets[name] != nil {
		return b.resolve(name, trail)
	}
	if s := b.services[name]; s != nil {
		return beneath(s), nil
	}
	return nil, asDiagnostics(fmt.Errorf("the target %s, which %s inherits from, is not there", quote(name), quote(trail[len(trail)-1])), rangeOf(child.attributes["inherits"]))
}

// inherits are the targets that a target inherits from.
func (b *baker) inherits(target *bakeTarget) ([]string, error) {
	var parents []string
	for _, part := range target.parts {
		names, err := b.list(part.attributes["inherits"], part.scope)
		if err != nil {
			return nil, err
		}
		parents = append(parents, names...)
	}
	return parents, nil
}

// over puts what another one has over what is there.
func (r *resolved) over(other *resolved) {
	for name, value := range other.texts {
		r.texts[name] = value
	}
	for name, values := range other.keyed {
		for key, value := range values {
			r.set(name, key, value)
		}
	}
	for name, list := range other.lists {
		r.put(name, list, other.why[name])
	}
}

func (r *resolved) set(name, key string, value settled) {
	if r.keyed[name] == nil {
		r.keyed[name] = map[string]settled{}
	}
	r.keyed[name][key] = value
}

func (r *resolved) put(name string, list, why []string) {
	if name == "secret" || name == "ssh" {
		list, why = slices.Concat(r.lists[name], list), slices.Concat(r.why[name], why)
	}
	r.lists[name], r.why[name] = list, why
}

// settle evaluates the attributes of a block that bear on its image.
func (b *baker) settle(all *resolved, part targetPart) error {
	for _, name := range sorted(part.attributes) {
		attribute := part.attributes[name]
		set := attributeKind(name)
		if set == nil {
			continue
		}
		v, err := b.eval.value(attribute.Expr, part.scope)
		if err != nil {
			return err
		}
		if bare, _ := v.Unmark(); bare.IsNull() && !v.IsMarked() {
			continue
		}
		if err := set(all, name, v); err != nil {
			return asDiagnostics(fmt.Errorf("%s: %w", name, err), attribute.Range)
		}
	}
	return nil
}

// attributeKind says how an attribute is taken in; nil for one that does not
// matter here.
func attributeKind(name string) func(*resolved, string, cty.Value) error {
	switch name {
	case "context", "dockerfile", "dockerfile-inline", "target", "network", "no-cache", "pull", "call":
		return (*resolved).takeText
	case "args", "contexts", "labels", "extra-hosts":
		return (*resolved).takeKeyed
	case "tags", "platforms":
		return takeList(asList)
	case "output":
		return takeList(asOutputs)
	case "secret", "ssh":
		return takeList(asIDs)
	}
	return nil
}

func (r *resolved) takeText(name string, v cty.Value) error {
	v, marks := v.UnmarkDeep()
	value := settled{why: reasons(marks)}
	if !v.IsNull() {
		var err error
		if value.text, err = asText(v); err != nil {
			return err
		}
	}
	r.texts[name] = value
	return nil
}

func (r *resolved) takeKeyed(name string, v cty.Value) error {
	v, outer := v.Unmark()
	if v.IsNull() {
		return nil
	}
	if !v.Type().IsMapType() && !v.Type().IsObjectType() {
		return errors.New("a mapping was expected")
	}
	for key, element := range v.AsValueMap() {
		element, marks := element.UnmarkDeep()
		value := settled{why: reasons(cty.NewValueMarks(outer, marks))}
		if element.IsNull() && len(value.why) == 0 {
			continue
		}
		if !element.IsNull() {
			var err error
			if value.text, err = asText(element); err != nil {
				return fmt.Errorf("%s: %w", quote(key), err)
			}
		}
		r.set(name, key, value)
	}
	return nil
}

func takeList(read func(cty.Value) ([]string, error)) func(*resolved, string, cty.Value) error {
	return func(r *resolved, name string, v cty.Value) error {
		v, marks := v.UnmarkDeep()
		list, err := read(v)
		if err != nil {
			return err
		}
		r.put(name, list, reasons(marks))
		return nil
	}
}

// list evaluates an attribute that must be wholly known.
func (b *baker) list(attribute *hcl.Attribute, scope map[string]cty.Value) ([]string, error) {
	if attribute == nil {
		return nil, nil
	}
	v, err := b.eval.value(attribute.Expr, scope)
	if err != nil {
		return nil, err
	}
	v, marks := v.UnmarkDeep()
	if len(marks) > 0 {
		return nil, asDiagnostics(fmt.Errorf("%s hangs on %s", attribute.Name, first(marks)), attribute.Range)
	}
	all, err := asList(v)
	if err != nil {
		return nil, asDiagnostics(err, attribute.Range)
	}
	return all, nil
}
