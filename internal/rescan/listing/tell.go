package listing

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

const (
	// mostMessage is the longest message, and mostQuoted the longest piece of
	// foreign text in one, in bytes.
	mostMessage = 600
	mostQuoted  = 120
)

var loginForm = regexp.MustCompile(`://[^/\s@]*@`)

// plain makes a text one short line without control characters and logins.
func plain(text string) string {
	cut := len(text) > 4*mostMessage
	if cut {
		text = text[:4*mostMessage]
	}
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "\uFFFD")
	text = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			return '\uFFFD'
		}
		return c
	}, text)
	text = loginForm.ReplaceAllString(text, "://…@")
	if len(text) > mostMessage {
		text, cut = strings.ToValidUTF8(text[:mostMessage], ""), true
	}
	if cut {
		text += "…"
	}
	return text
}

// quote shows a piece of foreign text. What stands before an @ that begins no
// digest may be a login and is not shown.
func quote(text string) string {
	if at := strings.LastIndexByte(text, '@'); at >= 0 && !strings.HasPrefix(text[at:], "@sha") {
		text = "…" + text[at:]
	} else if at >= 0 && strings.Contains(text[:at], "@") {
		text = "…" + text[strings.LastIndexByte(text[:at], '@'):]
	}
	if len(text) > mostQuoted {
		text = strings.ToValidUTF8(text[:mostQuoted], "") + "…"
	}
	return strconv.Quote(text)
}
