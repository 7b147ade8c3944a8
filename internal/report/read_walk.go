package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/report/plain"
)

// The bounds of what is read, far above what gate writes.
const (
	depthMost  = 40
	listMost   = 200_000
	textMax    = 256 << 10 // bytes of one string
	objectMost = 500       // keys of one object
)

// followsSchema reports where JSON text is not what the published schema
// describes, or is more than anybody needs. It reads the text as a stream, so
// that nothing is kept of what is refused.
func followsSchema(data []byte) error {
	var root shape
	if err := json.Unmarshal(schema, &root); err != nil {
		return fmt.Errorf("parse the schema: %w", err)
	}
	w := &walk{decoder: json.NewDecoder(bytes.NewReader(data)), defs: root.Defs, patterns: map[string]*regexp.Regexp{}}
	w.decoder.UseNumber()
	if err := w.value(&root); err != nil {
		if where := strings.TrimPrefix(strings.Join(w.path, ""), "."); where != "" {
			return fmt.Errorf("%s: %w", where, err)
		}
		return err
	}
	if _, err := w.decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("there is more in the file after byte %d", w.decoder.InputOffset())
	}
	return nil
}

// walk goes through JSON text and the schema side by side.
type walk struct {
	decoder  *json.Decoder
	defs     map[string]*shape
	patterns map[string]*regexp.Regexp
	// path leads to the value at hand; after an error, to the fault.
	path []string
}

// value reads one value. Without a shape anything within bounds is taken.
func (w *walk) value(s *shape) error {
	token, err := w.decoder.Token()
	if err != nil {
		return broken(err)
	}
	if s, err = w.resolve(s); err != nil {
		return err
	}
	switch value := token.(type) {
	case json.Delim:
		if len(w.path) >= depthMost {
			return fmt.Errorf("it is nested more than %d deep", depthMost)
		}
		if value == '{' {
			return w.object(s)
		}
		return w.list(s)
	case string:
		if len(value) > textMax {
			return fmt.Errorf("the text has %d bytes, at most %d", len(value), textMax)
		}
		return s.text(value, w.patterns)
	case json.Number:
		return s.number(value)
	case bool:
		return s.takes("boolean")
	default:
		return errors.New("a report has no null")
	}
}

// resolve follows a reference to a definition.
func (w *walk) resolve(s *shape) (*shape, error) {
	if s == nil || s.Ref == "" {
		return s, nil
	}
	target, ok := w.defs[strings.TrimPrefix(s.Ref, "#/$defs/")]
	if !ok {
		return nil, fmt.Errorf("the schema has no %s", s.Ref)
	}
	return target, nil
}

func (w *walk) object(s *shape) error {
	if err := s.takes("object"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for w.decoder.More() {
		token, err := w.decoder.Token()
		if err != nil {
			return broken(err)
		}
		name, ok := token.(string)
		switch {
		case !ok || len(name) > plain.WordMost*4:
			return errors.New("a key is too long")
		case seen[name]:
			return fmt.Errorf("the key %s is there twice", quote(name))
		case len(seen) == objectMost:
			return fmt.Errorf("it has more than %d keys", objectMost)
		}
		seen[name] = true
		property, err := s.property(name)
		if err != nil {
			return err
		}
		w.path = append(w.path, "."+plain.Text(name))
		if err := w.value(property); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	if s != nil {
		for _, name := range s.Required {
			if !seen[name] {
				return fmt.Errorf("%s is missing", name)
			}
		}
	}
	return w.end()
}

func (w *walk) list(s *shape) error {
	if err := s.takes("array"); err != nil {
		return err
	}
	var items *shape
	if s != nil {
		items = s.Items
	}
	for i := 0; w.decoder.More(); i++ {
		if i == listMost {
			return fmt.Errorf("the list has more than %d entries", listMost)
		}
		w.path = append(w.path, "["+strconv.Itoa(i)+"]")
		if err := w.value(items); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	return w.end()
}

// end reads the bracket that closes an object or a list.
func (w *walk) end() error {
	_, err := w.decoder.Token()
	return broken(err)
}

// broken says that the text is no JSON, or ends too early.
func broken(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("parse JSON: %w", err)
}
