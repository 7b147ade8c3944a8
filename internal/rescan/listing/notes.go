package listing

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// changeForm is a line in which GitHub lists a change of the release.
	changeForm = regexp.MustCompile(`^\s*[*-] .* by @\S+ in https?://\S+$`)
	// pullForm is a command that fetches an image; what follows is its name.
	pullForm = regexp.MustCompile(`\b(?:docker|podman|nerdctl|finch|buildah|crane)\s+(?:image\s+)?pull\s+((?:-\S+\s+|linux/\S+\s+|windows/\S+\s+)*)(\S+)`)
)

// inNotes finds the images that a free text about a release names, in its order.
// Only what is unmistakable counts, as the package's documentation says.
func inNotes(text, tag string) []mention {
	var found mentions
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(strings.ReplaceAll(line, `\`, ""), " \r")
		if changeForm.MatchString(line) {
			continue
		}
		found.add(inLine(line, releaseVersion(tag))...)
	}
	return found.all
}

// inLine finds the images of one line, and the digest that stands beside one.
func inLine(line, version string) []mention {
	var named mentions
	var bare []name
	var digests []string
	for _, word := range words(line) {
		if isDigest(word) {
			digests = append(digests, word)
		} else if n, err := parseName(word); err == nil && isUnmistakable(n, word, version) {
			named.add(mention{name: n})
		} else if err == nil && n.tag == "" && hasRegistry(word) {
			bare = append(bare, n)
		}
	}
	named.add(pulled(line)...)
	found := named.all
	switch {
	case len(digests) != 1:
	case len(found) == 1 && found[0].name.digest == "" && platformIn(line) == "":
		found[0].digest = digests[0]
	case len(found) == 0 && len(bare) == 1:
		found = append(found, mention{name: name{repository: bare[0].repository, digest: digests[0]}})
	}
	return found
}

// pulled are the images that commands of a line fetch. A placeholder in the name
// is none.
func pulled(line string) []mention {
	var found []mention
	for _, command := range pullForm.FindAllStringSubmatch(line, -1) {
		word := append(words(command[2]), "")[0]
		if n, err := parseName(word); err == nil && strings.ContainsAny(word, "/:@") && !strings.ContainsAny(command[2], "<[{$") {
			found = append(found, mention{name: n.latest()})
		}
	}
	return found
}

// isUnmistakable reports whether a word in free text can be nothing but an image.
func isUnmistakable(n name, word, version string) bool {
	return n.digest != "" || n.tag != "" && (hasRegistry(word) || strings.Contains(word, "/") && isOf(n.tag, version))
}

// mentions are images in the order in which they were named first.
type mentions struct {
	all  []mention
	seen map[mention]bool
}

func (m *mentions) add(found ...mention) {
	if m.seen == nil {
		m.seen = map[mention]bool{}
	}
	for _, one := range found {
		if !m.seen[one] {
			m.seen[one] = true
			m.all = append(m.all, one)
		}
	}
}

// words divides a line of Markdown, HTML or JSON into what may be references.
// Addresses are left out.
func words(line string) []string {
	all := strings.FieldsFunc(line, func(c rune) bool {
		return c <= ' ' || strings.ContainsRune("`'\"()[]<>|,;{}*=!", c)
	})
	for i, word := range all {
		word = strings.Trim(strings.TrimRight(word, ".:?"), "_~")
		if strings.Contains(word, "://") && !strings.HasPrefix(word, "docker://") {
			word = ""
		}
		all[i] = word
	}
	return slices.DeleteFunc(all, func(word string) bool { return word == "" })
}

// releaseVersion is the version in a release's tag: 1.2.3 of api/v1.2.3. It is
// empty where the tag has fewer than two numbers, which say too little.
func releaseVersion(tag string) string {
	v, ok := readVersion(tag)
	if !ok || len(v.numbers) < 2 {
		return ""
	}
	return tag[len(v.before):]
}

// isOf reports whether an image's tag is that of a version, or of a variant of it.
func isOf(tag, version string) bool {
	rest, found := strings.CutPrefix(strings.TrimPrefix(tag, "v"), version)
	return version != "" && found && (rest == "" || rest[0] == '-' || rest[0] == '_')
}
