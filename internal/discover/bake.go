package discover

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

// baker reads the bake files of one folder.
type baker struct {
	*finder
	folder string
	eval   *evaluator
	// blocks are the target and group blocks in their order.
	blocks []*hcl.Block
	// targets are by name, groups are names of targets and groups.
	targets map[string]*bakeTarget
	groups  map[string]*bakeGroup
	// services are those of the folder's Compose files.
	services map[string]*service
	// done are the targets that were resolved; opened counts how often groups
	// were gone through.
	done   map[string]*resolved
	opened int
	// busy are the attributes that are being evaluated.
	busy map[string]bool
}

// bakeGroup is a group, or the targets that a matrix made.
type bakeGroup struct {
	where   Place
	members []string
}

// bakeNext is what to do about a bake file that can't be read.
const bakeNext = "repair the bake file, or exclude it; docker buildx bake --print shows what bake makes of it"

// bakeIn reads a folder's bake files and adds their images.
func (f *finder) bakeIn(ctx context.Context, folder string, present []string, services map[string]*service) {
	b := &baker{
		finder: f, folder: folder, services: map[string]*service{},
		targets: map[string]*bakeTarget{}, groups: map[string]*bakeGroup{}, done: map[string]*resolved{}, busy: map[string]bool{},
	}
	for name, s := range services {
		// A dot may stand in the name of a service, and not in that of a target.
		b.services[strings.ReplaceAll(name, ".", "_")] = s
	}
	b.eval = &evaluator{
		ctx: ctx, sources: map[string][]byte{}, variables: map[string]*bakeVariable{}, functions: map[string]*bakeFunction{},
		open: map[string]bool{}, attribute: b.attribute,
		global: &hcl.EvalContext{
			Functions: bakeFunctions(),
			Variables: map[string]cty.Value{
				"BAKE_CMD_CONTEXT": cty.StringVal("cwd://"), "BAKE_LOCAL_PLATFORM": cty.StringVal("local"),
			},
		},
	}
	read := false
	for _, name := range bakeFiles() {
		file := path.Join(folder, name)
		if !f.opts.wants(Bake) || !slices.Contains(present, name) || !f.counts(file) {
			continue
		}
		body := b.parse(file)
		if body == nil {
			return
		}
		if err := b.collect(body); err != nil {
			b.fault(err, Place{Path: file})
			return
		}
		read = true
	}
	if read && b.build() {
		b.images()
	}
}

// parse reads one file; nil where that fails, which is then said.
func (b *baker) parse(file string) hcl.Body {
	text, err := b.tree.read(file)
	if err != nil {
		b.problem(Place{Path: file}, "the bake file can't be read: "+reason(err), bakeNext)
		return nil
	}
	if len(text) > maxBake {
		b.problem(Place{Path: file}, fmt.Sprintf("the bake file has more than %d bytes", maxBake), "make it smaller, or exclude it")
		return nil
	}
	b.eval.sources[file] = text
	measured := &gauge{}
	var parsed *hcl.File
	var diagnostics hcl.Diagnostics
	if path.Ext(file) == ".json" {
		if at, err := measured.json(text); err != nil {
			where := Place{Path: file, Line: 1, Column: 1}
			for _, c := range string(text[:min(at, int64(len(text)))]) {
				if where.Column++; c == '\n' {
					where.Line, where.Column = where.Line+1, 1
				}
			}
			b.problem(where, "the bake file can't be read: "+err.Error(), bakeNext)
			return nil
		}
		parsed, diagnostics = json.Parse(text, file)
	} else {
		tokens, _ := hclsyntax.LexConfig(text, file, hcl.InitialPos)
		if err := measured.hcl(tokens); err != nil {
			b.problem(Place{Path: file}, "the bake file is too large: "+err.Error(), "make it smaller, or exclude it")
			return nil
		}
		parsed, diagnostics = hclsyntax.ParseConfig(text, file, hcl.InitialPos)
	}
	if diagnostics.HasErrors() {
		b.fault(diagnostics, Place{Path: file})
		return nil
	}
	return parsed.Body
}

