package rest

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMessage is how many characters of a foreign message are shown.
const maxMessage = 300

// words makes text from outside fit to be shown. The zero value hides no token.
type words struct{ token string }

// foreign is s on one line, short, without control characters and the token.
func (w words) foreign(s string) string { return cut(w.hidden(s), maxMessage) }

func (w words) hidden(s string) string {
	s = oneLine(s)
	if w.token == "" {
		return s
	}
	return strings.ReplaceAll(s, w.token, "***")
}

var addressPattern = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>]*`)

// network is foreign for errors of the network: addresses lose their password,
// path and query.
func (w words) network(s string) string {
	s = addressPattern.ReplaceAllStringFunc(w.hidden(s), func(found string) string {
		address, err := url.Parse(found)
		if err != nil {
			return "(an address)"
		}
		return address.Scheme + "://" + address.Host
	})
	return cut(s, maxMessage)
}

// oneLine removes what moves the cursor, hides or reorders text, and makes every
// row of white space a single space.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// cut shortens s to a number of characters, the last of which then is an ellipsis.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// cutBytes shortens s to a number of bytes. A character counts as its bytes, so
// that the limit holds whichever of the two GitHub counts.
func cutBytes(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	end := most - len("…")
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
