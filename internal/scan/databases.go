package scan

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/anchore/syft/syft/file"
	syftpkg "github.com/anchore/syft/syft/pkg"
)

// maxDatabase is how many bytes of a package database are read again to count
// its entries.
const maxDatabase = 1 << 30

// entry is what one paragraph of a text database says.
type entry struct{ name, version, status string }

// installed reports whether the entry stands for files that are there.
func (e entry) installed() bool {
	for _, gone := range []string{"not-installed", "config-files"} {
		if strings.HasSuffix(e.status, gone) {
			return false
		}
	}
	return !strings.Contains(e.status, "deinstall")
}

// checkDatabases counts the entries of the text databases again and holds them
// against the catalogue, because an entry that lacks something, and what
// follows a line that ends too early, is dropped without a word.
func (c catalogue) checkDatabases(t *trouble, seen map[string][]syftpkg.Package, _ *ownership) error {
	for pattern, fields := range map[string]entry{
		"**/lib/dpkg/status":      {"Package", "Version", "Status"},
		"**/lib/apk/db/installed": {"P", "V", ""},
	} {
		locations, err := c.files.FilesByGlob(pattern)
		if err != nil {
			return fmt.Errorf("look for %s: %w", pattern, err)
		}
		for _, l := range locations {
			missing, err := c.missing(l, fields, seen[l.RealPath])
			if err != nil {
				t.add(l.RealPath, err.Error())
			} else if len(missing) > 0 {
				t.add(l.RealPath, "without "+some(missing))
			}
		}
	}
	return nil
}

// missing are the entries of a database that are not in the catalogue, by name.
func (c catalogue) missing(l file.Location, fields entry, found []syftpkg.Package) ([]string, error) {
	content, err := c.open(l)
	if err != nil {
		return nil, err
	}
	type pair struct{ name, version string }
	known := map[pair]bool{}
	for _, p := range found {
		known[pair{p.Name, p.Version}] = true
	}
	var out []string
	err = readEntries(io.LimitReader(content, maxDatabase), fields, func(e entry) {
		if e.installed() && (e.version == "" || !known[pair{e.name, e.version}]) {
			if e.name == "" {
				e.name = "an entry without a name"
			}
			out = append(out, e.name)
		}
	})
	return sortedSet(out), errors.Join(err, content.Close())
}

// readEntries calls f with every paragraph; fields are the names of the lines
// that count.
func readEntries(from io.Reader, fields entry, f func(entry)) error {
	lines := bufio.NewReader(from)
	var current entry
	inside := false
	for {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		text := strings.TrimRight(line, "\n")
		name, value, found := strings.Cut(text, ":")
		value = strings.TrimSpace(value)
		switch {
		case text == "":
			if inside {
				f(current)
			}
			current, inside = entry{}, false
		case text[0] == ' ' || text[0] == '\t' || !found:
			inside = true
		default:
			inside = true
			current.set(fields, name, value)
		}
		if err != nil {
			if inside {
				f(current)
			}
			return nil
		}
	}
}

func (e *entry) set(fields entry, name, value string) {
	switch name {
	case fields.name:
		e.name = value
	case fields.version:
		e.version = value
	case fields.status:
		e.status = value
	}
}

// checkInstalledLists looks for packages of which dpkg still has the list of
// files, but whose entry is gone from its database.
func (c catalogue) checkInstalledLists(t *trouble, _ map[string][]syftpkg.Package, _ *ownership) error {
	lists, err := c.files.FilesByGlob("/var/lib/dpkg/info/*.list")
	if err != nil || len(lists) == 0 {
		return err
	}
	var named []string
	databases, err := c.files.FilesByGlob("/var/lib/dpkg/status", "/var/lib/dpkg/status.d/*")
	if err != nil {
		return fmt.Errorf("look for dpkg's database: %w", err)
	}
	for _, l := range databases {
		content, err := c.open(l)
		if err != nil {
			return err
		}
		err = readEntries(io.LimitReader(content, maxDatabase), entry{"Package", "Version", "Status"}, func(e entry) { named = append(named, e.name) })
		if err := errors.Join(err, content.Close()); err != nil {
			return fmt.Errorf("read %s: %w", l.RealPath, err)
		}
	}
	slices.Sort(named)
	var gone []string
	for _, l := range lists {
		name, _, _ := strings.Cut(strings.TrimSuffix(path.Base(l.RealPath), ".list"), ":")
		if _, found := slices.BinarySearch(named, name); !found {
			gone = append(gone, name)
		}
	}
	if gone = sortedSet(gone); len(gone) > 0 {
		t.add("/var/lib/dpkg/status", "without "+some(gone)+", whose files are there")
	}
	return nil
}
