package waiverfile

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/containergate/gate/internal/gate"
)

// Snippet writes a waiver as an item of the list under "waivers:", indented by
// two spaces, ready to be pasted. What a waiver must say and this one does not
// stands there as a word to be replaced.
func Snippet(w gate.Waiver) string {
	return strings.Join(item(w, "  "), "\n") + "\n"
}

// item writes a waiver as lines, the dash indented.
func item(w gate.Waiver, indent string) []string {
	reason, expires := w.Reason, "YYYY-MM-DD"
	if reason == "" {
		reason = "why this is acceptable until then"
	}
	if !w.Expires.IsZero() {
		expires = w.LastDay()
	}
	var lines []string
	add := func(key, value string) {
		if value == "" {
			return
		}
		start := indent + "  "
		if len(lines) == 0 {
			start = indent + "- "
		}
		lines = append(lines, start+key+": "+value)
	}
	text := func(key, value string) {
		if value != "" {
			add(key, Scalar(value))
		}
	}
	text("id", w.ID)
	text("image", w.Image)
	text("package", w.Package)
	text("purl", w.PURL)
	text("version", w.Versions)
	text("path", w.Path)
	text("reason", reason)
	text("owner", w.Owner)
	text("ticket", w.Ticket)
	add("expires", expires)
	if w.UntilFixed {
		add("until-fixed", "true")
	}
	text("status", string(w.Status))
	text("justification", w.Justification)
	return lines
}

// check says why a waiver can't be written.
func check(w gate.Waiver) error {
	switch {
	case strings.TrimSpace(w.ID) == "":
		return errors.New("a waiver needs an id: a rule, an advisory, or an alias of either")
	case strings.TrimSpace(w.Reason) == "":
		return fmt.Errorf("the waiver for %s needs a reason", Scalar(w.ID))
	case w.Expires.IsZero():
		return fmt.Errorf("the waiver for %s needs an expiry", Scalar(w.ID))
	case w.Expires.Year() < 1 || w.Expires.Year() > 9998:
		return fmt.Errorf("the waiver for %s expires in the year %d", Scalar(w.ID), w.Expires.Year())
	}
	const longest = 64 << 10
	for _, text := range texts(w) {
		if !utf8.ValidString(text) {
			return fmt.Errorf("the waiver for %s holds text that is not UTF-8", Scalar(w.ID))
		}
		if len(text) > longest {
			return fmt.Errorf("the waiver for %.80s holds a text of more than %d bytes", Scalar(w.ID), longest)
		}
	}
	return nil
}

// texts are what a waiver says, apart from where it was read; two waivers with
// equal texts say the same.
func texts(w gate.Waiver) []string {
	untilFixed := ""
	if w.UntilFixed {
		untilFixed = "true"
	}
	return []string{
		w.ID, w.Image, w.Package, w.PURL, w.Versions, w.Path, w.Reason, w.Owner, w.Ticket,
		w.LastDay(), untilFixed, string(w.Status), w.Justification,
	}
}
