package waiverfile

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// Remove takes the waivers that match out of the file and says how many there
// were. A comment directly above a waiver goes with it, except above the first
// one, where it may be about all of them. The last waiver leaves an empty list.
func Remove(data []byte, match func(gate.Waiver) bool) ([]byte, int, error) {
	d, err := parse(data)
	if err != nil {
		return nil, 0, err
	}
	chosen, err := d.matching(match)
	if err != nil || len(chosen) == 0 {
		return data, 0, err
	}
	if err := d.block(); err != nil {
		return nil, 0, err
	}
	dashes, err := d.dashes()
	if err != nil {
		return nil, 0, err
	}
	var kept []*yaml.Node
	for i, item := range d.items() {
		if !slices.Contains(chosen, i) {
			kept = append(kept, item)
		}
	}
	var texts [][]byte
	for _, how := range []blanks{oneOfTwo, all, following} {
		texts = append(texts, d.without(dashes, chosen, len(kept) == 0, how))
	}
	edited, err := d.first(texts, kept, nil)
	if err != nil {
		return nil, 0, err
	}
	return edited, len(chosen), nil
}

// matching are the indexes of the items that match.
func (d *document) matching(match func(gate.Waiver) bool) ([]int, error) {
	var chosen []int
	for i, item := range d.items() {
		w, err := decode(item)
		if err != nil {
			return nil, err
		}
		if match(w) {
			chosen = append(chosen, i)
		}
	}
	return chosen, nil
}

// blanks says what becomes of the blank lines around what is removed. Some may
// belong to the text of the item before.
type blanks int

const (
	// oneOfTwo takes one out where two would meet.
	oneOfTwo blanks = iota
	// all leaves them where they are.
	all
	// following takes out those up to the next item.
	following
)

// without is the text without some items.
func (d *document) without(dashes, chosen []int, none bool, how blanks) []byte {
	gone := make([]bool, len(d.lines))
	for _, i := range chosen {
		start, end := d.head(dashes, i), d.end
		if i+1 < len(dashes) {
			end = d.head(dashes, i+1)
		}
		next := end
		end = d.contentEnd(dashes[i], end, d.value.Column-1)
		for how == following && end < next && d.blank(end) {
			end++
		}
		for number := start; number < end; number++ {
			gone[number] = true
		}
		if how == oneOfTwo && d.blankBefore(gone, start) && (end >= len(d.lines) || d.blank(end)) {
			gone[start-1] = true
		}
	}
	var out []byte
	for number, at := range d.lines {
		if gone[number] {
			continue
		}
		text := d.data[at.start:at.next]
		if none && number == d.key.Line-1 {
			text = d.emptied(number)
		}
		out = append(out, text...)
	}
	return out
}

func (d *document) blankBefore(gone []bool, number int) bool {
	return number > 0 && !gone[number-1] && d.blank(number-1)
}

// emptied is the line of the key with an empty list after it.
func (d *document) emptied(number int) []byte {
	at := d.lines[number]
	text := string(d.data[at.start:at.next])
	start, ok := d.offset(d.key.Line, d.key.Column)
	if !ok {
		return []byte(text)
	}
	colon := strings.IndexByte(text[start-at.start:], ':')
	if colon < 0 {
		return []byte(text)
	}
	cut := start - at.start + colon + 1
	return []byte(text[:cut] + " []" + text[cut:])
}
