package spdx

import (
	"slices"
	"strings"
)

// Expression is licences and how they hold together. With Any, one of the parts
// may be chosen; with All, every part holds. Where both are empty, it is the
// one licence.
type Expression struct {
	License License
	Any     []Expression
	All     []Expression
}

func leaf(l License) Expression { return Expression{License: l} }

// Licenses are all licences of the expression, in the order of its text.
func (e Expression) Licenses() []License {
	if len(e.Any)+len(e.All) == 0 {
		return []License{e.License}
	}
	var all []License
	for _, part := range slices.Concat(e.Any, e.All) {
		all = append(all, part.Licenses()...)
	}
	return all
}

// written notes how the expression was written, and that later versions may be
// taken too.
func (e Expression) written(text string, later bool) Expression {
	if len(e.Any)+len(e.All) == 0 {
		e.License.Text, e.License.Later = text, e.License.Later || later
		return e
	}
	e.Any, e.All = eachWritten(e.Any, text), eachWritten(e.All, text)
	return e
}

func eachWritten(parts []Expression, text string) []Expression {
	out := slices.Clone(parts)
	for i := range out {
		out[i] = out[i].written(text, false)
	}
	return out
}

// join puts two expressions together, flat where they already are of that kind.
func join(left, right Expression, choice bool) Expression {
	if choice {
		return Expression{Any: slices.Concat(parts(left, left.Any), parts(right, right.Any))}
	}
	return Expression{All: slices.Concat(parts(left, left.All), parts(right, right.All))}
}

func parts(e Expression, of []Expression) []Expression {
	if len(of) > 0 {
		return of
	}
	return []Expression{e}
}

// unknown is words that can't be understood. The licences that they name all
// the same hold beside them, so that none is hidden behind a word.
func unknown(text string) Expression {
	all := []Expression{leaf(License{Text: strings.Join(strings.Fields(text), " ")})}
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n()[],;/|&", r) })
	seen := map[string]bool{}
	for _, field := range fields[:min(len(fields), maxWords)] {
		for part := range strings.SplitSeq(strings.ReplaceAll(field, "-and-", "-or-"), "-or-") {
			if seen[part] || part == text {
				continue
			}
			seen[part] = true
			if found, ok := named(part); ok {
				all = append(all, parts(found, found.All)...)
			}
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return Expression{All: all}
}
