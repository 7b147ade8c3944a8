package migrate

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/waiverfile"
)

// dockerCheck is what Trivy has called its checks of Dockerfiles over time:
// AVD-DS-0002, DS002 and DS-0002.
var dockerCheck = regexp.MustCompile(`^(?:AVD-)?DS-?0*([1-9][0-9]{0,3})$`)

// trivyID is an id by its name of today.
func (s *source) trivyID(line int, id string) string {
	m := dockerCheck.FindStringSubmatch(id)
	if m == nil {
		return id
	}
	n, _ := strconv.Atoi(m[1])
	now := fmt.Sprintf("DS-%04d", n)
	if now != id {
		s.note(line, "%s is called %s here", id, now)
	}
	return now
}

// trivyLines reads a .trivyignore: an id a line, perhaps with exp:YYYY-MM-DD.
// The comment above ids is their reason.
func (s *source) trivyLines(data []byte) error {
	return s.eachLine(data, func(line int, text, reason string) {
		fields := strings.Fields(text)
		if _, comment, found := strings.Cut(text, " #"); found {
			reason = strings.TrimSpace(comment)
		}
		until, err := expiry(fields[1:])
		if err != nil {
			s.note(line, "%s: %v, and Trivy passes over the line as well: not carried over", fields[0], err)
			return
		}
		s.waive(line, gate.Waiver{ID: s.trivyID(line, fields[0]), Reason: reason}, until)
	})
}

// expiry is the date of the first word that begins with exp:, wherever it
// stands; nil without one.
func expiry(words []string) (*time.Time, error) {
	for _, word := range words {
		if day, dated := strings.CutPrefix(word, "exp:"); dated {
			at, err := time.Parse(time.DateOnly, day)
			if err != nil {
				return nil, fmt.Errorf("%q is no date", day)
			}
			return &at, nil
		}
	}
	return nil, nil
}

// eachLine calls one for each line that says something, with the comment that
// stands above it or above its neighbours.
func (s *source) eachLine(data []byte, one func(line int, text, reason string)) error {
	const most = 10_000
	var comment []string
	used, number := false, 0
	text := strings.TrimPrefix(string(data), "\ufeff")
	for line := range strings.Lines(text) {
		if number++; number > most {
			return s.fault(number, "more than %d lines", most)
		}
		line = strings.TrimSpace(line)
		said, isComment := strings.CutPrefix(line, "#")
		switch {
		case line == "":
			comment = nil
		case isComment:
			if used {
				comment, used = nil, false
			}
			// An id that was taken out is no reason.
			if said = strings.TrimSpace(strings.TrimLeft(said, "#")); strings.Contains(said, " ") {
				comment = append(comment, said)
			}
		default:
			used = true
			one(number, line, strings.Join(comment, " "))
		}
	}
	return nil
}

// trivyYAML reads a .trivyignore.yaml.
func (s *source) trivyYAML(data []byte) error {
	root, err := s.tree(data)
	if root == nil {
		return err
	}
	lists, err := s.pairs(root, "the ignore file")
	if err != nil {
		return err
	}
	for _, p := range lists {
		switch p.key {
		case "vulnerabilities", "misconfigurations", "secrets", "licenses":
		default:
			s.note(p.line, "%s is not carried over: Trivy has no such list", p.key)
			continue
		}
		items, err := s.list(p.value, p.key)
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := s.trivyEntry(p.key, item); err != nil {
				return err
			}
		}
	}
	return nil
}

// trivyIgnore is one entry of a .trivyignore.yaml.
type trivyIgnore struct {
	line          int
	id, statement string
	paths, purls  []string
	until         *time.Time
}

