package discover

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// evaluator gives the values of expressions of the bake files of a folder.
// Variables are evaluated when they are first asked for.
type evaluator struct {
	ctx context.Context
	// sources are the files' texts by path.
	sources   map[string][]byte
	variables map[string]*bakeVariable
	functions map[string]*bakeFunction
	// attribute gives a target's attribute as its own block has it.
	attribute func(target, name string) (cty.Value, error)
	global    *hcl.EvalContext
	// open are the variables and functions that are being evaluated.
	open map[string]bool
	// calls and turns count what functions and loops cost so far.
	calls, turns int
}

// bakeVariable is a variable block, or a value at the top of a file.
type bakeVariable struct {
	// value is nil where there is no default.
	value, constraint hcl.Expression
	where             hcl.Range
	err               error
}

// bakeFunction is a function block.
type bakeFunction struct {
	params   []string
	variadic string
	result   hcl.Expression
}

// asDiagnostics keeps the place of an error that has one.
func asDiagnostics(err error, where hcl.Range) hcl.Diagnostics {
	var diagnostics hcl.Diagnostics
	if errors.As(err, &diagnostics) {
		return diagnostics
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: err.Error(), Subject: &where}}
}

// value evaluates an expression. The scope has further variables, or is nil.
func (e *evaluator) value(expr hcl.Expression, scope map[string]cty.Value) (cty.Value, error) {
	if err := e.ctx.Err(); err != nil {
		return cty.NilVal, err
	}
	within := e.global.NewChild()
	within.Variables = map[string]cty.Value{}
	maps.Copy(within.Variables, scope)
	named, err := e.named(expr, scope, within)
	if err != nil {
		return cty.NilVal, err
	}
	if err = e.callees(expr); err == nil {
		err = e.afford(e.effortOf(expr), named)
	}
	if err == nil && named.weight > maxReferred {
		err = errors.New("the values that are named here are too large together")
	}
	if err != nil {
		return cty.NilVal, asDiagnostics(err, expr.Range())
	}
	v, diagnostics := expr.Value(within)
	if diagnostics.HasErrors() {
		return cty.NilVal, diagnostics
	}
	if weigh(v, maxWeight) > maxWeight {
		return cty.NilVal, asDiagnostics(errors.New("the value is too large"), expr.Range())
	}
	return v, nil
}

// named evaluates the variables and targets that an expression names, and
// returns how large they are together.
func (e *evaluator) named(expr hcl.Expression, scope map[string]cty.Value, within *hcl.EvalContext) (size, error) {
	var all size
	targets := map[string]map[string]cty.Value{}
	for _, traversal := range expr.Variables() {
		name := traversal.RootName()
		var err error
		switch v, found := scope[name]; {
		case found:
			all = all.plus(v)
		case name == "target":
			err = e.refer(traversal, targets)
		default:
			if err = e.variable(name); err == nil {
				all = all.plus(e.global.Variables[name])
			}
		}
		if err != nil {
			return size{}, asDiagnostics(err, traversal.SourceRange())
		}
	}
	if len(targets) > 0 {
		objects := map[string]cty.Value{}
		for name, attributes := range targets {
			objects[name] = cty.ObjectVal(attributes)
			all = all.plus(objects[name])
		}
		within.Variables["target"] = cty.ObjectVal(objects)
	}
	return all, nil
}

// refer evaluates target.NAME.ATTRIBUTE.
func (e *evaluator) refer(traversal hcl.Traversal, targets map[string]map[string]cty.Value) error {
	if len(traversal) < 3 {
		return errors.New("a target is referred to without an attribute")
	}
	target, attribute := stepName(traversal[1]), stepName(traversal[2])
	v, err := e.attribute(target, attribute)
	if err != nil {
		return err
	}
	if targets[target] == nil {
		targets[target] = map[string]cty.Value{}
	}
	targets[target][attribute] = v
	return nil
}

// stepName is the name of a step: .name or ["name"].
func stepName(step hcl.Traverser) string {
	switch step := step.(type) {
	case hcl.TraverseAttr:
		return step.Name
	case hcl.TraverseIndex:
		if key, err := convert.Convert(step.Key, cty.String); err == nil && key.IsKnown() && !key.IsNull() {
			return key.AsString()
		}
	}
	return ""
}

// variable evaluates a variable. One that does not exist is left for the
// expression to complain of: it may only be tried.
func (e *evaluator) variable(name string) error {
	if _, done := e.global.Variables[name]; done {
		return nil
	}
	variable := e.variables[name]
	if variable == nil {
		return nil
	}
	if variable.err != nil {
		return variable.err
	}
	if len(e.open) > maxBrackets {
		return fmt.Errorf("the variable %s hangs on too many others", quote(name))
	}
	if e.open["var."+name] {
		return fmt.Errorf("the variable %s hangs on itself", quote(name))
	}
	e.open["var."+name] = true
	defer delete(e.open, "var."+name)
	v, err := e.fresh(name, variable)
	if err != nil {
		variable.err = asDiagnostics(err, variable.where)
		return variable.err
	}
	e.global.Variables[name] = v
	return nil
}

func (e *evaluator) fresh(name string, variable *bakeVariable) (cty.Value, error) {
	kind := cty.DynamicPseudoType
	if variable.constraint != nil {
		var err error
		if kind, err = constraint(variable.constraint); err != nil {
			return cty.NilVal, err
		}
	}
	if variable.value == nil {
		v := cty.StringVal("")
		if kind != cty.DynamicPseudoType {
			v = cty.NullVal(kind)
		}
		return v.Mark(unset(fmt.Sprintf("the variable %s, which has no default", quote(name)))), nil
	}
	v, err := e.value(variable.value, nil)
	if err != nil {
		return cty.NilVal, err
	}
	return convert.Convert(v, kind)
}
