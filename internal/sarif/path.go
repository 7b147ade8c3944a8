package sarif

import (
	"net/url"
	"path"
	"strings"
)

// RepoPath returns the path of a file relative to the repository's root, with
// forward slashes, and false when the file is outside the repository or is no
// file. root is the root's absolute path; empty means that only relative paths
// can be placed. The paths are compared as text: links are not followed.
func RepoPath(root, file string) (string, bool) {
	if file == "" {
		return "", false
	}
	cleaned := path.Clean(file)
	if path.IsAbs(cleaned) {
		if root == "" {
			return "", false
		}
		within, ok := strings.CutPrefix(cleaned, strings.TrimSuffix(path.Clean(root), "/")+"/")
		if !ok {
			return "", false
		}
		cleaned = within
	}
	if cleaned == "." || cleaned == ".." || strings.HasPrefix(cleaned, "../") || strings.HasSuffix(file, "/") {
		return "", false
	}
	return cleaned, true
}

const hexDigits = "0123456789ABCDEF"

// EncodePath returns the path as a relative URI reference of RFC 3986: bytes
// other than unreserved characters and slashes are percent-encoded, a colon
// too, so that no part of it can be taken for a scheme.
func EncodePath(file string) string {
	var b strings.Builder
	for i := range len(file) {
		c := file[i]
		if unreserved(c) || c == '/' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&0x0f])
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// WebAddress returns the address when it is an http(s) one with an ordinary
// host name and of unremarkable characters, and nothing otherwise. It is safe
// within angle brackets, parentheses and quotes.
func WebAddress(address string) string {
	const longest = 500
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.User != nil || len(address) > longest || !hostName(u.Hostname()) {
		return ""
	}
	for _, r := range address {
		if r <= ' ' || r > '~' || strings.ContainsRune("<>\"'`\\^{}|[]()*", r) {
			return ""
		}
	}
	return address
}

// hostName reports whether the text is a name of RFC 1123: labels of letters,
// digits and inner hyphens, of at most 63 characters each.
func hostName(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		const longest = 63
		if label == "" || len(label) > longest || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !unreserved(c) || c == '.' || c == '_' || c == '~' {
				return false
			}
		}
	}
	return true
}
