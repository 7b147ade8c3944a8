package discover

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// callees evaluates what the functions that an expression calls need.
func (e *evaluator) callees(expr hcl.Expression) error {
	for _, name := range e.called(expr) {
		declared := e.functions[name]
		if declared == nil {
			continue
		}
		if e.open["func."+name] {
			return fmt.Errorf("the function %s calls itself", quote(name))
		}
		e.open["func."+name] = true
		err := e.ready(declared)
		delete(e.open, "func."+name)
		if err != nil {
			return err
		}
		delete(e.functions, name)
		e.global.Functions[name] = e.function(declared)
	}
	return nil
}

func (e *evaluator) ready(declared *bakeFunction) error {
	if len(e.open) > maxBrackets {
		return errors.New("functions call each other too deep")
	}
	own := map[string]bool{declared.variadic: true}
	for _, name := range declared.params {
		own[name] = true
	}
	for _, traversal := range declared.result.Variables() {
		if name := traversal.RootName(); !own[name] {
			if err := e.variable(name); err != nil {
				return err
			}
		}
	}
	return e.callees(declared.result)
}

// called are the names of the functions that an expression calls. Of JSON the
// source is looked through, as its expressions can't be.
func (e *evaluator) called(expr hcl.Expression) []string {
	var names []string
	if node, ok := expr.(hclsyntax.Node); ok {
		_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
			if call, ok := n.(*hclsyntax.FunctionCallExpr); ok {
				names = append(names, call.Name)
			}
			return nil
		})
		return names
	}
	text := string(expr.Range().SliceBytes(e.sources[expr.Range().Filename]))
	for _, name := range sorted(e.functions) {
		if strings.Contains(text, name+"(") {
			names = append(names, name)
		}
	}
	return names
}

// function makes a function block one that expressions can call.
func (e *evaluator) function(declared *bakeFunction) function.Function {
	spec := &function.Spec{Type: function.StaticReturnType(cty.DynamicPseudoType)}
	for _, name := range declared.params {
		spec.Params = append(spec.Params, function.Parameter{Name: name, Type: cty.DynamicPseudoType, AllowNull: true})
	}
	if declared.variadic != "" {
		spec.VarParam = &function.Parameter{Name: declared.variadic, Type: cty.DynamicPseudoType, AllowNull: true}
	}
	costs, own := e.effortOf(declared.result), e.globals(declared)
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if err := e.count(costs, own, args); err != nil {
			return cty.NilVal, err
		}
		within := e.global.NewChild()
		within.Variables = map[string]cty.Value{}
		for i, name := range declared.params {
			within.Variables[name] = args[i]
		}
		if declared.variadic != "" {
			within.Variables[declared.variadic] = cty.TupleVal(args[len(declared.params):])
		}
		v, diagnostics := declared.result.Value(within)
		if diagnostics.HasErrors() {
			return cty.NilVal, diagnostics
		}
		if weigh(v, maxWeight) > maxWeight {
			return cty.NilVal, errors.New("the result is too large")
		}
		return v, nil
	}
	return function.New(spec)
}

// globals is how large the variables are that a function's result names.
func (e *evaluator) globals(declared *bakeFunction) size {
	var all size
	for _, traversal := range declared.result.Variables() {
		if v, found := e.global.Variables[traversal.RootName()]; found {
			all = all.plus(v)
		}
	}
	return all
}

// count counts a call of a function and the turns of its loops.
func (e *evaluator) count(costs []effort, named size, args []cty.Value) error {
	if e.calls++; e.calls > maxCalls {
		return fmt.Errorf("functions are called more than %d times", maxCalls)
	}
	for _, arg := range args {
		// An argument may be named as often as there are words.
		named = named.plus(arg)
	}
	words := 4
	for _, cost := range costs {
		words += cost.words
	}
	if named.weight*words/4 > maxMade {
		return errors.New("the function could make too much of its arguments")
	}
	if err := e.afford(costs, named); err != nil {
		return err
	}
	return e.ctx.Err()
}
