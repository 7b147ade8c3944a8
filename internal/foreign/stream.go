package foreign

import (
	"encoding/json"
	"fmt"
)

// Walking JSON piece by piece keeps the parts that are passed over, which are
// most of a large file, out of memory.

// object reads an object and calls field for each of its names; field must
// read the value. A name that comes twice is refused, because readers differ
// on which one counts.
func object(dec *json.Decoder, field func(name string) error) error {
	if err := expect(dec, '{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok || seen[name] {
			return fmt.Errorf("the name %.40q comes twice in an object", name)
		}
		seen[name] = true
		if err := field(name); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// array reads an array and calls item for each element, which must read it.
// It reports false for null.
func array(dec *json.Decoder, item func() error) (bool, error) {
	token, err := dec.Token()
	if err != nil || token == nil {
		return false, err
	}
	if token != json.Delim('[') {
		return false, fmt.Errorf("%.40q stands where a list must be", fmt.Sprint(token))
	}
	for dec.More() {
		if err := item(); err != nil {
			return false, err
		}
	}
	_, err = dec.Token()
	return true, err
}

func expect(dec *json.Decoder, delim json.Delim) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	if token != delim {
		return fmt.Errorf("%.40q stands where %s must be", fmt.Sprint(token), delim)
	}
	return nil
}

// pass reads a value and forgets it.
func pass(dec *json.Decoder) error {
	var nothing json.RawMessage
	return dec.Decode(&nothing)
}
