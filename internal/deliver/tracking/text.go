package tracking

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// nameMost is how many characters of a foreign name are shown, and saidMost
	// how many of a sentence.
	nameMost, saidMost = 120, 300
	// marksInARow is how many combining marks a character may carry.
	marksInARow = 4
)

// plain makes foreign text one line of visible characters, at most so many.
func plain(text string, most int) string {
	var b strings.Builder
	marks := 0
	for i, word := range strings.Fields(text) {
		if i > 0 {
			b.WriteByte(' ')
		}
		for _, r := range word {
			if marks++; !unicode.Is(unicode.M, r) {
				marks = 0
			}
			switch {
			case marks > marksInARow:
			case !unicode.IsPrint(r) || blank(r):
				b.WriteRune(utf8.RuneError)
			default:
				b.WriteRune(r)
			}
		}
		if b.Len() > most*utf8.UTFMax {
			break
		}
	}
	return cut(strings.ReplaceAll(b.String(), "##[", "# #["), most)
}

// blank reports whether the character counts as printable but shows nothing.
func blank(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u2800', '\u3164', '\uffa0':
		return true
	}
	return r >= '\ufe00' && r <= '\ufe0f' || r >= 0xe0100 && r <= 0xe01ef // variation selectors
}

// cut shortens text to so many characters, of which the last is then an ellipsis.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// code makes foreign text a code span on one line: in it GitHub sees no markup,
// mention, reference or link. A vertical bar becomes a broken one, because it
// would end a table's cell even there. Empty text gives a dash.
func code(text string, most int) string {
	text = strings.ReplaceAll(plain(text, most), "|", "¦")
	// Nobody should find a marker in it.
	text = strings.ReplaceAll(text, "<!--", "<! --")
	if text == "" {
		return "–"
	}
	longest, run := 0, 0
	for _, r := range text {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

func name(text string) string { return code(text, nameMost) }

// advisory is an advisory's id, linked to its page where the form of the id
// leaves no doubt about the address. Addresses from the database are not used.
func advisory(id string) string {
	if address := advisoryAddress(id); address != "" {
		return "[" + name(id) + "](" + address + ")"
	}
	return name(id)
}

func advisoryAddress(id string) string {
	const digits, letters = "0123456789", "0123456789abcdefghijklmnopqrstuvwxyz"
	parts := strings.Split(id, "-")
	switch {
	case len(parts) == 3 && parts[0] == "CVE" && madeOf(parts[1], digits, 4) && madeOf(parts[2], digits, 19):
		return "https://nvd.nist.gov/vuln/detail/" + id
	case len(parts) == 4 && parts[0] == "GHSA" && madeOf(parts[1], letters, 4) && madeOf(parts[2], letters, 4) && madeOf(parts[3], letters, 4):
		return "https://github.com/advisories/" + id
	case len(parts) == 3 && parts[0] == "GO" && madeOf(parts[1], digits, 4) && madeOf(parts[2], digits, 19):
		return "https://pkg.go.dev/vuln/" + id
	}
	return ""
}

// madeOf reports whether the text is of these characters only: four, or up to most.
func madeOf(text, characters string, most int) bool {
	const least = 4
	return len(text) >= least && len(text) <= most && strings.Trim(text, characters) == ""
}

// runLink is the run's page as a link; empty when the address is none.
func runLink(address string) string {
	page, err := url.Parse(address)
	if err != nil || page.Scheme != "https" && page.Scheme != "http" || page.Host == "" || strings.ContainsAny(address, "()<> \n\r\t\"'`\\[]|") {
		return ""
	}
	return " ([run](" + address + "))"
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// lines joins as many lines as have room in so many bytes, and says in words
// how many are left out.
func lines(all []string, most int, left func(n int) string) string {
	var b strings.Builder
	for i, line := range all {
		const reserve = 120
		if last := i == len(all)-1; b.Len()+len(line)+1 > most || !last && b.Len()+len(line)+1 > most-reserve {
			b.WriteString(left(len(all)-i) + "\n")
			break
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
