package image

import (
	"fmt"
	"os"
	"strings"
	"unicode"
)

// scheme names a source.
type scheme string

const (
	schemeDocker        scheme = "docker"
	schemeRegistry      scheme = "registry"
	schemeDockerArchive scheme = "docker-archive"
	schemeOCIArchive    scheme = "oci-archive"
	schemeOCIDir        scheme = "oci-dir"
	// schemeBare stands for a reference without a scheme.
	schemeBare scheme = ""
)

// Schemes lists the schemes that Open knows, in the order of its documentation.
func Schemes() []string {
	return []string{
		string(schemeDocker), string(schemeRegistry), string(schemeDockerArchive),
		string(schemeOCIArchive), string(schemeOCIDir),
	}
}

// splitReference divides a reference into scheme and rest. Text without a known
// scheme is a bare name: localhost:5000/app has a port, not a scheme.
func splitReference(ref string) (scheme, string, error) {
	kind, rest := schemeBare, ref
	if before, after, found := strings.Cut(ref, ":"); found {
		for _, known := range Schemes() {
			if before == known {
				kind, rest = scheme(known), after
			}
		}
	}
	if kind == schemeDocker || kind == schemeRegistry {
		rest = strings.TrimPrefix(rest, "//")
	}
	if err := checkReference(rest); err != nil {
		return "", "", err
	}
	return kind, rest, nil
}

func checkReference(rest string) error {
	switch {
	case rest == "":
		return fmt.Errorf("%w: nothing is named; write docker:NAME, registry:NAME, docker-archive:FILE, oci-archive:FILE or oci-dir:DIRECTORY", ErrReference)
	case strings.HasPrefix(rest, "-"):
		return fmt.Errorf("%w: %q begins with a dash; a name or path may not (write ./%s for a file)", ErrReference, rest, rest)
	case strings.ContainsFunc(rest, unicode.IsControl):
		return fmt.Errorf("%w: %q holds control characters", ErrReference, rest)
	}
	return nil
}

// splitSelector divides the place of an archive or layout from the image chosen
// in it: PATH, PATH:NAME or PATH@DIGEST. A path that exists as written is never
// divided.
func splitSelector(place string) (path, selector string) {
	if _, err := os.Lstat(place); err == nil {
		return place, ""
	}
	for i := range place {
		if place[i] != ':' && place[i] != '@' {
			continue
		}
		if _, err := os.Lstat(place[:i]); err == nil && i+1 < len(place) {
			return place[:i], place[i+1:]
		}
	}
	return place, ""
}
