package plain

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// breaker is a space without width. Put after a character it keeps GitHub from
// seeing a mention, a reference or an address; unlike an entity or an escape
// it also holds after the Markdown has become HTML, which is when GitHub looks
// for them.
const breaker = "&#8203;"

// dollar is a dollar sign that begins no mathematics, in the way that GitHub
// advises.
const dollar = "<span>&#36;</span>"

// Escape makes text from outside a piece of Markdown on one line that shows
// exactly this text: no markup, HTML, mention, reference, link or table cell
// can come of it.
func Escape(text string) string {
	text = Text(text)
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	for i, r := range text {
		switch {
		case r == '@':
			b.WriteString("@" + breaker)
		case r == '$':
			b.WriteString(dollar)
		case r == '#':
			b.WriteString("&#35;" + breaker)
		case r == ':' && namesAddress(text[:i], text[i+1:]):
			b.WriteString("&#58;" + breaker)
		case r == '-' && namesIssue(text[:i]):
			b.WriteString("&#45;" + breaker)
		case r == '.' && namesHost(text[:i]):
			b.WriteString("&#46;" + breaker)
		case namesCommit(text, i):
			b.WriteString(string(r) + breaker)
		case begins(text[:i], r, text[i+utf8.RuneLen(r):]):
			b.WriteString(entity(r))
		case punctuation(r):
			b.WriteString(entity(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// namesAddress reports whether a colon between these texts would make an
// address or an emoji of them.
func namesAddress(before, after string) bool {
	scheme := strings.ToLower(before[strings.LastIndexByte(before, ' ')+1:])
	if strings.HasPrefix(after, "/") || strings.HasSuffix(scheme, "mailto") || strings.HasSuffix(scheme, "xmpp") {
		return true
	}
	name, _, closed := strings.Cut(after, ":")
	return closed && name != "" && !strings.Contains(name, " ")
}

// namesIssue reports whether a hyphen after this text would make GH-1 of it.
func namesIssue(before string) bool {
	return len(before) >= 2 && strings.EqualFold(before[len(before)-2:], "GH")
}

// namesHost reports whether a full stop after this text would make www.… of it.
func namesHost(before string) bool {
	return len(before) >= 3 && strings.EqualFold(before[len(before)-3:], "www")
}

// namesCommit reports whether the text has to be broken after this byte so that
// no commit is named: seven or more hexadecimal digits that stand alone, of
// which GitHub makes a link.
func namesCommit(text string, at int) bool {
	const digits, least = "0123456789abcdef", 7
	if strings.IndexByte(digits, text[at]) < 0 {
		return false
	}
	before, after := strings.TrimRight(text[:at], digits), strings.TrimLeft(text[at:], digits)
	length, place := len(text)-len(before)-len(after), at-len(before)
	return length >= least && place%(least-1) == least-2 && !endsInWord(before) && !beginsWithWord(after)
}

func endsInWord(text string) bool { return text != "" && inWord(text[len(text)-1]) }

func beginsWithWord(text string) bool { return text != "" && inWord(text[0]) }

func inWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// begins reports whether the character between these texts would begin a list,
// a rule or an underline, if the text stood at the start of a line.
func begins(before string, r rune, after string) bool {
	switch r {
	case '-', '+', '=':
		return before == ""
	case '.', ')':
		return before != "" && strings.Trim(before, "0123456789") == "" && (after == "" || after[0] == ' ')
	}
	return false
}

// punctuation reports whether the character has a meaning in Markdown or HTML.
// Others have one only at the start of a line, or behind a bracket.
func punctuation(r rune) bool {
	switch r {
	case '\\', '`', '*', '_', '[', ']', '|', '<', '>', '~', '&':
		return true
	}
	return false
}

// entity is the numeric character reference, which no Markdown construct sees.
func entity(c rune) string { return "&#" + strconv.Itoa(int(c)) + ";" }

// Code makes text from outside a code span on one line, in which nothing is
// interpreted. A vertical bar becomes a broken one, because it would end a
// table's cell even there. Empty text gives a dash.
func Code(text string) string {
	// A comment of HTML is text here; but nobody should find one when looking
	// for a marker.
	text = strings.ReplaceAll(strings.ReplaceAll(Text(text), "|", "¦"), "<!--", "<! --")
	if text == "" {
		return "–"
	}
	fence := Fence(text, 1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// Fence are the backticks that stand around code: more than the text has in a
// row, and at least so many.
func Fence(text string, least int) string {
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return strings.Repeat("`", max(least, longest+1))
}

// Codes are code spans with commas between them.
func Codes(texts []string) string {
	spans := make([]string, len(texts))
	for i, t := range texts {
		spans[i] = Code(t)
	}
	return strings.Join(spans, ", ")
}
