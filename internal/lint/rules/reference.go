package rules

import "strings"

// reference is an image reference, taken apart as text.
type reference struct {
	// registry is the part before the first slash when that looks like a host.
	registry string
	// name is the rest without tag and digest.
	name        string
	tag, digest string
}

func parseReference(text string) reference {
	var r reference
	text, r.digest, _ = strings.Cut(text, "@")
	// A colon inside ${NAME:-default} is no tag.
	plain := maskVariables(text)
	if colon := strings.LastIndexByte(plain, ':'); colon > strings.LastIndexByte(plain, '/') {
		r.tag, text = text[colon+1:], text[:colon]
		plain = plain[:colon]
	}
	if slash := strings.IndexByte(plain, '/'); slash > 0 && isHost(plain[:slash]) {
		r.registry, text = text[:slash], text[slash+1:]
	}
	r.name = text
	return r
}

func isHost(text string) bool {
	return strings.ContainsAny(text, ".:") || text == "localhost"
}

// maskVariables replaces what stands in ${…} by underscores.
func maskVariables(text string) string {
	masked := []byte(text)
	depth := 0
	for n := range masked {
		switch {
		case masked[n] == '{' && n > 0 && text[n-1] == '$':
			depth++
		case masked[n] == '}' && depth > 0:
			depth--
		case depth > 0:
			masked[n] = '_'
		}
	}
	return string(masked)
}

// imageName is the name in a reference, without registry, tag and digest.
func imageName(text string) string { return parseReference(text).name }
