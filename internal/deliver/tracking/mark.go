package tracking

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// mark is how bad a finding was when it was told.
type mark struct {
	severity gate.Severity
	// exploited is known exploitation, mended that a fixed version exists.
	exploited, mended bool
}

func markOf(f gate.Finding) mark {
	return mark{
		severity:  min(max(f.Severity, gate.SeverityUnknown), gate.SeverityCritical),
		exploited: f.Advisory != nil && f.Advisory.KEV != nil,
		mended:    f.Fix != nil && f.Fix.State == gate.FixFixed,
	}
}

// or is the worse of both in everything.
func (m mark) or(other mark) mark {
	return mark{max(m.severity, other.severity), m.exploited || other.exploited, m.mended || other.mended}
}

// since says in words what is worse than it was.
func (m mark) since(before mark) []string {
	var words []string
	if m.severity > before.severity {
		words = append(words, "its severity rose from "+before.severity.String()+" to "+m.severity.String())
	}
	if m.exploited && !before.exploited {
		words = append(words, "it is known to be exploited now")
	}
	if m.mended && !before.mended {
		words = append(words, "a fixed version appeared")
	}
	return words
}

// letters stand for the marks, four for each severity.
const letters = "abcdefghijklmnopqrstuvwx"

func (m mark) letter() byte {
	n := 4 * int(m.severity)
	if m.exploited {
		n += 2
	}
	if m.mended {
		n++
	}
	return letters[n]
}

func parseMark(letter byte) (mark, bool) {
	n := strings.IndexByte(letters, letter)
	if n < 0 {
		return mark{}, false
	}
	return mark{gate.Severity(n / 4), n&2 != 0, n&1 != 0}, true
}

const (
	// keyLength is how much of a fingerprint is kept: among a million findings
	// two are alike once in five hundred issues.
	keyLength = 12
	// toldMost is how many findings an issue remembers one by one.
	toldMost = 1500
)

// told is what has been told, by the findings' shortened fingerprints.
type told map[string]mark

func (t told) clone() told {
	copied := make(told, len(t))
	copied.join(t)
	return copied
}

// join adds what others told; of two marks of a finding the worse stays.
func (t told) join(other told) {
	for key, m := range other {
		t[key] = m.or(t[key])
	}
}

// String is one word, sorted, of at most toldMost entries; those that are named
// first go before others. more is true when some have no room.
func (t told) String(first []string) (word string, more bool) {
	keys := make([]string, 0, len(t))
	taken := make(map[string]bool, len(t))
	for _, key := range first {
		if _, ok := t[key]; ok && !taken[key] {
			keys, taken[key] = append(keys, key), true
		}
	}
	var others []string
	for key := range t {
		if !taken[key] {
			others = append(others, key)
		}
	}
	slices.Sort(others)
	keys = append(keys, others...)
	more = len(keys) > toldMost
	keys = keys[:min(len(keys), toldMost)]
	slices.Sort(keys)
	var b strings.Builder
	for _, key := range keys {
		b.WriteString(key)
		b.WriteByte(t[key].letter())
	}
	return b.String(), more
}

// parseTold reads the word; ok is false when it is none.
func parseTold(word string) (t told, ok bool) {
	const entry = keyLength + 1
	if len(word)%entry != 0 || len(word) > toldMost*entry {
		return nil, false
	}
	t = make(told, len(word)/entry)
	for ; word != ""; word = word[entry:] {
		m, ok := parseMark(word[keyLength])
		key := word[:keyLength]
		if !ok || strings.Trim(key, "0123456789abcdef") != "" {
			return nil, false
		}
		t[key] = m
	}
	return t, true
}
