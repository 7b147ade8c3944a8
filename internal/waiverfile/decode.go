package waiverfile

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// decode reads one item of the list. Keys that it does not know are passed
// over: whether they may be there is for config to say.
func decode(node *yaml.Node) (gate.Waiver, error) {
	if node.Kind == yaml.AliasNode && node.Alias != nil {
		node = node.Alias
	}
	if node.Kind != yaml.MappingNode {
		return gate.Waiver{}, fmt.Errorf("line %d: a waiver must be a mapping (id: …)", node.Line)
	}
	w := gate.Waiver{Location: gate.Location{Line: node.Line, Column: node.Column, EndLine: node.Line}}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if value.Kind == yaml.AliasNode && value.Alias != nil {
			value = value.Alias
		}
		if value.Kind != yaml.ScalarNode {
			return gate.Waiver{}, fmt.Errorf("line %d: %q must be a single value", key.Line, key.Value)
		}
		if err := assign(&w, key.Value, value.Value); err != nil {
			return gate.Waiver{}, fmt.Errorf("line %d: %w", value.Line, err)
		}
	}
	return w, nil
}

func assign(w *gate.Waiver, key, value string) error {
	for _, field := range []struct {
		key  string
		into *string
	}{
		{"id", &w.ID},
		{"image", &w.Image},
		{"package", &w.Package},
		{"purl", &w.PURL},
		{"version", &w.Versions},
		{"path", &w.Path},
		{"reason", &w.Reason},
		{"owner", &w.Owner},
		{"ticket", &w.Ticket},
		{"status", (*string)(&w.Status)},
		{"justification", &w.Justification},
	} {
		if field.key == key {
			*field.into = value
			return nil
		}
	}
	switch key {
	case "expires":
		day, err := time.Parse(time.DateOnly, strings.TrimSpace(value))
		if err != nil {
			return fmt.Errorf("expires: %q is no date: write YYYY-MM-DD", value)
		}
		w.Expires = day.AddDate(0, 0, 1)
	case "until-fixed":
		switch strings.ToLower(strings.TrimSpace(value)) {
		case "true", "yes", "on", "1":
			w.UntilFixed = true
		case "false", "no", "off", "0", "":
		default:
			return fmt.Errorf("until-fixed: %q is neither true nor false", value)
		}
	}
	return nil
}
