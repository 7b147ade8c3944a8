package origin

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/image"
)

// Labels that some builders give an image to say what it stands on.
const (
	labelBaseName   = "org.opencontainers.image.base.name"
	labelBaseDigest = "org.opencontainers.image.base.digest"
)

// nameBase tells the locations of the base image which image that is.
func (m *Map) nameBase(target string, img *image.Image) {
	name := ""
	if m.file == nil {
		labels := img.Config().Labels
		name = withDigest(labels[labelBaseName], labels[labelBaseDigest])
	} else if stage, ok := m.file.Stage(target); ok {
		_, root := chain(stage)
		name = m.baseName(root)
	}
	for i := range m.layers {
		if m.layers[i].Base {
			m.layers[i].BaseImage = shorten(name)
		}
	}
}

// baseName is the image that a stage stands on: as the Dockerfile names it,
// variables replaced, and with the digest where the builder told it.
func (m *Map) baseName(root *dockerfile.Stage) string {
	if m.record == nil && len(m.args) == 0 && strings.Contains(root.RawBase, "$") {
		// Nobody says with which build arguments the image was built.
		return root.RawBase
	}
	name := expandBase(m.file, root, m.args)
	if m.record == nil {
		return name
	}
	if strings.Contains(name, "$") && m.record.Base.Name != "" {
		name = familiar(m.record.Base.Name)
	}
	return withDigest(name, m.record.Base.Digest)
}

func withDigest(name, digest string) string {
	if name == "" || digest == "" || strings.Contains(name, "@") {
		return name
	}
	return name + "@" + digest
}

// familiar is the name of an image as people write it.
func familiar(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "library/")
}

// expandBase replaces the variables of FROM: those that the build was given
// before the defaults. What is not known stays as written.
func expandBase(file *dockerfile.File, stage *dockerfile.Stage, args map[string]string) string {
	if !strings.Contains(stage.RawBase, "$") || len(args) == 0 {
		return stage.BaseName
	}
	known, given := map[string]string{}, false
	for _, instruction := range file.MetaArgs {
		for _, pair := range instruction.Pairs {
			value, ok := args[pair.Name]
			given = given || ok
			if !ok && pair.HasValue {
				value, ok = expand(pair.Value, known), true
			}
			if ok {
				known[pair.Name] = value
			}
		}
	}
	if !given {
		return stage.BaseName
	}
	return expand(strings.Trim(stage.RawBase, `"'`), known)
}

// expand replaces $NAME, ${NAME} and ${NAME:-default}.
func expand(text string, known map[string]string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		length := variable(text[i:])
		if length == 0 {
			out.WriteByte(text[i])
			i++
			continue
		}
		written := text[i : i+length]
		i += length
		name, fallback, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(written, "$"), "{"), "}"), ":-")
		value, ok := known[name]
		switch {
		case value != "":
			out.WriteString(value)
		case fallback != "":
			out.WriteString(expand(fallback, known))
		case !ok:
			out.WriteString(written)
		}
	}
	return out.String()
}
