package config

import "errors"

// Validate says what is wrong with the text of a policy file, or of a waivers
// file by its name; all mistakes together, each with line and column. It reads
// nothing else: what the file rests on and the documents that it names are for
// Load to check.
func Validate(path string, data []byte) error {
	if isWaiversFile(path) {
		_, err := parseWaivers(path, data)
		return err
	}
	file, err := parseFile(place{path: path}, data)
	if err != nil {
		return err
	}
	drafts, err := file.drafts(file.discovers())
	if err != nil {
		return err
	}
	var problems []error
	seen := map[string]bool{}
	for i, draft := range drafts {
		if seen[draft.Name] {
			problems = append(problems, &Error{Where: file.images[i].where, Message: "two images are named " + quoted([]string{draft.Name}) + ": give each its own name"})
		}
		seen[draft.Name] = true
	}
	return errors.Join(problems...)
}
