package spdx

import "strings"

// kind is what a token is.
type kind int

const (
	end kind = iota
	word
	open
	closed
	with
	or
	and
	// commaOr and commaAnd are operators after a comma.
	commaOr
	commaAnd
)

type token struct {
	kind kind
	text string
}

// lex takes a text apart at white space and parentheses.
func lex(text string) []token {
	spaced := strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text)
	fields := strings.Fields(spaced)
	tokens := make([]token, 0, len(fields))
	comma := false
	for i, field := range fields {
		t := token{kind: kindOf(field, fields[i+1:]), text: field}
		switch {
		case t.kind == or && comma:
			t.kind = commaOr
		case t.kind == and && comma:
			t.kind = commaAnd
		}
		tokens = append(tokens, t)
		comma = strings.HasSuffix(field, ",")
	}
	return tokens
}

// kindOf tells operators from names. "and/or" leaves open which, so that both hold.
func kindOf(field string, rest []string) kind {
	switch strings.ToLower(field) {
	case "(":
		return open
	case ")":
		return closed
	case "with":
		return with
	case "and", "&", "&&", "and/or":
		return and
	case "|", "||":
		return or
	case "or":
		if saysLater(rest) {
			return word
		}
		return or
	}
	return word
}
