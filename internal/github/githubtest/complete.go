package githubtest

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// deepest bounds the completion of schemas that contain themselves.
const deepest = 16

// complete adds to a JSON value every member that its schema requires, as plain
// as the schema allows: null, the example, or something empty. So an operation
// answers what the fake knows, and still has GitHub's shape.
func complete(schema *openapi3.Schema, value any) any { return completeAt(schema, value, 0) }

func completeAt(schema *openapi3.Schema, value any, depth int) any {
	switch v := value.(type) {
	case object:
		return completeObject(schema, v, depth)
	case []any:
		for _, alternative := range alternatives(schema) {
			if alternative.Type.Is(openapi3.TypeArray) {
				schema = alternative
				break
			}
		}
		if schema.Items != nil {
			for i := range v {
				v[i] = completeAt(schema.Items.Value, v[i], depth+1)
			}
		}
	}
	return value
}

func completeObject(schema *openapi3.Schema, v object, depth int) any {
	for _, part := range schema.AllOf {
		completeObject(part.Value, v, depth)
	}
	if alternative := suiting(schema, v, depth); alternative != nil {
		completeObject(alternative, v, depth)
	}
	for name, property := range schema.Properties {
		if given, there := v[name]; there {
			v[name] = completeAt(property.Value, given, depth+1)
		}
	}
	for _, name := range schema.Required {
		if _, there := v[name]; !there {
			if property := schema.Properties[name]; property != nil {
				v[name] = blank(property.Value, depth+1)
			}
		}
	}
	return v
}

func alternatives(schema *openapi3.Schema) []*openapi3.Schema {
	var all []*openapi3.Schema
	for _, refs := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		for _, ref := range refs {
			all = append(all, ref.Value)
		}
	}
	return all
}

// suiting is the first alternative that the object fulfils once it is complete.
func suiting(schema *openapi3.Schema, v object, depth int) *openapi3.Schema {
	for _, alternative := range alternatives(schema) {
		trial, is := clone(v).(object)
		if !is {
			continue
		}
		completeObject(alternative, trial, depth)
		if alternative.VisitJSON(any(trial), openapi3.VisitAsResponse()) == nil {
			return alternative
		}
	}
	return nil
}

func clone(value any) any {
	switch v := value.(type) {
	case object:
		copied := make(object, len(v))
		for name, member := range v {
			copied[name] = clone(member)
		}
		return copied
	case []any:
		copied := slices.Clone(v)
		for i := range copied {
			copied[i] = clone(copied[i])
		}
		return copied
	}
	return value
}

// blank is a value for a schema about which nothing is known.
func blank(schema *openapi3.Schema, depth int) any {
	switch {
	case schema.Nullable || depth > deepest:
		return nil
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Default != nil:
		return schema.Default
	case schema.Example != nil && !schema.Type.Is(openapi3.TypeObject) && schema.VisitJSON(schema.Example) == nil:
		return schema.Example
	case schema.Type.Is(openapi3.TypeString):
		return blankText(schema.Format)
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber):
		if schema.Min != nil {
			return *schema.Min
		}
		return 0.0
	case schema.Type.Is(openapi3.TypeBoolean):
		return false
	case schema.Type.Is(openapi3.TypeArray):
		return []any{}
	}
	if all := alternatives(schema); len(all) > 0 && schema.Type == nil {
		return blank(all[0], depth+1)
	}
	return completeObject(schema, object{}, depth)
}

func blankText(format string) string {
	switch format {
	case "uri":
		return "https://api.github.com/"
	case "date-time":
		return "2024-01-01T00:00:00Z"
	case "date":
		return "2024-01-01"
	case "email":
		return "nobody@example.com"
	}
	return ""
}
