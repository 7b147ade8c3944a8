package vex

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// openVEXContext is how the @context of every OpenVEX document begins.
const openVEXContext = "https://openvex.dev/ns"

// openVEXHead is what a document says about itself.
type openVEXHead struct {
	context   string
	author    string
	timestamp string
}

// openVEXStatement is a statement in any of the versions.
type openVEXStatement struct {
	Vulnerability   vulnerability `json:"vulnerability"`
	Timestamp       string        `json:"timestamp"`
	LastUpdated     string        `json:"last_updated"`
	Products        []component   `json:"products"`
	Subcomponents   []component   `json:"subcomponents"`
	Status          string        `json:"status"`
	Justification   string        `json:"justification"`
	ImpactStatement string        `json:"impact_statement"`
}

// vulnerability is a text in version 0.0.x, and an object since.
type vulnerability struct {
	ID      string   `json:"@id"`
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
}

// UnmarshalJSON reads both forms.
func (v *vulnerability) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &v.Name)
	}
	type object vulnerability
	return json.Unmarshal(data, (*object)(v))
}

// ids are the vulnerability's names. Its @id may be a web address that ends in one.
func (v vulnerability) ids() []string {
	var ids []string
	for _, id := range append([]string{v.Name}, v.Aliases...) {
		if id = strings.TrimSpace(id); id != "" && len(id) <= 200 {
			ids = append(ids, id)
		}
	}
	if v.Name == "" && v.ID != "" && len(v.ID) <= 500 {
		ids = append(ids, path.Base(v.ID))
	}
	return ids
}

func (d *Document) readOpenVEX(t *text, top map[string]member) error {
	var head openVEXHead
	for name, into := range map[string]*string{"@context": &head.context, "author": &head.author, "timestamp": &head.timestamp} {
		if err := t.decode(top[name], into); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if !openVEXVersion(head.context) {
		return fmt.Errorf("line %d: its @context %q is of a version that gate does not know; it reads 0.0.x and 0.2.0",
			t.line(top["@context"].offset), shorten(head.context, 80))
	}
	d.Author = shorten(head.author, 200)
	issued, err := moment(t, top["timestamp"], "timestamp", head.timestamp)
	if err != nil {
		return err
	}
	list, there := top["statements"]
	if !there {
		return fmt.Errorf("line 1: it has no statements; write at least an empty list")
	}
	statements, err := t.items(list)
	if err != nil {
		return fmt.Errorf("statements: %w", err)
	}
	pairs := 0
	for _, raw := range statements {
		var statement openVEXStatement
		if err := t.decode(raw, &statement); err != nil {
			return fmt.Errorf("statement: %w", err)
		}
		for _, c := range statement.Products {
			pairs += 1 + len(c.Subcomponents) + len(statement.Subcomponents)
		}
		if pairs > maxPairs {
			return fmt.Errorf("line %d: its statements name more than %d products; split it", t.line(raw.offset), maxPairs)
		}
		if err := d.openVEXClaim(t, raw, statement, issued); err != nil {
			return err
		}
	}
	return nil
}

func openVEXVersion(context string) bool {
	return regexp.MustCompile(`^https://openvex\.dev/ns(/v0\.[02](\.\d+)?|/)?$`).MatchString(context)
}

func (d *Document) openVEXClaim(t *text, raw member, statement openVEXStatement, issued time.Time) error {
	made := claim{
		ids: statement.Vulnerability.ids(), status: gate.VEXStatus(statement.Status), line: t.line(raw.offset),
		justification: strings.TrimSpace(statement.Justification), impact: statement.ImpactStatement, at: issued,
	}
	if len(made.ids) == 0 {
		return fmt.Errorf("line %d: the statement names no vulnerability; give it a name such as CVE-2024-1", made.line)
	}
	switch made.status {
	case gate.VEXNotAffected, gate.VEXAffected, gate.VEXFixed, gate.VEXUnderInvestigation:
	default:
		return fmt.Errorf("line %d: the status %q is none of not_affected, affected, fixed and under_investigation; correct it",
			made.line, shorten(statement.Status, 60))
	}
	if statement.Timestamp != "" {
		var err error
		if made.at, err = moment(t, raw, "timestamp", statement.Timestamp); err != nil {
			return err
		}
	}
	if statement.LastUpdated != "" && !made.excuses() {
		updated, err := moment(t, raw, "last_updated", statement.LastUpdated)
		if err != nil {
			return err
		}
		if updated.After(made.at) {
			made.at = updated
		}
	}
	for _, listed := range statement.Products {
		listed.Subcomponents = append(listed.Subcomponents, statement.Subcomponents...)
		made.products = append(made.products, listed.product())
	}
	if len(made.products) == 0 {
		if d.Subject == "" {
			d.refuse(&made, "names no product")
			return nil
		}
		made.products = []*product{subjectOnly(statement.Subcomponents)}
	}
	return d.add(made)
}

// moment reads a time.
func moment(t *text, at member, what, value string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly} {
		if parsed, err := time.Parse(layout, strings.TrimSpace(value)); err == nil {
			return parsed.UTC(), nil
		}
	}
	if value == "" {
		return time.Time{}, fmt.Errorf("line 1: it has no %s, so that nobody can tell which statement is the later one; add it", what)
	}
	return time.Time{}, fmt.Errorf("line %d: the %s %q is not a time like 2026-01-31T12:00:00Z; correct it", t.line(at.offset), what, shorten(value, 60))
}
