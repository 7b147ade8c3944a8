package artifact

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
)

// show makes a piece of foreign text fit for a message: quoted, on one line,
// in ASCII, and not longer than a line.
func show(text string) string {
	const most = 100
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "..."
	}
	return strings.ReplaceAll(strconv.QuoteToASCII(text), "##[", `\x23#[`)
}

// cause is a file system's error without the path, which may be foreign text.
func cause(err error) error {
	var fault *fs.PathError
	if errors.As(err, &fault) {
		return fault.Err
	}
	return err
}
