package config

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

func foreignFields() []field[gate.ForeignReport] {
	return []field[gate.ForeignReport]{
		textField("path", "SARIF file; a pattern means several", func(f *gate.ForeignReport) *string { return &f.Path }, checkGlob),
		textField("image", "logical name of the image that the findings are about", func(f *gate.ForeignReport) *string { return &f.Image }, checkName),
	}
}

// foreignReport reads one entry of sarif-in: a path, or a mapping.
func (f *policyFile) foreignReport(d *document, item *yaml.Node) {
	report := gate.ForeignReport{Origin: d.origin(item)}
	switch item.Kind {
	case yaml.ScalarNode:
		text, ok := d.checked(item, "sarif-in", checkGlob)
		if !ok {
			return
		}
		report.Path = text
	default:
		if !fill(d, item, "an entry of sarif-in", foreignFields(), &report) {
			return
		}
	}
	if report.Path == "" {
		d.fail(item, "an entry of sarif-in needs a path")
		return
	}
	if _, err := d.place.named(report.Path); err != nil {
		d.fail(item, "sarif-in: %v", err)
		return
	}
	f.foreign = append(f.foreign, report)
}

func foreignShape() shape {
	return listOf(anyOf(textShape(), objectShape(foreignFields(), "path")))
}

// addForeign adds what an input or a flag names: PATH, or PATH,image=NAME.
func addForeign(p *gate.Plan, v Value) error {
	for _, text := range v.Texts {
		report := gate.ForeignReport{Path: text, Origin: v.Origin}
		if path, image, found := strings.Cut(text, ",image="); found {
			report.Path, report.Image = path, image
			if err := checkName(image); err != nil {
				return err
			}
		}
		if err := checkGlob(report.Path); err != nil {
			return err
		}
		p.Foreign = append(p.Foreign, report)
	}
	return nil
}