func (s *source) trivyEntry(list string, item *yaml.Node) error {
	entry := trivyIgnore{line: item.Line}
	keys, err := s.pairs(item, "an entry of "+list)
	if err != nil {
		return err
	}
	unknown := ""
	for _, p := range keys {
		switch p.key {
		case "id":
			entry.id, err = s.text(p.value, p.key)
		case "statement":
			entry.statement, err = s.text(p.value, p.key)
		case "paths":
			entry.paths, err = s.texts(p.value, p.key)
		case "purls":
			entry.purls, err = s.texts(p.value, p.key)
		case "expired_at":
			entry.until, err = s.trivyDate(p)
		default:
			unknown = p.key
		}
		if err != nil {
			return err
		}
	}
	switch {
	case entry.id == "":
		s.note(entry.line, "an entry of %s without an id is not carried over", list)
	case unknown != "":
		s.note(entry.line, "%s is not carried over: its key %s is not known", entry.id, unknown)
	case list == "licenses":
		s.note(entry.line, "the licence %s is not carried over: write an exception under licenses, where your policy denies it", entry.id)
	case list != "vulnerabilities" && len(entry.purls) > 0:
		s.note(entry.line, "%s is not carried over: package URLs have a meaning for vulnerabilities only", entry.id)
	default:
		entry.id = s.trivyID(entry.line, entry.id)
		s.trivyWaivers(entry)
	}
	return nil
}

func (s *source) trivyDate(p pair) (*time.Time, error) {
	text, err := s.text(p.value, p.key)
	if err != nil {
		return nil, err
	}
	at, ok := moment(text)
	if !ok {
		return nil, s.fault(p.value.Line, "expired_at: %q is no date", text)
	}
	return &at, nil
}

// trivyWaivers makes a waiver for each path and package URL.
func (s *source) trivyWaivers(i trivyIgnore) {
	for _, purl := range orNone(i.purls) {
		if purl != "" && (!strings.HasPrefix(purl, "pkg:") || !literal(purl)) {
			s.note(i.line, "%s for %s is not carried over: that is no package URL", i.id, purl)
			continue
		}
		if strings.Contains(purl, "?") {
			s.note(i.line, "%s: the package URL %s must be the same to its end here, with all of its qualifiers", i.id, purl)
		}
		for _, path := range orNone(i.paths) {
			within, ok := waiverPath(path)
			switch {
			case path == "" || ok:
				if path != "" && !strings.HasPrefix(within, "/") {
					s.note(i.line, "%s: gate writes paths inside an image with a slash before them; put one before %s where that is meant", i.id, path)
				}
				s.waive(i.line, gate.Waiver{ID: i.id, PURL: purl, Path: within, Reason: i.statement}, i.until)
			default:
				s.trivyRule(i, purl, path)
			}
		}
	}
}

// trivyRule makes a rule for a path that a waiver can't have. A rule does not
// expire, so that it can't stand for an entry that does.
func (s *source) trivyRule(i trivyIgnore, purl, path string) {
	paths, ok := rulePaths(path)
	switch {
	case !ok:
		s.note(i.line, "%s in %s is not carried over: the path can't be written as a pattern", i.id, path)
		return
	case i.until != nil:
		s.note(i.line, "%s in %s is not carried over: it needs a rule, which can't expire", i.id, path)
		return
	case !literal(i.id):
		s.note(i.line, "%s in %s is not carried over: a star in it would be a pattern here", i.id, path)
		return
	}
	when := []string{"id: " + waiverfile.Scalar(i.id)}
	if purl != "" {
		when = append(when, "purl: "+waiverfile.Scalar(purl))
	}
	reason := i.statement
	if reason == "" {
		reason = "imported from " + s.where(i.line) + ", reason not given"
	}
	s.note(i.line, "%s in %s became a rule, which does not expire", i.id, path)
	s.rules = append(s.rules, rule{name: "trivy " + oneLine(i.id), reason: reason, when: append(when, "path: "+inline(paths)), where: s.where(i.line)})
}

func orNone(list []string) []string {
	if len(list) == 0 {
		return []string{""}
	}
	return list
}
