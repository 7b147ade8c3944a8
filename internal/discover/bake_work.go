package discover

import (
	"errors"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// The evaluator can't be interrupted in a loop, so what a loop may cost is
// reckoned before. maxTurns is how many turns all loops of a folder's bake files
// may take together, and maxMade how many bytes one may make.
const (
	maxTurns = 4 << 20
	maxMade  = 256 << 20
	// maxRange is how many numbers range gives.
	maxRange = 1024
)

// effort is what an expression's words tell about its cost.
type effort struct {
	// words are all words and signs, loops how deep its loops lie in each other.
	words, loops int
	// splits is true where a function is called that makes many elements of one text.
	splits bool
	// ranges counts calls of range.
	ranges int
}

// size is how large values are: their elements, and their weight.
type size struct{ elements, weight int }

func (s size) plus(v cty.Value) size {
	return size{s.elements + elements(v, maxReferred), s.weight + weigh(v, maxReferred)}
}

// elements counts the values in a value, and stops above the limit.
func elements(v cty.Value, limit int) int {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
		return 1
	}
	count := 1
	for it := v.ElementIterator(); it.Next() && count <= limit; {
		_, element := it.Element()
		count += elements(element, limit-count)
	}
	return count
}

// effortOf reads an expression's source. Of a mapping it reads each value by
// itself, as their loops do not multiply.
func (e *evaluator) effortOf(expr hcl.Expression) []effort {
	if object, ok := expr.(*hclsyntax.ObjectConsExpr); ok {
		var all []effort
		for _, item := range object.Items {
			all = append(all, e.effortOf(item.ValueExpr)...)
			all = append(all, e.effortOf(item.KeyExpr)...)
		}
		return all
	}
	source := expr.Range().SliceBytes(e.sources[expr.Range().Filename])
	var tokens hclsyntax.Tokens
	if _, native := expr.(hclsyntax.Node); native {
		tokens, _ = hclsyntax.LexExpression(source, "", hcl.InitialPos)
	} else {
		tokens, _ = hclsyntax.LexTemplate([]byte(strings.ReplaceAll(string(source), `\"`, `"`)), "", hcl.InitialPos)
	}
	return []effort{effortIn(tokens)}
}

func effortIn(tokens hclsyntax.Tokens) effort {
	found := effort{words: len(tokens)}
	var open []bool
	depth := 0
	for i, token := range tokens {
		switch {
		case opens(token):
			loop := beginsLoop(tokens, i)
			if loop {
				depth++
				found.loops = max(found.loops, depth)
			}
			// The loop of a template ends at endfor, not with its head.
			open = append(open, loop && token.Type != hclsyntax.TokenTemplateControl)
		case closes(token) && len(open) > 0:
			if open[len(open)-1] {
				depth--
			}
			open = open[:len(open)-1]
		case token.Type == hclsyntax.TokenStar:
			// A splat is a loop too.
			found.loops = max(found.loops, 1)
		case token.Type == hclsyntax.TokenIdent:
			switch name := string(token.Bytes); name {
			case "endfor":
				depth--
			case "range":
				found.ranges++
			case "split", "regexall", "jsondecode", "csvdecode", "setproduct":
				found.splits = true
			}
		}
	}
	return found
}

// afford counts the turns of an expression's loops, given how large all is that
// they can go through.
func (e *evaluator) afford(costs []effort, of size) error {
	for _, cost := range costs {
		if cost.loops == 0 {
			continue
		}
		each := of.elements + cost.words + cost.ranges*maxRange
		if cost.splits {
			each += of.weight + cost.words
		}
		turns := 1
		for range min(cost.loops, maxLoops+1) {
			turns = min(turns*each, maxTurns+1)
		}
		if e.turns += turns; e.turns > maxTurns {
			return errors.New("the loops of the bake files could take too many turns")
		}
		if turns*(of.weight+cost.words) > maxMade {
			return errors.New("the loop could make too much text")
		}
	}
	return nil
}

// opens and closes tell brackets, quotes and the like.
func opens(token hclsyntax.Token) bool {
	switch token.Type {
	case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp,
		hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
		return true
	}
	return false
}

func closes(token hclsyntax.Token) bool {
	switch token.Type {
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd,
		hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
		return true
	}
	return false
}
