package spdx

import (
	"strings"

	"github.com/github/go-spdx/v2/spdxexp/spdxlicenses"
)

// maxName is how many bytes a licence's name may have; what is longer is a text.
const maxName = 200

// named finds the licence that some words name.
func named(text string) (Expression, bool) {
	text = strings.Trim(strings.TrimSpace(text), `"',.;:`)
	if text == "" || len(text) > maxName {
		return Expression{}, false
	}
	if l, ok := identified(text); ok {
		return leaf(l), true
	}
	words, later := wordsOf(text)
	if len(words) == 0 {
		return Expression{}, false
	}
	if spelled, ok := nameTable()[strings.Join(words, " ")]; ok {
		return Parse(spelled).written(text, later), true
	}
	if l, ok := versioned(words); ok {
		return leaf(l).written(text, later), true
	}
	return Expression{}, false
}

// identified reads an SPDX identifier in any case: in use, deprecated, or with a plus.
func identified(text string) (License, bool) {
	if strings.EqualFold(text, PublicDomain) {
		return License{Text: text, ID: PublicDomain}, true
	}
	id, plus := strings.CutSuffix(text, "+")
	spelled, ok := Spelling(id)
	if !ok {
		return License{}, false
	}
	l := License{Text: text, ID: spelled, Later: plus}
	if base, exception, found := strings.Cut(spelled, "-with-"); found {
		if full, known := oldExceptions()[exception]; known {
			l.ID, l.Exception = base, full
		}
		return l, true
	}
	if base, found := strings.CutSuffix(l.ID, "-or-later"); found {
		l.ID, l.Later = base, true
	}
	l.ID = strings.TrimSuffix(l.ID, "-only")
	return l, true
}

// oldExceptions are the endings of deprecated identifiers that had the
// exception in them.
func oldExceptions() map[string]string {
	return map[string]string{
		"autoconf-exception":  "Autoconf-exception-2.0",
		"bison-exception":     "Bison-exception-2.2",
		"classpath-exception": "Classpath-exception-2.0",
		"font-exception":      "Font-exception-2.0",
		"GCC-exception":       "GCC-exception-2.0",
	}
}

// versioned puts a family's identifier and a version together.
func versioned(words []string) (License, bool) {
	last := len(words) - 1
	id := strings.Join(words, "-")
	if version := words[last]; last > 0 && startsWithDigit(version) {
		family := strings.Join(words[:last], " ")
		if prefix, ok := familyTable()[family]; ok {
			family = prefix
		}
		if !strings.Contains(version, ".") {
			version += ".0"
		}
		id = strings.ReplaceAll(family, " ", "-") + "-" + version
	}
	return identified(id)
}

// exception finds what the words after WITH name.
func exception(text string) (id string, known bool) {
	text = strings.Trim(strings.TrimSpace(text), `"',.;:`)
	if ok, spelled := spdxlicenses.IsException(text); ok {
		return spelled, true
	}
	words, _ := wordsOf(text)
	if spelled, ok := exceptionTable()[strings.Join(words, " ")]; ok {
		return spelled, true
	}
	if ok, spelled := spdxlicenses.IsException(strings.Join(words, "-")); ok {
		return spelled, true
	}
	return text, false
}

func startsWithDigit(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }
