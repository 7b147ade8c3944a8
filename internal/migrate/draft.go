package migrate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/waiverfile"
)

// draft collects what the files say.
type draft struct {
	opts     Options
	files    []string
	settings []setting
	rules    []rule
	waivers  []entry
	notes    []Note
}

// setting is one line of the policy: a value, or an item or a named value of a list.
type setting struct {
	section     string
	name, value string
	where       string
}

func (s setting) line() string {
	if s.name == "" {
		return s.value
	}
	return s.name + ": " + s.value
}

// rule is a rule of the policy, its condition as lines.
type rule struct {
	name, reason string
	when         []string
	where        string
}

// entry is a waiver and the place that it comes from.
type entry struct {
	waiver gate.Waiver
	where  []string
}

// source is one file while it is read.
type source struct {
	*draft
	file string
	// undated and aliased are the lines of waivers that got an expiry, and of
	// those that hold for other names of a vulnerability too.
	undated, aliased []int
	// shifted are the lines of dates that became the day before.
	shifted []int
}

// note says something about a line.
func (s *source) note(line int, format string, args ...any) {
	s.notes = append(s.notes, Note{File: s.file, Line: line, Text: oneLine(fmt.Sprintf(format, args...))})
}

func (s *source) where(line int) string { return oneLine(s.file) + ":" + strconv.Itoa(line) }

// fault is a mistake that keeps the file from being read.
func (s *source) fault(line int, format string, args ...any) error {
	return fmt.Errorf("%s: %s", s.where(line), oneLine(fmt.Sprintf(format, args...)))
}

// add adds an item to a list of the policy, once.
func (s *source) add(line int, section, item string) {
	next := setting{section: section, value: "- " + waiverfile.Scalar(item), where: s.where(line)}
	if !slices.ContainsFunc(s.settings, func(old setting) bool { return old.section == section && old.value == next.value }) {
		s.settings = append(s.settings, next)
	}
}

// set gives a value to a key of the policy, or to a name below it. What is
// set already stays.
func (s *source) set(line int, section, name, value string) {
	for _, old := range s.settings {
		if old.section == section && old.name == name {
			if old.value != value {
				s.note(line, "%s: %s is not carried over: %s has %s", section, value, old.where, old.value)
			}
			return
		}
	}
	s.settings = append(s.settings, setting{section, name, value, s.where(line)})
}

// waive adds a waiver. Without a reason it gets one that says so.
func (s *source) waive(line int, w gate.Waiver, until *time.Time) {
	if until != nil {
		// The other tools stop at that moment; a waiver holds to the end of a
		// day, so that its last one is the day before.
		midnight := until.UTC().Truncate(24 * time.Hour)
		if !midnight.After(s.opts.Now) {
			s.note(line, "%s expired on %s: not carried over", w.ID, until.UTC().Format(time.DateOnly))
			return
		}
		if midnight.Year() > 9998 {
			s.note(line, "%s expires in the year %d: not carried over", w.ID, midnight.Year())
			return
		}
		w.Expires = midnight
		s.shifted = append(s.shifted, line)
	} else {
		w.Expires = s.opts.Now.UTC().Truncate(24*time.Hour).AddDate(0, 0, s.opts.Days+1)
		s.undated = append(s.undated, line)
	}
	if w.Reason = strings.TrimSpace(w.Reason); w.Reason == "" {
		w.Reason = fmt.Sprintf("imported from %s, reason not given", s.where(line))
		s.note(line, "%s has no reason: its waiver says so, write a real one", w.ID)
	}
	s.waivers = append(s.waivers, entry{w, []string{s.where(line)}})
}

// finish says once for a file what is true of many of its lines.
func (s *source) finish() {
	if n := len(s.undated); n > 0 {
		last := gate.Waiver{Expires: s.opts.Now.UTC().Truncate(24*time.Hour).AddDate(0, 0, s.opts.Days+1)}.LastDay()
		s.note(s.undated[0], "no expiry is given here%s: the waivers end on %s", others(n), last)
	}
	if n := len(s.shifted); n > 0 {
		s.note(s.shifted[0], "the date here%s is when the ignore has ended; in gate the last day is given, which is the day before", others(n))
	}
	if n := len(s.aliased); n > 0 {
		s.note(s.aliased[0], "the ignore here%s is for this one name; in gate it holds for every name of the vulnerability (CVE, GHSA)", others(n))
	}
	slices.SortStableFunc(s.notes, func(a, b Note) int {
		if a.File != s.file || b.File != s.file {
			return 0
		}
		return cmp.Compare(a.Line, b.Line)
	})
}

func others(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" and on %d more lines", n-1)
}

// merged are the waivers without those that come twice; of two, the one that
// ends first is kept.
func (d *draft) merged() []entry {
	var list []entry
	for _, next := range d.waivers {
		i := slices.IndexFunc(list, func(e entry) bool { return scope(e.waiver) == scope(next.waiver) })
		if i < 0 {
			list = append(list, next)
			continue
		}
		where := append(slices.Clone(list[i].where), next.where...)
		if next.waiver.Expires.Before(list[i].waiver.Expires) {
			list[i] = next
		}
		list[i].where = where
	}
	return list
}

func scope(w gate.Waiver) [6]string {
	return [6]string{w.ID, w.Image, w.Package, w.PURL, w.Versions, w.Path}
}

// oneLine makes text fit for a comment or a message: one line, visible
// characters only, and not too long.
func oneLine(text string) string {
	const longest = 400
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.Join(strings.Fields(text), " "))
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest-1]) + "…"
	}
	return text
}
