package report

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/report/plain"
)

// shape is a node of the report's JSON schema: the keywords that it uses, and
// no others.
type shape struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Const      string            `json:"const"`
	Enum       []any             `json:"enum"`
	Pattern    string            `json:"pattern"`
	Minimum    *float64          `json:"minimum"`
	Maximum    *float64          `json:"maximum"`
	Required   []string          `json:"required"`
	Properties map[string]*shape `json:"properties"`
	// Additional is the shape of properties that have no name of their own.
	Additional *shape            `json:"additionalProperties"`
	Items      *shape            `json:"items"`
	Defs       map[string]*shape `json:"$defs"`

	// What only a reader of the schema needs.
	Schema      string `json:"$schema"`
	ID          string `json:"$id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Examples    []any  `json:"examples"`
}

// property returns the shape of a property, and an error for a name that a
// careless reader would take for another.
func (s *shape) property(name string) (*shape, error) {
	if s == nil {
		return nil, nil
	}
	if exact, ok := s.Properties[name]; ok {
		return exact, nil
	}
	for known := range s.Properties {
		if strings.EqualFold(known, name) {
			return nil, fmt.Errorf("%s is not %s", quote(name), known)
		}
	}
	return s.Additional, nil
}

// takes reports whether the value is of the shape's type.
func (s *shape) takes(kind string) error {
	if s == nil || s.Type == "" || s.Type == kind || (s.Type == "integer" && kind == "number") {
		return nil
	}
	return fmt.Errorf("it has to be of type %s, and is of type %s", s.Type, kind)
}

// text reports whether the shape takes the text. patterns holds those that
// were compiled before.
func (s *shape) text(value string, patterns map[string]*regexp.Regexp) error {
	switch {
	case s == nil:
		return nil
	case s.Const != "" && value != s.Const:
		return fmt.Errorf("it is %s, and this version of gate reads %s", quote(value), quote(s.Const))
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, any(value)):
		return fmt.Errorf("%s is none of %v", quote(value), s.Enum)
	case s.Pattern == "":
		return s.takes("string")
	}
	if patterns[s.Pattern] == nil {
		compiled, err := regexp.Compile(s.Pattern)
		if err != nil {
			return fmt.Errorf("the schema's pattern: %w", err)
		}
		patterns[s.Pattern] = compiled
	}
	if !patterns[s.Pattern].MatchString(value) {
		return fmt.Errorf("%s does not have the form %s", quote(value), s.Pattern)
	}
	return s.takes("string")
}

// number reports whether the shape takes the number. No number of a report is
// greater than the bytes of a very large image.
func (s *shape) number(text json.Number) error {
	const greatest = 1e13
	value, err := text.Float64()
	if err != nil || math.Abs(value) > greatest {
		return fmt.Errorf("the number %s is out of range", quote(text.String()))
	}
	if s == nil {
		return nil
	}
	if s.Type == "integer" || len(s.Enum) > 0 {
		if _, err := strconv.ParseInt(text.String(), 10, 64); err != nil {
			return fmt.Errorf("%s is not a whole number", quote(text.String()))
		}
	}
	if (s.Minimum != nil && value < *s.Minimum) || (s.Maximum != nil && value > *s.Maximum) {
		return fmt.Errorf("the number %s is out of range", quote(text.String()))
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, any(value)) {
		return fmt.Errorf("%s is none of %v", text, s.Enum)
	}
	return s.takes("number")
}

// quote makes a piece of foreign text fit for an error.
func quote(text string) string {
	const most = 60
	return strconv.Quote(plain.Cut(plain.Text(text), most))
}
