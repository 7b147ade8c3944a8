package foreign

import (
	"fmt"
	"strconv"
)

// number is a whole number that a tool may have written as 3, 3.0 or "3".
type number int

// UnmarshalJSON reads a number; null is 0.
func (n *number) UnmarshalJSON(data []byte) error {
	const largest = 1 << 31
	text := string(data)
	if text == "null" {
		*n = 0
		return nil
	}
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || value != float64(int(value)) || value > largest || value < -largest {
		return fmt.Errorf("%.40q is no whole number", text)
	}
	*n = number(value)
	return nil
}

// at is the item of a list with an index, if there is one.
func at[T any](list []T, index *number) *T {
	if index == nil || *index < 0 || int(*index) >= len(list) {
		return nil
	}
	return &list[*index]
}
