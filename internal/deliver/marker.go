package deliver

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// marker is the hidden first line of gate's comment: whose it is, and which run
// wrote it. What the comment says stands in the second line. Whoever may write
// as the same user can write a marker too; a run number that they made up would
// silence the comment, and never touches the verdict.
type marker struct {
	// key is 16 hexadecimal digits.
	key     string
	run     int64
	attempt int
	// sha is a commit; all zeros when it is not known.
	sha string
	// said is what the text below says.
	said saying
}

// saying is what a comment says, in a word.
type saying string

const (
	saidFail       saying = "fail"
	saidIncomplete saying = "incomplete"
	saidPass       saying = "pass"
	// saidResolved is a pass after something else.
	saidResolved saying = "resolved"
)

var markerForm = regexp.MustCompile(`^<!-- gate key=([0-9a-f]{16}) run=(0|[1-9][0-9]{0,18}) attempt=(0|[1-9][0-9]{0,8}) sha=([0-9a-f]{40}|[0-9a-f]{64}) -->$`)

var saidForm = regexp.MustCompile(`^<!-- gate said=(fail|incomplete|pass|resolved) -->$`)

// newMarker makes the marker of a target's run. Numbers below zero, and a commit
// that is none, are written as zeros.
func newMarker(t Target, said saying) marker {
	m := marker{key: hashKey(t.Key), run: max(t.RunID, 0), attempt: max(t.Attempt, 0), sha: t.HeadSHA, said: said}
	m.attempt = min(m.attempt, 999_999_999)
	if !isCommit(m.sha) {
		m.sha = strings.Repeat("0", 40)
	}
	return m
}

func hashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:8])
}

// String is the two hidden lines, each with its line break.
func (m marker) String() string {
	return fmt.Sprintf("<!-- gate key=%s run=%d attempt=%d sha=%s -->\n<!-- gate said=%s -->\n", m.key, m.run, m.attempt, m.sha, m.said)
}

// parseMarker reads the marker at the start of a comment. Nothing but the exact
// form is one; an unknown second line leaves said empty.
func parseMarker(body string) (marker, bool) {
	line, rest := cutLine(body)
	parts := markerForm.FindStringSubmatch(line)
	if parts == nil {
		return marker{}, false
	}
	run, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return marker{}, false
	}
	attempt, err := strconv.Atoi(parts[3])
	if err != nil {
		return marker{}, false
	}
	m := marker{key: parts[1], run: run, attempt: attempt, sha: parts[4]}
	line, _ = cutLine(rest)
	if parts = saidForm.FindStringSubmatch(line); parts != nil {
		m.said = saying(parts[1])
	}
	return m, true
}

// cutLine takes the first line off. GitHub's own editor ends lines with CR LF.
func cutLine(text string) (line, rest string) {
	line, rest, _ = strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "\r"), rest
}

// compare orders markers by run, and attempts of one run by their number.
func (m marker) compare(other marker) int {
	return cmp.Or(cmp.Compare(m.run, other.run), cmp.Compare(m.attempt, other.attempt))
}
