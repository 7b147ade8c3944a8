package scan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"

	syftpkg "github.com/anchore/syft/syft/pkg"
)

// lockMarks are words that every lock file of a kind holds, for the kinds of
// which any text is read without complaint. That of a Gemfile.lock stands
// behind its packages, so that a file which was cut short lacks it.
func lockMarks() map[string][]string {
	return map[string][]string{
		"Gemfile.lock": {"\nDEPENDENCIES"},
		"yarn.lock":    {"yarn lockfile", "__metadata:"},
	}
}

// checkLocks looks for lock files that are not what their names say, or cut
// short, although nobody complained about them.
func (c catalogue) checkLocks(t *trouble, _ map[string][]syftpkg.Package, _ *ownership) error {
	if !c.declares || c.files == nil {
		return nil
	}
	for name, marks := range lockMarks() {
		found, err := c.files.FilesByGlob("**/" + name)
		if err != nil {
			return fmt.Errorf("look for %s: %w", name, err)
		}
		for _, l := range found {
			content, err := c.open(l)
			if err != nil {
				t.add(l.RealPath, "it can't be read")
				continue
			}
			text, err := io.ReadAll(io.LimitReader(content, maxLockSize))
			if err := errors.Join(err, content.Close()); err != nil {
				t.add(l.RealPath, "it can't be read")
			} else if len(bytes.TrimSpace(text)) > 0 && !holdsAny(text, marks) {
				t.add(l.RealPath, "it is no "+path.Base(name)+", or cut short")
			}
		}
	}
	return nil
}

func holdsAny(text []byte, words []string) bool {
	for _, word := range words {
		if bytes.Contains(text, []byte(word)) {
			return true
		}
	}
	return false
}
