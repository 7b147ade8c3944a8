package discover

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// The limits of a bake file. The parser and the evaluator of HCL call themselves
// for what is nested and know no limits of their own.
const (
	// maxBake is how many bytes a file may have.
	maxBake = 1 << 20
	// maxTokens is how many words and signs a file may have.
	maxTokens = 30_000
	// maxBrackets is how deep brackets and quotes may lie in each other.
	maxBrackets = 100
	// maxLoops is how deep loops may lie in each other.
	maxLoops = 2
	// maxWeight is how heavy a value may be: a byte of text weighs 1 and an
	// element 16. maxReferred is the weight of all that one expression names.
	maxWeight   = 64 << 10
	maxReferred = 1 << 20
	// maxMatrix is how many targets a matrix may make.
	maxMatrix = 1000
	// maxCalls is how often the file's own functions may be called.
	maxCalls = 5000
)

// gauge counts what is in a bake file before it is parsed.
type gauge struct{ tokens int }

// hcl measures the tokens of a file or of a template in it.
func (g *gauge) hcl(tokens hclsyntax.Tokens) error {
	if g.tokens += len(tokens); g.tokens > maxTokens {
		return fmt.Errorf("there are more than %d words and signs", maxTokens)
	}
	loops := 0
	// open says for each open bracket whether it is a loop's.
	var open []bool
	for i, token := range tokens {
		switch {
		case opens(token):
			open = append(open, beginsLoop(tokens, i))
			if open[len(open)-1] {
				loops++
			}
		case closes(token) && len(open) > 0:
			if open[len(open)-1] {
				loops--
			}
			open = open[:len(open)-1]
		}
		if len(open) > maxBrackets {
			return fmt.Errorf("line %d: brackets lie more than %d deep in each other", token.Range.Start.Line, maxBrackets)
		}
		if loops > maxLoops {
			return fmt.Errorf("line %d: more than %d loops lie in each other", token.Range.Start.Line, maxLoops)
		}
	}
	return nil
}

// beginsLoop reports whether the bracket at an index has a for behind it, line
// breaks left out. A loop of a template is seen as long as its head.
func beginsLoop(tokens hclsyntax.Tokens, at int) bool {
	for _, next := range tokens[at+1:] {
		if next.Type == hclsyntax.TokenNewline || next.Type == hclsyntax.TokenComment {
			continue
		}
		return next.Type == hclsyntax.TokenIdent && string(next.Bytes) == "for"
	}
	return false
}

// json measures a JSON file, whose texts are templates of HCL. An error in the
// file is returned with the number of bytes before it.
func (g *gauge) json(text []byte) (int64, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	depth := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && depth == 0 {
			return 0, nil
		}
		if err != nil {
			return decoder.InputOffset(), err
		}
		if g.tokens++; g.tokens > maxTokens {
			return decoder.InputOffset(), fmt.Errorf("there are more than %d values", maxTokens)
		}
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				depth++
			} else {
				depth--
			}
			if depth > maxBrackets {
				return decoder.InputOffset(), fmt.Errorf("brackets lie more than %d deep in each other", maxBrackets)
			}
		case string:
			if !strings.Contains(token, "${") && !strings.Contains(token, "%{") {
				continue
			}
			lexed, _ := hclsyntax.LexTemplate([]byte(token), "", hcl.InitialPos)
			if err := g.hcl(lexed); err != nil {
				return decoder.InputOffset(), err
			}
		}
	}
}

// weigh returns the weight of a value, or more than the limit as soon as it is
// over it.
func weigh(v cty.Value, limit int) int {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() {
		return 16
	}
	if v.Type() == cty.String {
		return 16 + len(v.AsString())
	}
	weight := 16
	if !v.CanIterateElements() {
		return weight
	}
	for it := v.ElementIterator(); it.Next() && weight <= limit; {
		key, element := it.Element()
		weight += weigh(element, limit-weight)
		if key, _ = key.Unmark(); key.Type() == cty.String && key.IsKnown() {
			weight += len(key.AsString())
		}
	}
	return weight
}
