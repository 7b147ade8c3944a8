package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/config"
)

const schemaFile = "../../docs/gate.schema.json"

func TestThePublishedSchemaIsTheTables(t *testing.T) {
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(schemaFile, config.Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	published, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(published), string(config.Schema())); diff != "" {
		t.Errorf("docs/gate.schema.json is not what the tables say; UPDATE=1 writes it:\n%s", diff)
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("gate.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("gate.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON turns a node into what a JSON Schema speaks of: dates stay texts.
func asJSON(node *yaml.Node) any {
	switch node.Kind {
	case yaml.DocumentNode:
		return asJSON(node.Content[0])
	case yaml.AliasNode:
		return asJSON(node.Alias)
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			object[node.Content[i].Value] = asJSON(node.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range node.Content {
			list = append(list, asJSON(item))
		}
		return list
	}
	switch node.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(node.Value, "true")
	case "!!int", "!!float":
		if json.Valid([]byte(node.Value)) {
			return json.Number(node.Value)
		}
	}
	return node.Value
}

func validates(schema *jsonschema.Schema, text string) error {
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		return err
	}
	return schema.Validate(asJSON(&node))
}

// published are the policies of the documentation, the starters and the tests.
func published(t *testing.T) map[string]string {
	t.Helper()
	block := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```")
	texts := map[string]string{}
	for _, pattern := range []string{"../../docs/*.md", "../../README.md", "../../.gate.yaml", "../../examples/workflows/starter/*", "testdata/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(file, ".md") {
				texts[file] = string(data)
				continue
			}
			for _, match := range block.FindAllStringSubmatch(string(data), -1) {
				if regexp.MustCompile(`(?m)^version: "?1"?$`).MatchString(match[1]) {
					texts[file+": "+match[1][:min(60, len(match[1]))]] = match[1]
				}
			}
		}
	}
	if len(texts) < 7 {
		t.Fatalf("only %d policies were found", len(texts))
	}
	return texts
}

func TestTheSchemaTakesEveryPolicyThatLoads(t *testing.T) {
	schema := compiled(t)
	for name, text := range published(t) {
		if err := config.Validate(".gate.yaml", []byte(text)); err != nil {
			t.Errorf("%s does not load: %v", name, err)
			continue
		}
		if err := validates(schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := genPolicyText().Draw(t, "policy")
		if err := validates(schema, text); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		shown := show(t, request(map[string]string{".gate.yaml": text}))
		if err := validates(schema, shown); err != nil {
			t.Fatalf("%v\n%s", err, shown)
		}
	})
}

// What only a reader can tell is not the schema's: a comparison that never
// holds, a file that is not there, a date that does not exist.
func TestTheSchemaRefusesWhatIsWronglyBuilt(t *testing.T) {
	schema := compiled(t)
	apart := []string{
		"a comparison that never holds", "a pattern of another kind", "a range that is none", "a probability above 1", "a score above 10", "an image's rule about an image",
		"a budget of the wrong kind", "a ticket that is no link", "a justification of what affects", "VEX outside of the repository", "a key outside of the repository", "a trusted root outside of the repository",
		"SARIF outside of the repository", "a mirror in the clear", "an image's name that is a pattern", "a tag of YAML", "binary text", "a second document",
		"an alias in itself", "a merge of no mapping", "merges given twice", "a pair given twice",
		"a released range that is none", "a choice of versions where there are none", "a released platform that is none", "an owner that is none", "a pattern of tags that is none", "a choice of tags where there are none",
	}
	refused := 0
	for _, m := range mistakes() {
		if strings.Contains(strings.Join(apart, "\x00"), m.name) {
			continue
		}
		refused++
		if validates(schema, "version: 1\n"+m.text) == nil {
			t.Errorf("%s is taken: %s", m.name, m.text)
		}
	}
	if refused < 35 {
		t.Errorf("only %d mistakes were tried", refused)
	}
	for _, text := range []string{
		"fail-on: high", "version: 2", "version: 1\nfail-onn: high", "version: 1\nprofile: strikt", "version: 1\nimages: [{name: [a]}]",
		"version: 1\nwaivers: [{id: a, reason: b}]", "version: 1\nonly-fixed: [true]", "version: 1\nmax-db-age: {a: 1}", "- a", "version: 1\ngrace: 7",
		"version: 1\nallow: [no-package]", "version: 1\nwaivers: [{id: a, reason: b, expires: soon}]", "version: 1\nextends: {a: b}",
	} {
		if validates(schema, text) == nil {
			t.Errorf("it takes: %s", text)
		}
		if err := config.Validate(".gate.yaml", []byte(text)); err == nil {
			t.Errorf("and gate takes: %s", text)
		}
	}
}

func TestEveryKeyIsDescribed(t *testing.T) {
	var schema struct {
		Properties map[string]struct{ Description string }
	}
	if err := json.Unmarshal(config.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	keys := config.Keys()
	for _, key := range keys {
		if key.Usage == "" || schema.Properties[key.Name].Description != key.Usage {
			t.Errorf("%s is described as %q", key.Name, schema.Properties[key.Name].Description)
		}
	}
	if len(keys) != len(schema.Properties) || len(keys) < 50 {
		t.Errorf("%d keys, %d properties", len(keys), len(schema.Properties))
	}
}
