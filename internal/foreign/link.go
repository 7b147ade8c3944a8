package foreign

import (
	"errors"
	"path/filepath"
)

// errLeadsOut keeps the text of files that are not the repository's out of
// messages, and reports of others from standing in for the scanner's.
var errLeadsOut = errors.New("it is a link that leads out of the checkout: let the scanner write the file itself, or name the file that is meant as an input")

// leadsOut reports whether a path is in the repository as it is written, and
// outside of it once links are followed. Without a root, and for what is not
// there, nothing is known, and it does not.
func leadsOut(root, path string) bool {
	if root == "" {
		return false
	}
	root = filepath.FromSlash(root)
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	if !below(root, path) {
		return false
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	here, err := filepath.EvalSymlinks(root)
	return err != nil || !below(here, target)
}

func below(folder, path string) bool {
	relative, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(relative)
}
