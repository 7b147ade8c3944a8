package spdx

import (
	"slices"
	"strings"
)

// wordsOf takes a name apart: in lower case, without the words that say
// nothing, versions apart from names (GPLv2+ is gpl and 2). later is true where
// the name allows later versions too.
func wordsOf(text string) (words []string, later bool) {
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !strings.ContainsRune(wordLetters, r) && r < 0x80 })
	for _, field := range fields {
		field = strings.Trim(field, ".")
		switch field {
		case "", "the", "license", "licence", "licenses", "licences", "version", "v", "only":
			continue
		case "+", ">=", "later", "newer", "greater":
			later = true
			continue
		case "or", "any", "and", "of":
			// Parts of "or any later version"; as operators they are read before.
			continue
		}
		if rest, found := strings.CutPrefix(field, ">="); found {
			field, later = rest, true
		}
		if rest, found := strings.CutSuffix(field, "+"); found {
			field, later = rest, true
		}
		words = append(words, apart(field)...)
	}
	return words, later
}

// wordLetters are the ASCII characters of words; all others stand between them.
const wordLetters = "abcdefghijklmnopqrstuvwxyz0123456789.+>="

// apart takes a version off a family's name, and the v off a version.
func apart(field string) []string {
	digit := strings.IndexAny(field, "0123456789")
	if digit < 1 {
		return []string{field}
	}
	name, version := strings.TrimSuffix(field[:digit], "v"), field[digit:]
	if name == "" {
		return []string{version}
	}
	if _, ok := familyTable()[name]; ok {
		return []string{name, version}
	}
	return []string{field}
}

// saysLater reports whether the words after an "or" belong to a version rather
// than name another licence: "or later", "or any later version".
func saysLater(words []string) bool {
	if len(words) > 0 && strings.EqualFold(words[0], "any") {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	first := strings.ToLower(strings.Trim(words[0], ".,;)"))
	return slices.Contains([]string{"later", "newer", "greater", "above"}, first)
}
