package waiverfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// Renew gives the waivers that match a new last day and says how many there
// were. Only the date changes, in the quotes that it stands in; the reason is
// for a person to look at again.
func Renew(data []byte, match func(gate.Waiver) bool, lastDay time.Time) ([]byte, int, error) {
	d, err := parse(data)
	if err != nil {
		return nil, 0, err
	}
	chosen, err := d.matching(match)
	if err != nil || len(chosen) == 0 {
		return data, 0, err
	}
	if lastDay.IsZero() || lastDay.Year() < 1 || lastDay.Year() > 9998 {
		return nil, 0, errors.New("a waiver needs an expiry with a year of four digits")
	}
	day := lastDay.UTC().Format(time.DateOnly)
	edited := d.data
	// From the last to the first, so that the places before stay where they are.
	for _, i := range slices.Backward(chosen) {
		node, err := expiryOf(d.items()[i])
		if err != nil {
			return nil, 0, err
		}
		start, width, ok := d.dateAt(node)
		if !ok {
			return nil, 0, lineOf(node, "the date is not written on one line as it is read: change it by hand")
		}
		edited = slices.Concat(edited[:start], []byte(day), edited[start+width:])
		node.Value = day
		// A date in place of any other text, unless quotes make it text again.
		if node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
			node.Tag = "!!timestamp"
		}
	}
	if edited, err = d.first([][]byte{edited}, d.items(), nil); err != nil {
		return nil, 0, err
	}
	return edited, len(chosen), nil
}

// expiryOf is the value of an item's expiry.
func expiryOf(item *yaml.Node) (*yaml.Node, error) {
	if item.Kind != yaml.MappingNode {
		return nil, lineOf(item, "this waiver is an alias of another: change it by hand")
	}
	for i := 0; i+1 < len(item.Content); i += 2 {
		if value := item.Content[i+1]; item.Content[i].Value == "expires" {
			if value.Kind != yaml.ScalarNode || value.Anchor != "" || value.Style&yaml.TaggedStyle != 0 {
				return nil, lineOf(value, "the date has an anchor or a tag, or is an alias: change it by hand")
			}
			return value, nil
		}
	}
	return nil, lineOf(item, "this waiver has no expiry: add expires: YYYY-MM-DD")
}

// dateAt finds a date in the text, without its quotes.
func (d *document) dateAt(node *yaml.Node) (start, width int, ok bool) {
	start, ok = d.offset(node.Line, node.Column)
	if !ok {
		return 0, 0, false
	}
	quote := ""
	switch {
	case node.Style&yaml.DoubleQuotedStyle != 0:
		quote = `"`
	case node.Style&yaml.SingleQuotedStyle != 0:
		quote = "'"
	}
	text := string(d.data[start:d.lines[node.Line-1].end])
	return start + len(quote), len(node.Value), strings.HasPrefix(text, quote+node.Value+quote)
}

// lineOf names the place of an item in an error.
func lineOf(node *yaml.Node, message string) error {
	return fmt.Errorf("line %d: %s", node.Line, message)
}
