package discover

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// bakeTarget is a target of one or several blocks, or one of a matrix.
type bakeTarget struct {
	name  string
	where Place
	// parts are the blocks in their order, of which later ones win.
	parts []targetPart
}

// targetPart is a block with the values of its matrix.
type targetPart struct {
	attributes hcl.Attributes
	scope      map[string]cty.Value
}

// build makes targets and groups of the blocks, and reports whether all went well.
func (b *baker) build() bool {
	sound := true
	for _, block := range b.blocks {
		if err := b.take(block); err != nil {
			b.fault(err, placeOf(block.DefRange))
			sound = false
		}
	}
	return sound
}

func (b *baker) take(block *hcl.Block) error {
	attributes, diagnostics := block.Body.JustAttributes()
	// Blocks within a target (none is known today) do not concern an image.
	if diagnostics.HasErrors() && !onlyBlocks(diagnostics) {
		return diagnostics
	}
	label := block.Labels[0]
	if block.Type == "group" {
		members, err := b.list(attributes["targets"], nil)
		if err != nil {
			return err
		}
		group := b.group(label, placeOf(block.DefRange))
		// A later block of one file or of another takes the place of the former.
		group.members = members
		return nil
	}
	scopes, err := b.matrix(attributes["matrix"])
	if err != nil {
		return err
	}
	var made []string
	for _, scope := range scopes {
		name, err := b.targetName(label, attributes, scope)
		if err != nil {
			return err
		}
		if slices.Contains(made, name) {
			return asDiagnostics(fmt.Errorf("the matrix of %s makes the name %s twice", quote(label), quote(name)), block.DefRange)
		}
		made = append(made, name)
		target := b.targets[name]
		if target == nil {
			target = &bakeTarget{name: name, where: placeOf(block.DefRange)}
			b.targets[name] = target
		}
		if len(b.targets) > maxImages {
			return asDiagnostics(fmt.Errorf("there are more than %d targets", maxImages), block.DefRange)
		}
		target.parts = append(target.parts, targetPart{attributes, scope})
	}
	if attributes["matrix"] != nil && !slices.Equal(made, []string{label}) {
		b.group(label, placeOf(block.DefRange)).members = made
	}
	return nil
}

// onlyBlocks reports whether nothing is wrong but that there are blocks.
func onlyBlocks(diagnostics hcl.Diagnostics) bool {
	return !slices.ContainsFunc(diagnostics, func(d *hcl.Diagnostic) bool { return d.Detail != "Blocks are not allowed here." })
}

func (b *baker) group(name string, where Place) *bakeGroup {
	if b.groups[name] == nil {
		b.groups[name] = &bakeGroup{where: where}
	}
	return b.groups[name]
}

// targetName is the label, or what name makes of it for one turn of the matrix.
func (b *baker) targetName(label string, attributes hcl.Attributes, scope map[string]cty.Value) (string, error) {
	name, where := label, hcl.Range{}
	if attribute := attributes["name"]; attribute != nil {
		if attributes["matrix"] == nil {
			return "", asDiagnostics(errors.New("name needs a matrix"), attribute.Range)
		}
		where = attribute.Range
		v, err := b.eval.value(attribute.Expr, scope)
		if err != nil {
			return "", err
		}
		if _, marks := v.UnmarkDeep(); len(marks) > 0 {
			return "", asDiagnostics(errors.New("the name of the target hangs on "+first(marks)), where)
		}
		if name, err = asText(v); err != nil {
			return "", asDiagnostics(err, where)
		}
	} else if attributes["matrix"] != nil {
		return "", asDiagnostics(errors.New("a matrix needs a name that tells its targets apart"), attributes["matrix"].Range)
	}
	if name == "" || slices.ContainsFunc([]rune(name), func(r rune) bool { return !targetRune(r) && r != '.' }) {
		return "", asDiagnostics(fmt.Errorf("%s is no name of a target: use letters, digits, - and _", quote(name)), where)
	}
	return name, nil
}

// matrix gives the values for each turn of a matrix; one turn without a matrix.
func (b *baker) matrix(attribute *hcl.Attribute) ([]map[string]cty.Value, error) {
	turns := []map[string]cty.Value{nil}
	if attribute == nil {
		return turns, nil
	}
	v, err := b.eval.value(attribute.Expr, nil)
	if err != nil {
		return nil, err
	}
	v, marks := v.UnmarkDeep()
	if len(marks) > 0 {
		return nil, asDiagnostics(errors.New("the matrix hangs on "+first(marks)), attribute.Range)
	}
	if v.IsNull() || !v.IsKnown() || !v.Type().IsObjectType() && !v.Type().IsMapType() {
		return nil, asDiagnostics(errors.New("the matrix is no mapping of names to lists"), attribute.Range)
	}
	values := v.AsValueMap()
	for _, key := range sorted(values) {
		axis := values[key]
		if axis.IsNull() || !axis.CanIterateElements() {
			return nil, asDiagnostics(fmt.Errorf("the matrix has no list for %s", quote(key)), attribute.Range)
		}
		if len(turns)*axis.LengthInt() > maxMatrix {
			return nil, asDiagnostics(fmt.Errorf("the matrix makes more than %d targets", maxMatrix), attribute.Range)
		}
		var next []map[string]cty.Value
		for _, turn := range turns {
			for _, element := range axis.AsValueSlice() {
				scope := map[string]cty.Value{key: element}
				for name, value := range turn {
					scope[name] = value
				}
				next = append(next, scope)
			}
		}
		turns = next
	}
	return turns, nil
}

// attribute evaluates an attribute as the target's own blocks have it; null
// where they do not.
func (b *baker) attribute(target, name string) (cty.Value, error) {
	t := b.targets[target]
	if t == nil {
		return cty.NilVal, fmt.Errorf("the target %s is not there, or comes later", quote(target))
	}
	key := target + "." + name
	if b.busy[key] {
		return cty.NilVal, fmt.Errorf("the attribute %s hangs on itself", quote(key))
	}
	if len(b.busy) > maxBrackets {
		return cty.NilVal, errors.New("attributes hang on too many others")
	}
	b.busy[key] = true
	defer delete(b.busy, key)
	v := cty.NullVal(cty.DynamicPseudoType)
	for _, part := range t.parts {
		if attribute := part.attributes[name]; attribute != nil {
			var err error
			if v, err = b.eval.value(attribute.Expr, part.scope); err != nil {
				return cty.NilVal, err
			}
		}
	}
	return v, nil
}
