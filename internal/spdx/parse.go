package spdx

import (
	"strings"
)

const (
	// maxText is how many bytes of an expression are read, maxWords how many of
	// its words, and maxDepth how deep its parentheses may be.
	maxText  = 8 << 10
	maxWords = 1000
	maxDepth = 50
)

// Parse reads an SPDX expression, or words that stand for one: GPL-2+ and Expat,
// Apache License 2.0, GPLv2+. Operators may be in any case; as in Debian's
// copyright files, one after a comma binds less. Text that can't be read gives
// a licence without an ID, beside the licences that it names.
func Parse(text string) Expression {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) > maxText {
		return unknown(strings.ToValidUTF8(text[:maxText], ""))
	}
	tokens := lex(text)
	if len(tokens) == 0 || len(tokens) > maxWords {
		return unknown(text)
	}
	p := &parser{tokens: tokens}
	e := p.binary(lowest)
	if p.failed || p.at < len(p.tokens) {
		return unknown(text)
	}
	return e
}

// parser walks over the tokens; failed is set when they are no expression.
type parser struct {
	tokens []token
	at     int
	depth  int
	failed bool
}

// next is the kind of the token at hand.
func (p *parser) next() kind {
	if p.failed || p.at >= len(p.tokens) {
		return end
	}
	return p.tokens[p.at].kind
}

// The binding of the operators, from the loosest.
const lowest = 1

func binding(k kind) int {
	switch k {
	case commaOr:
		return 1
	case commaAnd:
		return 2
	case or:
		return 3
	case and:
		return 4
	}
	return 0
}

// binary reads operands and the operators between them that bind at least so much.
func (p *parser) binary(least int) Expression {
	left := p.operand()
	for {
		op := p.next()
		bound := binding(op)
		if bound == 0 || bound < least {
			return left
		}
		p.at++
		left = join(left, p.binary(bound+1), op == or || op == commaOr)
	}
}

func (p *parser) operand() Expression {
	switch p.next() {
	case open:
		return p.group()
	case word:
		return p.name()
	}
	p.failed = true
	return Expression{}
}

func (p *parser) group() Expression {
	if p.depth++; p.depth > maxDepth {
		p.failed = true
		return Expression{}
	}
	p.at++
	inner := p.binary(lowest)
	if p.next() != closed {
		p.failed = true
		return Expression{}
	}
	p.at++
	p.depth--
	return inner
}

// name reads the words of one licence, what follows in parentheses, and the
// exception after WITH.
func (p *parser) name() Expression {
	text := p.words()
	var found Expression
	if p.next() == open {
		found = p.gloss(text)
	} else {
		found = atom(text)
	}
	if p.next() != with {
		return found
	}
	p.at++
	if p.next() != word {
		p.failed = true
		return Expression{}
	}
	return excepted(found, p.words())
}

func (p *parser) words() string {
	var words []string
	for p.next() == word {
		words = append(words, p.tokens[p.at].text)
		p.at++
	}
	return strings.Join(words, " ")
}

// gloss reads words in parentheses after a name: "MIT License (MIT)" says the
// same twice, and in "BSD (3-clause)" both make one name.
func (p *parser) gloss(name string) Expression {
	p.at++
	inside := p.words()
	if p.next() != closed {
		p.failed = true
		return Expression{}
	}
	p.at++
	outer, outerKnown := named(name)
	inner, innerKnown := named(inside)
	both, bothKnown := named(name + " " + inside)
	switch {
	case innerKnown && outerKnown && !same(inner, outer):
		return join(outer, inner, false)
	case innerKnown:
		return inner
	case bothKnown:
		return both
	default:
		return unknown(name + " (" + inside + ")")
	}
}

// same reports whether two names stand for the same licence.
func same(a, b Expression) bool {
	left, right := a.Licenses(), b.Licenses()
	return len(left) == 1 && len(right) == 1 && left[0].String() == right[0].String()
}
