package reporttest

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Decoded is JSON as the values that a schema looks at.
func Decoded(t *testing.T, data []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// Schema reads a JSON schema.
func Schema(t *testing.T, data []byte) *jsonschema.Schema {
	t.Helper()
	return compiled(t, Decoded(t, data))
}

// StrictSchema reads a JSON schema and leaves no room for fields that it does
// not describe.
func StrictSchema(t *testing.T, data []byte) *jsonschema.Schema {
	t.Helper()
	value := Decoded(t, data)
	tighten(value)
	return compiled(t, value)
}

func compiled(t *testing.T, schema any) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("file:///schema.json", schema); err != nil {
		t.Fatal(err)
	}
	out, err := compiler.Compile("file:///schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func tighten(value any) {
	switch node := value.(type) {
	case map[string]any:
		if _, open := node["additionalProperties"]; !open && node["type"] == "object" {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			tighten(child)
		}
	case []any:
		for _, child := range node {
			tighten(child)
		}
	}
}
