package scan

import (
	"github.com/pelletier/go-toml/v2"
)

// pyproject is the part of pyproject.toml that asks for packages.
type pyproject struct {
	Project struct {
		Name         string              `toml:"name"`
		Dependencies []string            `toml:"dependencies"`
		Optional     map[string][]string `toml:"optional-dependencies"`
	} `toml:"project"`
	Groups map[string][]any `toml:"dependency-groups"`
	Tool   struct {
		Poetry struct {
			Name         string         `toml:"name"`
			Dependencies map[string]any `toml:"dependencies"`
			Develop      map[string]any `toml:"dev-dependencies"`
			Group        map[string]struct {
				Dependencies map[string]any `toml:"dependencies"`
			} `toml:"group"`
		} `toml:"poetry"`
		PDM struct {
			Develop map[string][]string `toml:"dev-dependencies"`
		} `toml:"pdm"`
	} `toml:"tool"`
}

// declaredPyproject reads the manifest beside the lock files of Poetry and PDM.
func declaredPyproject(_ []byte, beside func(string) []byte) *declared {
	text := beside("pyproject.toml")
	var p pyproject
	if text == nil || toml.Unmarshal(text, &p) != nil {
		return nil
	}
	out := newDeclared()
	for _, name := range []string{p.Project.Name, p.Tool.Poetry.Name} {
		out.own[pythonName(name)] = name != ""
	}
	requirements := p.Project.Dependencies
	for _, of := range []map[string][]string{p.Project.Optional, p.Tool.PDM.Develop} {
		for _, more := range of {
			requirements = append(requirements, more...)
		}
	}
	for _, group := range p.Groups {
		for _, one := range group {
			if requirement, ok := one.(string); ok {
				requirements = append(requirements, requirement)
			}
		}
	}
	for _, requirement := range requirements {
		out.direct[requirementName(requirement)] = true
	}
	tables := []map[string]any{p.Tool.Poetry.Dependencies, p.Tool.Poetry.Develop}
	for _, group := range p.Tool.Poetry.Group {
		tables = append(tables, group.Dependencies)
	}
	for _, of := range tables {
		for name := range of {
			out.direct[pythonName(name)] = true
		}
	}
	return out
}

// declaredUv reads uv.lock, in which the application's own packages have no
// index as their source and list what they ask for.
func declaredUv(lock []byte, _ func(string) []byte) *declared {
	type dependency struct {
		Name string `toml:"name"`
	}
	var document struct {
		Package []struct {
			Name         string                  `toml:"name"`
			Source       map[string]any          `toml:"source"`
			Dependencies []dependency            `toml:"dependencies"`
			Optional     map[string][]dependency `toml:"optional-dependencies"`
			Develop      map[string][]dependency `toml:"dev-dependencies"`
		} `toml:"package"`
	}
	if toml.Unmarshal(lock, &document) != nil {
		return nil
	}
	out := newDeclared()
	for _, p := range document.Package {
		if p.Source["virtual"] == nil && p.Source["editable"] == nil && p.Source["directory"] == nil {
			continue
		}
		out.own[pythonName(p.Name)] = true
		asked := p.Dependencies
		for _, of := range []map[string][]dependency{p.Optional, p.Develop} {
			for _, more := range of {
				asked = append(asked, more...)
			}
		}
		for _, d := range asked {
			out.direct[pythonName(d.Name)] = true
		}
	}
	if len(out.own) == 0 {
		return nil
	}
	return out
}

// declaredPipfile reads the manifest beside Pipfile.lock.
func declaredPipfile(_ []byte, beside func(string) []byte) *declared {
	text := beside("Pipfile")
	var pipfile map[string]any
	if text == nil || toml.Unmarshal(text, &pipfile) != nil {
		return nil
	}
	out := newDeclared()
	for _, section := range []string{"packages", "dev-packages"} {
		packages, _ := pipfile[section].(map[string]any)
		for name := range packages {
			out.direct[pythonName(name)] = true
		}
	}
	return out
}
