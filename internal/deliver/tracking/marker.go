package tracking

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// said is how we left an issue.
type said string

const (
	saidOpen said = "open"
	// saidClean: nothing asks for action any more.
	saidClean said = "clean"
	// saidRetired: the image is not released any more.
	saidRetired said = "retired"
)

// state is what an issue remembers, in its hidden second line. Whoever may edit
// the issue can edit that too; more than a comment too many or too few cannot
// come of it.
type state struct {
	// Name is the image's, for when it is in no list any more.
	Name string `json:"name"`
	// Scope tells fleets apart that share a repository for their issues.
	Scope string `json:"scope"`
	// Seq counts the comments whose content is in the text.
	Seq  int  `json:"seq"`
	Said said `json:"said"`
	// Told is the word of told; More is set when it lacks some, and Sum then
	// stands for all findings that the text was made of.
	Told string `json:"told,omitempty"`
	More bool   `json:"more,omitempty"`
	Sum  string `json:"sum,omitempty"`
	// Gone are findings that were told and are gone, the oldest first.
	Gone []gone `json:"gone,omitempty"`
	// Moved are the tags that stand for something else than they did.
	Moved []moved `json:"moved,omitempty"`
}

// gone is a finding that is not there any more, since a day.
type gone struct {
	Key     string `json:"key"`
	Rule    string `json:"rule"`
	Package string `json:"package,omitempty"`
	Day     string `json:"day"`
}

// moved is a tag that stood for something else once.
type moved struct {
	Reference string `json:"reference"`
	Platform  string `json:"platform,omitempty"`
	From      string `json:"from"`
	To        string `json:"to"`
}

// listsMost is how many bytes gone and moved take in the hidden line, each.
const listsMost = 4000

var (
	issueForm   = regexp.MustCompile(`^<!-- gate rescan v=1 key=([0-9a-f]{16}) -->$`)
	stateForm   = regexp.MustCompile(`^<!-- gate state (\{.*\}) -->$`)
	commentForm = regexp.MustCompile(`^<!-- gate rescan v=1 key=([0-9a-f]{16}) seq=([1-9][0-9]{0,8}) kind=([a-z]{1,12}) more=(true|false) told=([0-9a-x]*) -->$`)
)

// imageKey is the image's part of a marker.
func imageKey(scope, image string) string {
	sum := sha256.Sum256([]byte(scope + "\x00" + image))
	return hex.EncodeToString(sum[:8])
}

func scopeKey(scope string) string { return imageKey(scope, "")[:8] }

// head is the two hidden lines of an issue.
func (s state) head(key string) string {
	s.Gone = fit(s.Gone)
	s.Moved = fit(s.Moved)
	// json escapes < and >, so that no text in it can end the comment.
	line, err := json.Marshal(s)
	if err != nil {
		line = []byte("{}")
	}
	// Nobody is mentioned, and nothing referred to, by what nobody sees.
	hidden := strings.NewReplacer("@", `\u0040`, "#", `\u0023`).Replace(string(line))
	return fmt.Sprintf("<!-- gate rescan v=1 key=%s -->\n<!-- gate state %s -->\n", key, hidden)
}

// fit leaves out the oldest entries until the others have room.
func fit[T any](list []T) []T {
	for len(list) > 0 {
		if line, err := json.Marshal(list); err == nil && len(line) <= listsMost {
			return list
		}
		list = list[1:]
	}
	return nil
}

// parseIssue reads the hidden lines at the start of an issue. A second line
// that cannot be read gives a state that knows nothing, and says so with More.
func parseIssue(body string) (key string, s state, ok bool) {
	line, rest := cutLine(body)
	parts := issueForm.FindStringSubmatch(line)
	if parts == nil {
		return "", state{}, false
	}
	unknown := state{Said: saidOpen, More: true}
	line, _ = cutLine(rest)
	form := stateForm.FindStringSubmatch(line)
	if form == nil || json.Unmarshal([]byte(form[1]), &s) != nil {
		return parts[1], unknown, true
	}
	_, readable := parseTold(s.Told)
	if !readable || s.Seq < 0 || s.Said != saidOpen && s.Said != saidClean && s.Said != saidRetired {
		return parts[1], unknown, true
	}
	return parts[1], s, true
}

// kind is what a comment is about.
type kind string

const (
	kindNews    kind = "news"
	kindAgain   kind = "again"
	kindStill   kind = "still"
	kindClean   kind = "clean"
	kindRetired kind = "retired"
)

// telling is what a comment of ours says, as its hidden first line has it.
type telling struct {
	key  string
	seq  int
	kind kind
	told told
	more bool
}

func (t telling) head() string {
	word, more := t.told.String(nil)
	return fmt.Sprintf("<!-- gate rescan v=1 key=%s seq=%d kind=%s more=%t told=%s -->\n", t.key, t.seq, t.kind, more || t.more, word)
}

func parseComment(body string) (t telling, ok bool) {
	line, _ := cutLine(body)
	parts := commentForm.FindStringSubmatch(line)
	if parts == nil {
		return telling{}, false
	}
	seq, err := strconv.Atoi(parts[2])
	if err != nil {
		return telling{}, false
	}
	t = telling{key: parts[1], seq: seq, kind: kind(parts[3]), more: parts[4] == "true"}
	t.told, ok = parseTold(parts[5])
	return t, ok
}

// cutLine takes the first line off. GitHub's own editor ends lines with CR LF.
func cutLine(text string) (line, rest string) {
	line, rest, _ = strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "\r"), rest
}

// same reports whether two texts are the same for GitHub, which may change the
// ends of lines and of the text.
func same(a, b string) bool {
	norm := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return norm(a) == norm(b)
}
