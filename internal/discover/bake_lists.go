package discover

import (
	"errors"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// asOutputs are the types of outputs.
func asOutputs(v cty.Value) ([]string, error) {
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
			all = append(all, fields["type"])
			continue
		}
		text, err := asText(element)
		if err != nil {
			return nil, err
		}
		kind := "local"
		for field := range strings.SplitSeq(text, ",") {
			if value, found := strings.CutPrefix(strings.TrimSpace(field), "type="); found {
				kind = value
			}
		}
		all = append(all, kind)
	}
	return all, nil
}

// idOf is the id of a secret or agent as text: id=…, or what stands before an
// equals sign.
func idOf(text string) string {
	for field := range strings.SplitSeq(text, ",") {
		if id, found := strings.CutPrefix(strings.TrimSpace(field), "id="); found {
			return id
		}
	}
	id, _, _ := strings.Cut(text, "=")
	return id
}
