package config

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

func vexStatuses() []gate.VEXStatus {
	return []gate.VEXStatus{gate.VEXNotAffected, gate.VEXAffected, gate.VEXFixed, gate.VEXUnderInvestigation}
}

// justifications are OpenVEX's reasons for not_affected.
func justifications() []string {
	return []string{
		"component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
		"vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist",
	}
}

func waiverFields() []field[gate.Waiver] {
	return slices.Concat(waiverScope(), []field[gate.Waiver]{
		textField("reason", "why it is accepted", func(w *gate.Waiver) *string { return &w.Reason }, nil),
		textField("owner", "who answers for it", func(w *gate.Waiver) *string { return &w.Owner }, nil),
		textField("ticket", "link to where it is followed up", func(w *gate.Waiver) *string { return &w.Ticket }, checkLink),
		{
			name: "expires", usage: "last day (UTC) on which it holds", shape: patternShape(`^\s*\d{4}-\d{2}-\d{2}\s*$`),
			read: func(d *document, into *gate.Waiver, value *yaml.Node) {
				d.checked(value, "expires", func(text string) (err error) {
					into.Expires, err = parseDate(text)
					return err
				})
			},
			write: func(from *gate.Waiver) *yaml.Node { return dayNode(from.Expires) },
		},
		boolField("until-fixed", "whether it ends as soon as a fixed version exists", func(w *gate.Waiver) *bool { return &w.UntilFixed }),
		wordField("status", "OpenVEX status, where the waiver is exported", vexStatuses(), func(w *gate.Waiver) *gate.VEXStatus { return &w.Status }),
		wordField("justification", "OpenVEX justification of the status not_affected", justifications(), func(w *gate.Waiver) *string { return &w.Justification }),
	})
}

// waiverScope are the keys that say what a waiver is for.
func waiverScope() []field[gate.Waiver] {
	return []field[gate.Waiver]{
		textField("id", "rule or advisory that is accepted, or any alias of it", func(w *gate.Waiver) *string { return &w.ID }, nil),
		textField("image", "logical name of the image; without it all images", func(w *gate.Waiver) *string { return &w.Image }, nil),
		textField("package", "name of the package; without it all packages", func(w *gate.Waiver) *string { return &w.Package }, nil),
		textField("purl", "package URL (pattern)", func(w *gate.Waiver) *string { return &w.PURL }, nil),
		rangeField(func(w *gate.Waiver) *string { return &w.Versions }),
		textField("path", "file; * is anything but a slash, and /** at the end all below", func(w *gate.Waiver) *string { return &w.Path }, checkGlob),
	}
}

// dayNode is the last day before a moment.
func dayNode(until time.Time) *yaml.Node {
	if until.IsZero() {
		return nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: gate.Waiver{Expires: until}.LastDay()}
}

func checkGlob(text string) error {
	if _, err := path.Match(text, ""); err != nil {
		return fmt.Errorf("%q is no pattern: %w", text, err)
	}
	return nil
}

func checkLink(text string) error {
	link, err := url.Parse(text)
	if err != nil || link.Host == "" || (link.Scheme != "https" && link.Scheme != "http") {
		return fmt.Errorf("%q is no link: write it with https://", text)
	}
	return nil
}

// waiver reads one waiver. Without id, reason and expiry it is refused.
func (f *policyFile) waiver(doc *document, node *yaml.Node) {
	w := gate.Waiver{Origin: doc.origin(node)}
	if !doc.place.remote() {
		w.Location = gate.Location{Path: doc.path, Line: node.Line, Column: node.Column, EndLine: node.Line}
	}
	if !fill(doc, node, "a waiver", waiverFields(), &w) {
		return
	}
	switch {
	case w.ID == "":
		doc.fail(node, "a waiver needs an id: a rule, an advisory, or an alias of either")
	case w.Reason == "":
		doc.fail(node, "the waiver for %s needs a reason", w.ID)
	case w.Expires.IsZero():
		doc.fail(node, "the waiver for %s needs an expiry: expires: YYYY-MM-DD", w.ID)
	case w.Justification != "" && w.Status != gate.VEXNotAffected:
		doc.fail(node, "the waiver for %s has a justification, which only the status not_affected can have", w.ID)
	default:
		f.waivers = append(f.waivers, w)
	}
}

func waiversShape() shape {
	return listOf(objectShape(waiverFields(), "id", "reason", "expires"))
}
