package listing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// parseLine reads a line of a list: a reference, and in any order a platform and
// a digest. False means that the line names nothing: it is empty or a comment.
func parseLine(line string) (mention, bool, error) {
	all := strings.Fields(strings.ReplaceAll(strings.TrimPrefix(line, "\ufeff"), "=sha256:", " sha256:"))
	if at := slices.IndexFunc(all, func(word string) bool { return strings.HasPrefix(word, "#") }); at >= 0 {
		all = all[:at]
	}
	if len(all) == 0 {
		return mention{}, false, nil
	}
	line = strings.Join(all, " ")
	var references, digests, platforms []string
	for _, word := range all {
		switch {
		case isDigest(word) || isSum(word):
			digests = append(digests, "sha256:"+strings.TrimPrefix(word, "sha256:"))
		case isPlatform(word):
			platforms = append(platforms, word)
		default:
			references = append(references, word)
		}
	}
	switch {
	case len(digests) > 1:
		return mention{}, true, fmt.Errorf("%s has two digests", quote(line))
	case len(references) == 0 && len(digests) == 1:
		return mention{}, true, fmt.Errorf("%s: %w", quote(digests[0]), errDigestAlone)
	case len(references) != 1 || len(platforms) > 1:
		return mention{}, true, fmt.Errorf("%s is not one reference, with a platform or a digest behind it", quote(line))
	}
	m, err := beside(references[0], append(digests, "")[0])
	m.platform = append(platforms, "")[0]
	return m, true, err
}

// beside is an image and the digest that stands beside it, which may be empty.
func beside(word, digest string) (mention, error) {
	n, err := parseName(word)
	switch {
	case err != nil:
		return mention{}, fmt.Errorf("%s %w", quote(word), err)
	case n.digest != "" && digest != "" && n.digest != digest:
		return mention{}, fmt.Errorf("%s has two digests", quote(word+" "+digest))
	case n.tag == "" && n.digest == "":
		// Where there is a digest, no tag was meant.
		n.digest = digest
	}
	return mention{name: n.latest(), digest: digest}, nil
}

// isPlatform reports whether a word is a platform such as linux/arm64.
func isPlatform(word string) bool {
	system, arch, found := strings.Cut(word, "/")
	return found && (system == "linux" || system == "windows") && arch != "" && strings.Count(arch, "/") <= 1 &&
		strings.Trim(arch, "abcdefghijklmnopqrstuvwxyz0123456789/") == "" && !strings.HasSuffix(arch, "/")
}

// file reads a list with one reference in each line.
func (r *reading) file() {
	at, err := inside(r.source.Place)
	if err == nil && r.source.Place == "" {
		err = errors.New("it has no path")
	}
	var text []byte
	if err == nil {
		text, err = r.files.read(at)
	}
	if err != nil {
		r.gap("the file can't be read: "+reason(err), "correct the path, or make the file")
		return
	}
	number := 0
	for line := range strings.SplitSeq(string(text), "\n") {
		number++
		m, names, err := parseLine(line)
		place := fmt.Sprintf("%s:%d", at, number)
		switch {
		case err != nil:
			r.gap(place+": "+err.Error(), "correct the line, or make it a comment with #", at)
		case names:
			r.add(m, place, time.Time{})
		}
	}
}
