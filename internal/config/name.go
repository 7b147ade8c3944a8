package config

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// fallbackName is used where nothing better can be derived.
const fallbackName = "image"

// nameIt derives the logical name when none was given: the folder of a
// context, or the repository's last element of a reference.
func (d *imageDraft) nameIt() {
	if d.Name != "" {
		return
	}
	if d.Ref != "" {
		d.Name = nameOfRef(d.Ref)
		return
	}
	d.Name = nameOfContext(d.spec.Context)
}

func nameOfContext(context string) string {
	if gate.RemoteContext(context) {
		context, _, _ = strings.Cut(context, "#")
		return cleanName(strings.TrimSuffix(path.Base(context), ".git"))
	}
	absolute, err := filepath.Abs(context)
	if err != nil {
		return fallbackName
	}
	return cleanName(filepath.Base(absolute))
}

// nameOfRef cuts scheme, registry, tag, digest and file endings off.
func nameOfRef(ref string) string {
	scheme, rest, found := strings.Cut(ref, ":")
	if !found || !knownScheme(scheme) {
		scheme, rest = "", ref
	}
	switch scheme {
	case "docker-archive", "oci-archive", "oci-dir", "dir", "sbom", "kept":
		absolute, err := filepath.Abs(rest)
		if err != nil {
			return fallbackName
		}
		base := filepath.Base(absolute)
		for _, ext := range []string{".gz", ".tar", ".zst", ".json", ".oci", ".syft"} {
			base = strings.TrimSuffix(base, ext)
		}
		return cleanName(base)
	}
	rest, _, _ = strings.Cut(rest, "@")
	base := rest[strings.LastIndexByte(rest, '/')+1:]
	base, _, _ = strings.Cut(base, ":")
	return cleanName(base)
}

// Schemes are the kinds of reference that gate reads.
var Schemes = []string{"docker", "registry", "docker-archive", "oci-archive", "oci-dir", "dir", "sbom", "kept"}

func knownScheme(word string) bool {
	for _, s := range Schemes {
		if s == word {
			return true
		}
	}
	return false
}

// cleanName keeps the characters that checkName allows.
func cleanName(base string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, base)
	name = strings.Trim(name, "-.")
	if name == "" {
		return fallbackName
	}
	return name
}
