package github

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// forms reads values that have a form, and collects those that do not keep to
// it. A value that is refused is read as empty, never as a part of it.
type forms struct{ problems []error }

func (f *forms) err() error { return errors.Join(f.problems...) }

// refuse notes a value that is not what it should be.
func (f *forms) refuse(name, value, want string) {
	if len(value) > 80 {
		value = value[:80] + "…"
	}
	f.problems = append(f.problems, fmt.Errorf("the event is malformed: %s is %q, which is not %s", name, value, want))
}

// match returns the value when it is empty or has the form.
func (f *forms) match(name, value, want string, ok bool) string {
	if value != "" && !ok {
		f.refuse(name, value, want)
		return ""
	}
	return value
}

// sha reads a commit: 40 or 64 lower-case hexadecimal digits. All zeros is how
// GitHub says that there is none.
func (f *forms) sha(name, value string) string {
	value = f.match(name, value, "a commit", isSHA(value))
	if strings.Trim(value, "0") == "" {
		return ""
	}
	return value
}

func isSHA(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}

// repository reads owner/name.
func (f *forms) repository(name, value string) string {
	return f.match(name, value, "the owner/name of a repository", isRepository(value))
}

func isRepository(text string) bool {
	owner, name, _ := strings.Cut(text, "/")
	return regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`).MatchString(owner) &&
		regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`).MatchString(name) && name != "." && name != ".."
}

// ref reads the name of a branch, a tag, or a full ref.
func (f *forms) ref(name, value string) string {
	return f.match(name, value, "the name of a ref", isRef(value))
}

// isRef holds git's own rules for names of refs.
func isRef(text string) bool {
	if len(text) > 1024 || !printable(text) || strings.ContainsAny(text, " ~^:?*[\\") ||
		strings.Contains(text, "..") || strings.Contains(text, "@{") || text == "@" || strings.HasSuffix(text, ".") {
		return false
	}
	for part := range strings.SplitSeq(text, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return true
}

// word reads one of GitHub's own words: pull_request, timed_out.
func (f *forms) word(name, value string) string {
	return f.match(name, value, "one of GitHub's words", regexp.MustCompile(`^[a-z][a-z_]{0,63}$`).MatchString(value))
}

// phrase reads a short line that somebody chose.
func (f *forms) phrase(name, value string) string {
	return f.match(name, value, "a short line of text", printable(value) && utf8.RuneCountInString(value) <= 100)
}

// login reads the name of a user or app: octocat, dependabot[bot].
func (f *forms) login(name, value string) string {
	return f.match(name, value, "the name of a user", regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}(\[bot\])?$`).MatchString(value))
}

// workflow reads the path of a workflow file. A reusable one has the ref that it
// came from behind it, in full (@refs/heads/main) or as it was named (@main). What
// GitHub runs without a file has a path too, such as
// dynamic/github-code-scanning/codeql.
func (f *forms) workflow(name, value string) string {
	path, _, _ := strings.Cut(value, "@refs/")
	for _, ending := range []string{".yml", ".yaml"} {
		if file, _, named := strings.Cut(path, ending+"@"); named {
			path = file + ending
		}
	}
	return f.match(name, path, "the path of a workflow", len(path) <= 1024 && printable(path) && fs.ValidPath(path))
}

// page reads a web address.
func (f *forms) page(name, value string) string {
	return f.match(name, value, "a web address", isWeb(value))
}

func isWeb(text string) bool {
	if !printable(text) || strings.ContainsAny(text, " <>\"`\\") || len(text) > 2048 {
		return false
	}
	parsed, err := url.Parse(text)
	return err == nil && (parsed.Scheme == "https" || parsed.Scheme == "http") && parsed.Host != "" && parsed.User == nil
}

// printable reports whether text is UTF-8 without control characters.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}
