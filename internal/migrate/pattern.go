package migrate

import (
	"path"
	"strings"
	"unicode"
)

// literal reports whether a text stands for itself in a pattern of gate.
func literal(text string) bool { return !strings.Contains(text, "*") }

// waiverPath turns a glob in which ** crosses folders into the path of a
// waiver, where the two mean the same.
func waiverPath(glob string) (string, bool) {
	if glob == "**" {
		return "/**", true
	}
	dir := strings.TrimSuffix(glob, "/**")
	if dir == "" || strings.Contains(dir, "**") || strings.ContainsAny(glob, "{}") || strings.Contains(glob, "[!") {
		return "", false
	}
	_, err := path.Match(dir, "")
	return glob, err == nil
}

// rulePaths turns such a glob into patterns of a rule. There, ** between two
// slashes stands for one folder at least, so that the case without any is a
// pattern of its own.
func rulePaths(glob string) ([]string, bool) {
	if strings.ContainsAny(glob, `?[]{}\`) || strings.Contains(glob, "***") {
		return nil, false
	}
	// ** within a name means no more than * in these globs.
	for part := range strings.SplitSeq(glob, "/") {
		if strings.Contains(part, "**") && part != "**" {
			return nil, false
		}
	}
	found := []string{glob}
	if without := strings.ReplaceAll(glob, "/**/", "/"); without != glob {
		found = append(found, without)
	}
	if after, leading := strings.CutPrefix(glob, "**/"); leading {
		found = append(found, after)
	}
	return found, true
}

// regular reports whether Grype takes a name for a regular expression.
func regular(name string) bool { return strings.ContainsAny(name, `^$*+?[](){}|\`) }

// namePattern turns a regular expression over whole names into a pattern, where
// there is one that matches no more: plain characters and .*.
func namePattern(expression string) (string, bool) {
	expression = strings.TrimSuffix(strings.TrimPrefix(expression, "^"), "$")
	var b strings.Builder
	for i := 0; i < len(expression); i++ {
		rest := expression[i:]
		switch c := rest[0]; {
		case strings.HasPrefix(rest, ".*"):
			b.WriteString("**")
			i++
		case c == '\\' && len(rest) > 1 && rest[1] != '*' && unicode.In(rune(rest[1]), unicode.Punct, unicode.Symbol) && rest[1] < 0x80:
			b.WriteByte(rest[1])
			i++
		case regular(string(c)) || c >= 0x80:
			return "", false
		default:
			b.WriteByte(c)
		}
		// What follows would repeat it.
		if i+1 < len(expression) && strings.IndexByte("*+?{", expression[i+1]) >= 0 {
			return "", false
		}
	}
	return strings.ReplaceAll(b.String(), "****", "**"), b.Len() > 0
}
