package git

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// rule is one line of a .gitignore.
type rule struct {
	// below is the directory of the file, with a slash at the end.
	below string
	match *regexp.Regexp
	// again takes back what rules before ignored; dirs is for directories only;
	// anchored compares the path below the directory rather than the name.
	again, dirs, anchored bool
}

// rulesOf reads a file of rules; no file has none. Links are not followed, as
// in git.
func rulesOf(file, below string) []rule {
	if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	text, err := readMeta(file)
	if err != nil {
		return nil
	}
	var rules []rule
	for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		if r, ok := parseRule(strings.TrimSuffix(line, "\n"), below); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

// parseRule reads one line. A pattern that is malformed matches nothing.
func parseRule(line, below string) (rule, bool) {
	line = strings.TrimSuffix(line, "\r")
	if strings.HasPrefix(line, "#") {
		return rule{}, false
	}
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = strings.TrimSuffix(line, " ")
	}
	r := rule{below: below}
	line, r.again = strings.CutPrefix(line, "!")
	line, r.dirs = strings.CutSuffix(line, "/")
	r.anchored = strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" {
		return rule{}, false
	}
	var err error
	r.match, err = regexp.Compile(`^(?s:` + expression(octets(line)) + `)$`)
	return r, err == nil
}

// octets makes a character of each byte: git compares bytes, and names need not
// be UTF-8.
func octets(text string) string {
	characters := make([]rune, len(text))
	for i := range len(text) {
		characters[i] = rune(text[i])
	}
	return string(characters)
}

// expression turns a pattern into a regular expression.
func expression(pattern string) string {
	var out strings.Builder
	for i := 0; i < len(pattern); {
		rest := pattern[i:]
		start := i == 0 || pattern[i-1] == '/'
		switch {
		case start && strings.HasPrefix(rest, "**/"):
			out.WriteString(`(?:.*/)?`)
			i += 3
		case start && rest == "**":
			out.WriteString(`.+`)
			i += 2
		case rest[0] == '*':
			out.WriteString(`[^/]*`)
			i++
		case rest[0] == '?':
			out.WriteString(`[^/]`)
			i++
		case rest[0] == '[':
			class, length := bracket(rest)
			out.WriteString(class)
			i += length
		default:
			if rest[0] == '\\' && len(rest) > 1 {
				i++
			}
			end := i + 1
			for end < len(pattern) && pattern[end]&0xC0 == 0x80 {
				end++ // The rest of a character.
			}
			out.WriteString(regexp.QuoteMeta(pattern[i:end]))
			i = end
		}
	}
	return out.String()
}

// bracket turns a set of characters into one of a regular expression. Without
// its end it is malformed, and compiles to nothing.
func bracket(pattern string) (class string, length int) {
	var out strings.Builder
	out.WriteByte('[')
	at := 1
	if at < len(pattern) && (pattern[at] == '!' || pattern[at] == '^') {
		out.WriteString("^/") // No set matches what parts directories.
		at++
	}
	for first := at; at < len(pattern); {
		named := strings.Index(pattern[at:], ":]")
		switch c := pattern[at]; {
		case c == ']' && at > first:
			return out.String() + "]", at + 1
		case strings.HasPrefix(pattern[at:], "[:") && named > 0:
			out.WriteString(pattern[at : at+named+2])
			at += named + 2
			continue
		case c == '\\' && at+1 < len(pattern):
			if at++; strings.IndexByte(`\]^-[`, pattern[at]) >= 0 {
				out.WriteByte('\\')
			}
			out.WriteByte(pattern[at])
		case c == '[' || c == ']' || c == '^':
			out.WriteString(`\` + string(c))
		default:
			out.WriteByte(c)
		}
		at++
	}
	return "(", len(pattern)
}

// unmatched returns the rules without those that match a path as a directory.
func unmatched(rules []rule, name string) []rule {
	return slices.DeleteFunc(slices.Clone(rules), func(r rule) bool { return ignores([]rule{r}, name, true) })
}

// ignores reports whether the rules ignore a path; the last one that matches
// decides.
func ignores(rules []rule, name string, dir bool) bool {
	for i := len(rules) - 1; i >= 0; i-- {
		r := rules[i]
		if r.dirs && !dir {
			continue
		}
		text := strings.TrimPrefix(name, r.below)
		if !r.anchored {
			text = path.Base(name)
		}
		if r.match.MatchString(octets(text)) {
			return !r.again
		}
	}
	return false
}
