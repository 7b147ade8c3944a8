package origin

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// readDpkg calls note for every installed package of a dpkg status file, or of
// one that distroless images keep in status.d. It reads what it can, and gives
// the error that ended the reading, if any.
func readDpkg(from io.Reader, note func(name, version string)) error {
	var name, version, status string
	flush := func() {
		if name != "" && version != "" && (status == "" || strings.HasSuffix(status, " installed")) {
			note(name, version)
		}
		name, version, status = "", "", ""
	}
	err := eachLine(from, func(line string) {
		if strings.TrimSpace(line) == "" {
			flush()
			return
		}
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "Package":
			name = value
		case "Version":
			version = value
		case "Status":
			status = value
		}
	})
	flush()
	return err
}

// readApk calls note for every package of an apk database.
func readApk(from io.Reader, note func(name, version string)) error {
	var name, version string
	flush := func() {
		if name != "" && version != "" {
			note(name, version)
		}
		name, version = "", ""
	}
	err := eachLine(from, func(line string) {
		switch {
		case strings.TrimSpace(line) == "":
			flush()
		case strings.HasPrefix(line, "P:"):
			name = strings.TrimSpace(line[2:])
		case strings.HasPrefix(line, "V:"):
			version = strings.TrimSpace(line[2:])
		}
	})
	flush()
	return err
}

// eachLine calls do for every line, without its end. Of a line that is longer
// than the buffer only the beginning is given.
func eachLine(from io.Reader, do func(line string)) error {
	reader := bufio.NewReaderSize(from, 64<<10)
	for {
		line, long, err := reader.ReadLine()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		do(string(line))
		for long && err == nil {
			_, long, err = reader.ReadLine()
		}
	}
}
