package config

import "maps"

// shape is a piece of JSON Schema (draft-07).
type shape map[string]any

// textShape is any single value: YAML makes numbers and booleans of some texts.
func textShape() shape {
	return shape{"type": []string{"string", "number", "boolean"}, "minLength": 1}
}

// patternShape is a text of a form, by a regular expression.
func patternShape(pattern string) shape { return shape{"type": "string", "pattern": pattern} }

// boolShape has the words that YAML 1.1 took for true and false as well.
func boolShape() shape {
	return shape{"enum": []any{true, false, "true", "false", "yes", "no", "on", "off"}}
}

// numberShape is a whole number from 0 up.
func numberShape(most int) shape { return shape{"type": "integer", "minimum": 0, "maximum": most} }

func wordShape[W ~string](choices []W) shape { return shape{"enum": plain(choices)} }

// oneOrMany is a value or a list of such values.
func oneOrMany(item shape) shape {
	return anyOf(item, shape{"type": "array", "minItems": 1, "items": item})
}

// listOf is a list, which may be empty, or a single item.
func listOf(item shape) shape { return anyOf(item, shape{"type": "array", "items": item}) }

func anyOf(shapes ...shape) shape { return shape{"anyOf": shapes} }

// defined refers to one of the definitions of the schema.
func defined(name string) shape { return shape{"$ref": "#/definitions/" + name} }

// described adds a description. Beside a reference draft-07 reads nothing else,
// so the reference is wrapped.
func described(s shape, usage string) shape {
	if usage == "" {
		return s
	}
	if _, refers := s["$ref"]; refers {
		return shape{"allOf": []shape{s}, "description": usage}
	}
	s = maps.Clone(s)
	s["description"] = usage
	return s
}
