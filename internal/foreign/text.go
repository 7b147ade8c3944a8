package foreign

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// toUTF8 turns UTF-16, as PowerShell writes files, into UTF-8, and takes off
// the byte order mark.
func toUTF8(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:], nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], binary.BigEndian)
	case bytes.HasPrefix(data, []byte("{\x00")):
		return fromUTF16(data, binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\x00{")):
		return fromUTF16(data, binary.BigEndian)
	}
	return data, nil
}

func fromUTF16(data []byte, order binary.ByteOrder) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, errors.New("it is UTF-16 text of an odd number of bytes: it is cut off")
	}
	out := make([]byte, 0, len(data)/2)
	for i := 0; i < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data[i+2:]))); pair != unicode.ReplacementChar {
				r = pair
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}

// Lengths, in characters.
const (
	longestID      = 200
	longestMessage = 2000
	longestTitle   = 200
	longestPath    = 1000
)

// word cleans an identifier: one line, no control characters, and of a bounded
// length. One that is too long ends in a hash of it, so that two stay two.
func word(text string, longest int) string {
	text = visible(strings.Join(strings.Fields(text), " "))
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return string([]rune(text)[:longest-13]) + "~" + hex.EncodeToString(sum[:6])
}

// visible replaces control characters and those that turn the text around.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// link is a link of SARIF's messages or of Markdown: [text](1), [text](https://…).
var link = regexp.MustCompile(`\[([^\[\]]*)\]\((?:\d+|https?://[^()\s]*)\)`)

// prose makes one line of a message: links become their text, and lines are
// joined by semicolons.
func prose(text string, longest int) string {
	var lines []string
	for line := range strings.Lines(link.ReplaceAllString(text, "$1")) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	text = visible(strings.Join(lines, "; "))
	if utf8.RuneCountInString(text) > longest {
		text = string([]rune(text)[:longest-1]) + "…"
	}
	return text
}

// say is the text of a message, with its placeholders filled in.
func (m message) say(strings ...map[string]message) string {
	if m.Text != "" {
		return m.Text
	}
	if m.Markdown != "" {
		return m.Markdown
	}
	for _, list := range strings {
		if known, ok := list[m.ID]; ok && m.ID != "" {
			text := known.Text
			if text == "" {
				text = known.Markdown
			}
			return m.fill(text)
		}
	}
	return ""
}

var placeholder = regexp.MustCompile(`\{\{|\}\}|\{\d{1,3}\}`)

// fill puts the arguments in the places of {0}, {1}, …; {{ and }} are braces.
func (m message) fill(text string) string {
	const largest = 64 << 10
	filled := 0
	return placeholder.ReplaceAllStringFunc(text, func(mark string) string {
		switch mark {
		case "{{":
			return "{"
		case "}}":
			return "}"
		}
		i := 0
		for _, digit := range mark[1 : len(mark)-1] {
			i = i*10 + int(digit-'0')
		}
		if i >= len(m.Arguments) {
			return mark
		}
		argument := fmt.Sprint(m.Arguments[i])
		if filled += len(argument); filled > largest {
			return mark
		}
		return argument
	})
}
