package discover

import (
	"errors"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// reasons are what a value hangs on outside of the repository, sorted.
func reasons(marks cty.ValueMarks) []string {
	var all []string
	for mark := range marks {
		if why, ok := mark.(unset); ok {
			all = append(all, string(why))
		}
	}
	slices.Sort(all)
	return all
}

func first(marks cty.ValueMarks) string {
	if all := reasons(marks); len(all) > 0 {
		return all[0]
	}
	return "what is not known"
}

// asText makes an unmarked value a text. Null is none.
func asText(v cty.Value) (string, error) {
	converted, err := convert.Convert(v, cty.String)
	if err != nil {
		return "", fmt.Errorf("a text was expected: %w", err)
	}
	if converted.IsNull() || !converted.IsKnown() {
		return "", errors.New("a text was expected, and there is none")
	}
	return converted.AsString(), nil
}

// asList makes an unmarked value a list of texts. Nulls in it are left out.
func asList(v cty.Value) ([]string, error) {
	if v.IsNull() {
		return nil, nil
	}
	if !v.IsKnown() || !v.CanIterateElements() || v.Type().IsMapType() || v.Type().IsObjectType() {
		return nil, errors.New("a list was expected")
	}
	all := []string{}
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		if element.IsNull() {
			continue
		}
		text, err := asText(element)
		if err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, nil
}

// asIDs makes an unmarked value the ids of a list of texts (id=…,src=… or a
// name) or of objects with an id.
func asIDs(v cty.Value) ([]string, error) {
	if v.IsNull() {
		return nil, nil
	}
	if !v.IsKnown() || !v.CanIterateElements() {
		return nil, errors.New("a list was expected")
	}
	var all []string
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		if element.IsNull() {
			continue
		}
		if element.Type().IsObjectType() || element.Type().IsMapType() {
			fields, err := asFields(element)
			if err != nil {
				return nil, err
			}
			all = append(all, fields["id"])
			continue
		}
		text, err := asText(element)
		if err != nil {
			return nil, err
		}
		all = append(all, idOf(text))
	}
	return distinct(all), nil
}

// asFields are the texts of an object; other fields are left out.
func asFields(v cty.Value) (map[string]string, error) {
	all := map[string]string{}
	for key, element := range v.AsValueMap() {
		if element.IsNull() || !element.Type().IsPrimitiveType() {
			continue
		}
		text, err := asText(element)
		if err != nil {
			return nil, err
		}
		all[key] = text
	}
	return all, nil
}
