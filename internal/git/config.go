package git

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// readConfig checks that a repository is of a kind that can be read here, and
// returns whether it keeps the executable bit of files. Extensions that change
// nothing about objects and references (sparse checkouts, partial clones) are
// fine.
func readConfig(path string) (fileMode bool, err error) {
	text, err := readMeta(path)
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	parsed := config.New()
	if err := config.NewDecoder(strings.NewReader(strings.TrimPrefix(text, "\uFEFF"))).Decode(parsed); err != nil {
		return false, fmt.Errorf("parse its config: %w", err)
	}
	extensions := parsed.Section("extensions")
	if format := extensions.Option("objectformat"); format != "" && !strings.EqualFold(format, "sha1") {
		return false, fmt.Errorf("its objects have %.20q hashes, and gate reads sha1 only", format)
	}
	if storage := extensions.Option("refstorage"); storage != "" && !strings.EqualFold(storage, "files") {
		return false, fmt.Errorf("its references are kept as %.20q, and gate reads files only", storage)
	}
	mode := strings.ToLower(parsed.Section("core").Option("filemode"))
	return !slices.Contains([]string{"false", "no", "off", "0"}, mode), nil
}

// maxAlternates is how far git itself follows borrowed objects.
const maxAlternates = 5

// alternates returns the directories of objects that another one borrows from,
// those that exist. In a container the others are often not mounted; what they
// hold is then ErrMissing.
func alternates(objects string) []string {
	var found []string
	next := []string{objects}
	for range maxAlternates {
		var borrowed []string
		for _, dir := range next {
			borrowed = append(borrowed, borrows(dir)...)
		}
		next = nil
		for _, dir := range borrowed {
			if dir != objects && !slices.Contains(found, dir) {
				found, next = append(found, dir), append(next, dir)
			}
		}
	}
	return found
}

// borrows reads one list of alternates. go-git wants the last part of each to
// be objects, as it is wherever git makes the list.
func borrows(objects string) []string {
	text, err := readMeta(filepath.Join(objects, "info", "alternates"))
	if err != nil {
		return nil
	}
	var dirs []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		dir := against(objects, line)
		if info, err := os.Stat(dir); err == nil && info.IsDir() && filepath.Base(dir) == "objects" {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
