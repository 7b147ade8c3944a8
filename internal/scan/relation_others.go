package scan

import (
	"encoding/json"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// declaredCargo reads Cargo.lock, in which the packages of the workspace are
// those without a source.
func declaredCargo(lock []byte, _ func(string) []byte) *declared {
	var document struct {
		Package []struct {
			Name         string   `toml:"name"`
			Version      string   `toml:"version"`
			Source       string   `toml:"source"`
			Dependencies []string `toml:"dependencies"`
		} `toml:"package"`
	}
	if toml.Unmarshal(lock, &document) != nil {
		return nil
	}
	out := newDeclared()
	for _, p := range document.Package {
		if p.Source != "" || len(p.Dependencies) == 0 {
			continue
		}
		out.own[p.Name+"@"+p.Version] = true
		for _, d := range p.Dependencies {
			// A dependency is "name", or "name version" where there are several.
			fields := strings.Fields(d)
			if len(fields) > 2 {
				fields = fields[:2]
			}
			out.direct[strings.Join(fields, "@")] = true
		}
	}
	if len(out.own) == 0 {
		return nil
	}
	return out
}

// declaredGems reads the section of Gemfile.lock that repeats the Gemfile.
func declaredGems(lock []byte, _ func(string) []byte) *declared {
	out := newDeclared()
	inside := false
	for line := range strings.Lines(string(lock)) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && line[0] != ' ' {
			inside = line == "DEPENDENCIES"
			continue
		}
		if fields := strings.Fields(line); inside && len(fields) > 0 {
			out.direct[strings.TrimSuffix(fields[0], "!")] = true
		}
	}
	if len(out.direct) == 0 {
		return nil
	}
	return out
}

// declaredComposer reads the manifest beside composer.lock.
func declaredComposer(_ []byte, beside func(string) []byte) *declared {
	text := beside("composer.json")
	var manifest struct {
		Name    string            `json:"name"`
		Runtime map[string]string `json:"require"`
		Develop map[string]string `json:"require-dev"`
	}
	if text == nil || json.Unmarshal(text, &manifest) != nil {
		return nil
	}
	out := newDeclared()
	out.own[manifest.Name] = manifest.Name != ""
	for _, of := range []map[string]string{manifest.Runtime, manifest.Develop} {
		for name := range of {
			out.direct[name] = true
		}
	}
	return out
}

// declaredGo reads go.mod, which marks what is not imported by the module itself.
func declaredGo(lock []byte, _ func(string) []byte) *declared {
	out := newDeclared()
	inside := false
	for line := range strings.Lines(string(lock)) {
		code, comment, _ := strings.Cut(line, "//")
		fields := strings.Fields(code)
		switch {
		case len(fields) == 0:
			continue
		case fields[0] == ")":
			inside = false
			continue
		case fields[0] == "module" && len(fields) == 2:
			out.own[fields[1]] = true
			continue
		case fields[0] == "require" && len(fields) == 2 && fields[1] == "(":
			inside = true
			continue
		case fields[0] == "require":
			fields = fields[1:]
		case !inside:
			continue
		}
		if len(fields) == 2 && strings.TrimSpace(comment) != "indirect" && !strings.HasPrefix(strings.TrimSpace(comment), "indirect;") {
			out.direct[fields[0]+"@"+fields[1]] = true
		}
	}
	return out
}
