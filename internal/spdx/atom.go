package spdx

import "strings"

// atom is what one name without operators stands for.
func atom(text string) Expression {
	if found, ok := named(text); ok {
		return found
	}
	if name, words, with := strings.Cut(text, "-with-"); with {
		if found, ok := named(name); ok {
			return excepted(found, words)
		}
	}
	if all, ok := listOf(text); ok {
		return all
	}
	return unknown(text)
}

// listOf reads names with commas or slashes between them, every one of which
// must be known. What they mean is not said, so that all of them hold.
func listOf(text string) (Expression, bool) {
	names := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '/' })
	if len(names) < 2 {
		return Expression{}, false
	}
	var all Expression
	for _, name := range names {
		found, ok := named(name)
		if !ok {
			return Expression{}, false
		}
		all.All = append(all.All, parts(found, found.All)...)
	}
	return all, true
}

// excepted adds an exception to a licence. One that isn't known may take rights
// away, and its words may name a licence of their own.
func excepted(e Expression, words string) Expression {
	if len(e.Any)+len(e.All) > 0 || e.License.ID == "" {
		return join(e, unknown(e.License.Text+" with "+words), false)
	}
	id, known := exception(words)
	e.License.Exception, e.License.Strange = id, !known
	e.License.Text += " with " + words
	return e
}
