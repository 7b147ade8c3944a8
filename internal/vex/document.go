package vex

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// The limits of one document.
const (
	// maxBytes is the size of a document.
	maxBytes = 10 << 20
	// maxDepth is how deeply its values may be nested.
	maxDepth = 64
	// maxClaims is how many statements it may make.
	maxClaims = 50_000
	// maxPairs is how many products all statements may name together.
	maxPairs = 500_000
	// maxText is the longest text that is kept, in bytes.
	maxText = 2000
)

// Document is a VEX document that was read. The zero value says nothing.
type Document struct {
	// Name is where it was read: a path, or what it is attached to.
	Name string
	// Author is who says it, as the document has it.
	Author string
	// Subject limits all of it to the image with this digest; empty means that
	// the document itself says which products it is about.
	Subject string
	// Notes say which statements do not count, and why.
	Notes []string

	claims []claim
}

// claim is one statement: what is said of some vulnerability in some products.
type claim struct {
	ids           []string
	products      []*product
	status        gate.VEXStatus
	justification string
	impact        string
	at            time.Time
	line          int
}

func (c claim) excuses() bool { return c.status == gate.VEXNotAffected || c.status == gate.VEXFixed }

// Read reads an OpenVEX document (0.2.0 or 0.0.x) or a CSAF one (2.0 or 2.1).
// The name is for messages. An error says what is wrong with the document and
// where; what is right but can't count is told in Notes.
func Read(name string, data []byte) (Document, error) {
	document := Document{Name: name}
	if err := document.read(data); err != nil {
		return Document{}, fmt.Errorf("read VEX document %s: %w", name, err)
	}
	return document, nil
}

// ReadAttached reads a document that is attached to the image with a digest and
// speaks of that image only. Its statements need not name a product.
func ReadAttached(name, digest string, data []byte) (Document, error) {
	document := Document{Name: name, Subject: strings.ToLower(digest)}
	if err := document.read(data); err != nil {
		return Document{}, fmt.Errorf("read VEX document %s: %w", name, err)
	}
	return document, nil
}

func (d *Document) read(data []byte) error {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) > maxBytes {
		return fmt.Errorf("it has %d bytes, and gate reads up to %d; split it", len(data), maxBytes)
	}
	text, err := newText(data)
	if err != nil {
		return err
	}
	top, err := text.members(data, 0)
	if err != nil {
		return err
	}
	switch kind := sniff(top); kind {
	case "OpenVEX":
		return d.readOpenVEX(text, top)
	case "CSAF":
		return d.readCSAF(text, top)
	default:
		return fmt.Errorf("it is %s, and gate reads OpenVEX and CSAF; convert it, or take it out of the policy", kind)
	}
}

// sniff names the format of a document.
func sniff(top map[string]member) string {
	var context, format string
	_ = json.Unmarshal(top["@context"].raw, &context)
	_ = json.Unmarshal(top["bomFormat"].raw, &format)
	_, signed := top["payloadType"]
	_, statement := top["predicateType"]
	_, csaf := top["document"]
	switch {
	case strings.HasPrefix(context, openVEXContext):
		return "OpenVEX"
	case csaf:
		return "CSAF"
	case format == "CycloneDX":
		return "a CycloneDX document"
	case signed:
		return "a signed envelope, which counts only where it is attached to an image"
	case statement:
		return "an in-toto statement, which counts only where it is attached to an image and signed"
	default:
		return "neither OpenVEX (there is no @context of openvex.dev) nor CSAF (there is no document)"
	}
}

// add keeps a claim. A claim that would excuse without a reason counts as one
// under investigation: it excuses nothing, and takes the place of older ones.
func (d *Document) add(c claim) error {
	if len(d.claims) >= maxClaims {
		return fmt.Errorf("line %d: it makes more than %d statements; split it", c.line, maxClaims)
	}
	if c.status == gate.VEXNotAffected {
		switch {
		case c.justification != "" && !known(c.justification):
			d.refuse(&c, fmt.Sprintf("has the justification %q, which is none of %s", shorten(c.justification, 60), strings.Join(justifications(), ", ")))
		case c.justification == "" && c.impact == "":
			d.refuse(&c, "says not_affected without a justification or an impact statement")
		}
	}
	c.impact = shorten(c.impact, maxText)
	d.claims = append(d.claims, c)
	return nil
}

func (d *Document) refuse(c *claim, why string) {
	c.status, c.justification = gate.VEXUnderInvestigation, ""
	d.note("%s:%d: the statement about %s %s, so it does not count", d.Name, c.line, strings.Join(c.ids, ", "), why)
}

// note keeps a remark, up to a limit.
func (d *Document) note(format string, args ...any) {
	const most = 50
	switch {
	case len(d.Notes) < most:
		d.Notes = append(d.Notes, fmt.Sprintf(format, args...))
	case len(d.Notes) == most:
		d.Notes = append(d.Notes, d.Name+": there are more remarks of this kind")
	}
}

// justifications are the reasons that OpenVEX and CSAF know.
func justifications() []string {
	return []string{
		"component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
		"vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist",
	}
}

func known(justification string) bool {
	for _, word := range justifications() {
		if word == justification {
			return true
		}
	}
	return false
}

// shorten cuts a text after so many bytes, between two characters.
func shorten(text string, most int) string {
	text = strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
	if len(text) <= most {
		return text
	}
	for most > 0 && text[most]&0xC0 == 0x80 {
		most--
	}
	return text[:most] + "…"
}