// fault reports an error of HCL, with its own place where it has one.
func (b *baker) fault(err error, where Place) {
	message := err.Error()
	if diagnostic := cause(err, 0); diagnostic != nil {
		message = diagnostic.Summary
		if diagnostic.Detail != "" {
			message += ": " + diagnostic.Detail
		}
		if diagnostic.Subject != nil && diagnostic.Subject.Filename != "" {
			where = placeOf(*diagnostic.Subject)
		}
	}
	b.problem(where, "the bake file can't be read: "+message, bakeNext)
}

// cause is the first error among diagnostics; where a function failed, that of
// the function. It is nil for other errors.
func cause(err error, depth int) *hcl.Diagnostic {
	var diagnostics hcl.Diagnostics
	if !errors.As(err, &diagnostics) || depth > maxBrackets {
		return nil
	}
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity != hcl.DiagError {
			continue
		}
		if call, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](diagnostic); ok && call.FunctionCallError() != nil {
			if inner := cause(call.FunctionCallError(), depth+1); inner != nil {
				return inner
			}
		}
		return diagnostic
	}
	return nil
}

func placeOf(r hcl.Range) Place {
	return Place{Path: r.Filename, Line: r.Start.Line, Column: r.Start.Column}
}

// collect takes what a file declares. Later files win.
func (b *baker) collect(body hcl.Body) error {
	content, rest, diagnostics := body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "variable", LabelNames: []string{"name"}}, {Type: "function", LabelNames: []string{"name"}},
		{Type: "target", LabelNames: []string{"name"}}, {Type: "group", LabelNames: []string{"name"}},
	}})
	if diagnostics.HasErrors() {
		return diagnostics
	}
	attributes, diagnostics := rest.JustAttributes()
	// The blocks that were just taken are complained of again.
	if diagnostics.HasErrors() && !onlyBlocks(diagnostics) {
		return diagnostics
	}
	for name, attribute := range attributes {
		b.eval.variables[name] = &bakeVariable{value: attribute.Expr, where: attribute.Range}
	}
	for _, block := range content.Blocks {
		var err error
		switch block.Type {
		case "variable":
			err = b.declareVariable(block)
		case "function":
			err = b.declareFunction(block)
		default:
			b.blocks = append(b.blocks, block)
		}
		if err != nil {
			return asDiagnostics(err, block.DefRange)
		}
	}
	return nil
}

func (b *baker) declareVariable(block *hcl.Block) error {
	content, _, diagnostics := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "default"}, {Name: "type"}}})
	if diagnostics.HasErrors() {
		return diagnostics
	}
	variable := &bakeVariable{where: block.DefRange}
	if before := b.eval.variables[block.Labels[0]]; before != nil {
		variable.value, variable.constraint = before.value, before.constraint
	}
	if attribute := content.Attributes["default"]; attribute != nil {
		variable.value = attribute.Expr
	}
	if attribute := content.Attributes["type"]; attribute != nil {
		variable.constraint = attribute.Expr
	}
	b.eval.variables[block.Labels[0]] = variable
	return nil
}

// constraint reads the type of a variable.
func constraint(expr hcl.Expression) (cty.Type, error) {
	kind, diagnostics := typeexpr.TypeConstraint(expr)
	if diagnostics.HasErrors() {
		return kind, diagnostics
	}
	return kind, nil
}

func (b *baker) declareFunction(block *hcl.Block) error {
	content, _, diagnostics := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{
		{Name: "params", Required: true}, {Name: "result", Required: true}, {Name: "variadic_params"},
	}})
	if diagnostics.HasErrors() {
		return diagnostics
	}
	declared := &bakeFunction{result: content.Attributes["result"].Expr}
	params, diagnostics := hcl.ExprList(content.Attributes["params"].Expr)
	if diagnostics.HasErrors() {
		return diagnostics
	}
	for _, param := range params {
		declared.params = append(declared.params, hcl.ExprAsKeyword(param))
	}
	if variadic := content.Attributes["variadic_params"]; variadic != nil {
		if declared.variadic = hcl.ExprAsKeyword(variadic.Expr); declared.variadic == "" {
			return errors.New("variadic_params is no name")
		}
	}
	if slices.Contains(declared.params, "") {
		return fmt.Errorf("the parameters of %s are no names", quote(block.Labels[0]))
	}
	b.eval.functions[block.Labels[0]] = declared
	return nil
}
