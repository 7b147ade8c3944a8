package vex

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
)

// text is a JSON document whose places can be told.
type text struct {
	// lines are the offsets at which lines begin.
	lines []int
}

// member is a value of an object or array, and where it begins.
type member struct {
	raw    json.RawMessage
	offset int
}

// newText makes sure that the data is one JSON value that is not nested too deeply.
func newText(data []byte) (*text, error) {
	t := &text{lines: []int{0}}
	for i, b := range data {
		if b == '\n' {
			t.lines = append(t.lines, i+1)
		}
	}
	if at := tooDeep(data); at >= 0 {
		return nil, fmt.Errorf("line %d: it is nested more than %d levels deep; write it flatter", t.line(at), maxDepth)
	}
	if !json.Valid(data) {
		var ignored any
		return nil, t.explain(json.Unmarshal(data, &ignored), 0, len(data))
	}
	return t, nil
}

// line is the line of an offset, from 1.
func (t *text) line(offset int) int {
	return sort.Search(len(t.lines), func(i int) bool { return t.lines[i] > offset })
}

// explain gives an error of the JSON decoder its place. The value that was
// decoded begins at base and is size bytes long.
func (t *text) explain(err error, base, size int) error {
	offset := base
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset += int(min(syntax.Offset, int64(size)))
	case errors.As(err, &kind):
		offset += int(min(kind.Offset, int64(size)))
		line := t.line(offset)
		return fmt.Errorf("line %d: %s is a JSON %s, which it can't be; correct it", line, field(kind.Field), kind.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		offset += size
	}
	line := t.line(offset)
	return fmt.Errorf("line %d, column %d: it is not valid JSON; write it again: %w", line, max(1, offset-t.lines[line-1]), err)
}

func field(name string) string {
	if name == "" {
		return "the value"
	}
	return shorten(name, 80)
}

// members reads the members of an object, which must have different names.
func (t *text) members(raw []byte, base int) (map[string]member, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, fmt.Errorf("line %d: an object has to stand here; correct it", t.line(base))
	}
	found := map[string]member{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, t.explain(err, base, len(raw))
		}
		key, _ := token.(string)
		value, err := t.next(decoder, base, len(raw))
		if err != nil {
			return nil, err
		}
		if _, twice := found[key]; twice {
			return nil, fmt.Errorf("line %d: %q stands there twice; remove one", t.line(value.offset), shorten(key, 60))
		}
		found[key] = value
	}
	return found, nil
}

// items reads the elements of an array. An absent one, or null, has none.
func (t *text) items(array member) ([]member, error) {
	if len(array.raw) == 0 || string(array.raw) == "null" {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(array.raw))
	if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
		return nil, fmt.Errorf("line %d: a list has to stand here; correct it", t.line(array.offset))
	}
	var found []member
	for decoder.More() {
		value, err := t.next(decoder, array.offset, len(array.raw))
		if err != nil {
			return nil, err
		}
		if found = append(found, value); len(found) > maxPairs {
			return nil, fmt.Errorf("line %d: the list has more than %d elements; split it", t.line(array.offset), maxPairs)
		}
	}
	return found, nil
}

func (t *text) next(decoder *json.Decoder, base, size int) (member, error) {
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		return member{}, t.explain(err, base, size)
	}
	return member{raw: raw, offset: base + int(decoder.InputOffset()) - len(raw)}, nil
}

// decode reads a value whose members have fixed types.
func (t *text) decode(value member, into any) error {
	if len(value.raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(value.raw, into); err != nil {
		return t.explain(err, value.offset, len(value.raw))
	}
	return nil
}

// tooDeep gives the offset at which the nesting is too deep, or -1.
func tooDeep(data []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch b := data[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			if depth++; depth > maxDepth {
				return i
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return -1
}
