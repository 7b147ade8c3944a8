package scan

import (
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// packageJSON is the part of package.json that asks for packages. The entries
// of a lock file for the application's own packages have the same form.
type packageJSON struct {
	Name     string            `json:"name"`
	Version  string            `json:"version"`
	Runtime  map[string]string `json:"dependencies"`
	Develop  map[string]string `json:"devDependencies"`
	Optional map[string]string `json:"optionalDependencies"`
	Peer     map[string]string `json:"peerDependencies"`
}

// asks calls f with every package that is asked for, and its range.
func (p packageJSON) asks(f func(name, versions string)) {
	for _, of := range []map[string]string{p.Runtime, p.Develop, p.Optional, p.Peer} {
		for name, versions := range of {
			f(name, versions)
		}
	}
}

func readPackageJSON(text []byte) (packageJSON, bool) {
	var p packageJSON
	return p, text != nil && json.Unmarshal(text, &p) == nil
}

// declaredNPM reads package-lock.json. Since version 2 it repeats what the
// application's own packages ask for; before that, package.json is asked.
func declaredNPM(lock []byte, beside func(string) []byte) *declared {
	var document struct {
		Packages     map[string]packageJSON `json:"packages"`
		Dependencies map[string]struct {
			Version string `json:"version"`
		} `json:"dependencies"`
	}
	if json.Unmarshal(lock, &document) != nil {
		return nil
	}
	out := newDeclared()
	if len(document.Packages) == 0 {
		manifest, ok := readPackageJSON(beside("package.json"))
		if !ok {
			return nil
		}
		out.own[manifest.Name] = manifest.Name != ""
		manifest.asks(func(name, _ string) { out.direct[name+"@"+document.Dependencies[name].Version] = true })
		return out
	}
	for at, p := range document.Packages {
		if strings.Contains("/"+at, "/node_modules/") {
			continue
		}
		out.own[p.Name+"@"+p.Version] = true
		p.asks(func(name, _ string) {
			installed, ok := document.Packages[at+"/node_modules/"+name]
			if !ok || at == "" {
				installed = document.Packages["node_modules/"+name]
			}
			out.direct[name+"@"+installed.Version] = true
		})
	}
	return out
}

// declaredYarn holds the entries of yarn.lock, which are named after ranges,
// against those of package.json.
func declaredYarn(lock []byte, beside func(string) []byte) *declared {
	manifest, ok := readPackageJSON(beside("package.json"))
	if !ok {
		return nil
	}
	asked := map[string]string{}
	manifest.asks(func(name, versions string) {
		asked[name+"@"+versions] = name
		asked[name+"@npm:"+versions] = name
	})
	out := newDeclared()
	out.own[manifest.Name] = manifest.Name != ""
	var current []string
	for line := range strings.Lines(string(lock)) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && line[0] != ' ' && line[0] != '#' {
			current = nil
			for name := range strings.SplitSeq(strings.TrimSuffix(line, ":"), ",") {
				if direct := asked[strings.Trim(strings.TrimSpace(name), `"`)]; direct != "" {
					current = append(current, direct)
				}
			}
			continue
		}
		field, version, found := strings.Cut(strings.TrimSpace(line), " ")
		if found && strings.TrimSuffix(field, ":") == "version" {
			for _, name := range current {
				out.direct[name+"@"+strings.Trim(version, `"`)] = true
			}
		}
	}
	return out
}

// pnpmProject is what one project of pnpm-lock.yaml asks for.
type pnpmProject struct {
	Runtime  map[string]pnpmVersion `yaml:"dependencies"`
	Develop  map[string]pnpmVersion `yaml:"devDependencies"`
	Optional map[string]pnpmVersion `yaml:"optionalDependencies"`
}

// pnpmVersion is a version, or since lock file version 6 a mapping with it.
type pnpmVersion string

// UnmarshalYAML reads both forms.
func (v *pnpmVersion) UnmarshalYAML(node *yaml.Node) error {
	var entry struct{ Version string }
	if node.Kind == yaml.ScalarNode {
		entry.Version = node.Value
	} else if err := node.Decode(&entry); err != nil {
		return err
	}
	// What stands in brackets are the versions of peers.
	version, _, _ := strings.Cut(entry.Version, "(")
	version, _, _ = strings.Cut(version, "_")
	*v = pnpmVersion(version)
	return nil
}

// declaredPnpm reads the projects of pnpm-lock.yaml.
func declaredPnpm(lock []byte, _ func(string) []byte) *declared {
	var document struct {
		Importers   map[string]pnpmProject `yaml:"importers"`
		pnpmProject `yaml:",inline"`
	}
	if yaml.Unmarshal(lock, &document) != nil {
		return nil
	}
	projects := []pnpmProject{document.pnpmProject}
	for _, p := range document.Importers {
		projects = append(projects, p)
	}
	out := newDeclared()
	for _, p := range projects {
		for _, of := range []map[string]pnpmVersion{p.Runtime, p.Develop, p.Optional} {
			for name, version := range of {
				out.direct[name+"@"+string(version)] = true
			}
		}
	}
	if len(out.direct) == 0 {
		return nil
	}
	return out
}
