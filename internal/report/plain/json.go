package plain

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// JSON writes the characters that a terminal or log would act on as escapes:
// the same JSON, which is then safe to print. Such characters can only be
// inside strings. The replacement character is written as an escape too, as the
// encoder does for bytes that are no UTF-8: what is read back and written again
// is then the same.
func JSON(data []byte) []byte {
	data = bytes.ReplaceAll(data, []byte("##["), []byte(`\u0023#[`))
	escaped := func(r rune) bool { return r == utf8.RuneError || Acts(r) }
	if !bytes.ContainsFunc(data, escaped) {
		return data
	}
	var b bytes.Buffer
	b.Grow(len(data))
	for _, r := range string(data) {
		switch {
		case !escaped(r):
			b.WriteRune(r)
		case r > 0xffff:
			const first, high, low = 0x10000, 0xd800, 0xdc00
			fmt.Fprintf(&b, `\u%04x\u%04x`, high+(r-first)>>10, low+(r-first)&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
