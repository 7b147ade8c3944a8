package dockerfile

import (
	"strings"
)

// Base is the image that a stage begins with in a certain build.
type Base struct {
	// Name is the image's name; empty for a stage that is built on an earlier
	// one, and where the name can't be told.
	Name string
	// Platform is the value of --platform; empty where FROM has none.
	Platform string
}

// Bases returns the base of every stage, by its index, in a build that is given
// arguments. target and host are the platforms that are built for and on, such
// as linux/amd64.
func (f *File) Bases(args map[string]string, target, host string) []Base {
	given := newMetaArgs(f.Escape)
	builder := platformVariables(target, host)
	for _, arg := range f.MetaArgs {
		for _, pair := range arg.Pairs {
			value, override := args[pair.Name]
			switch {
			case override:
				given.set(pair.Name, value)
			case pair.HasValue:
				given.set(pair.Name, given.fill(pair.Value, builder))
			}
		}
	}
	bases := make([]Base, len(f.Stages))
	names := map[string]bool{}
	for n, stage := range f.Stages {
		base := given.fill(stage.RawBase, builder)
		if !names[strings.ToLower(base)] && !strings.Contains(base, "$") {
			bases[n].Name = base
		}
		if platform, ok := stage.From.Flag("platform"); ok {
			bases[n].Platform = given.fill(platform, builder)
		}
		if stage.Name != "" {
			names[strings.ToLower(stage.Name)] = true
		}
	}
	return bases
}

// fill replaces every variable, by nothing where it is not set. Text that can't
// be expanded is returned as it is.
func (a *metaArgs) fill(text string, builder variables) string {
	if !strings.ContainsAny(text, "$'\"\\`") || !isExpandable(text) {
		return text
	}
	expanded, _, err := a.full.ProcessWord(text, fallback{a.vars, builder})
	if err != nil {
		return text
	}
	return expanded
}

// fallback are variables that are looked up in another set where they are not
// in the first.
type fallback struct{ variables, others variables }

// Get implements shell.EnvGetter.
func (v fallback) Get(name string) (string, bool) {
	if value, ok := v.variables[name]; ok {
		return value, true
	}
	return v.others.Get(name)
}

// Keys implements shell.EnvGetter.
func (v fallback) Keys() []string { return append(v.variables.Keys(), v.others.Keys()...) }

// platformVariables are those that a builder sets itself.
func platformVariables(target, host string) variables {
	vars := variables{"TARGETSTAGE": "default"}
	for prefix, platform := range map[string]string{"TARGET": target, "BUILD": host} {
		parts := append(strings.SplitN(platform, "/", 3), "", "")
		vars[prefix+"PLATFORM"], vars[prefix+"OSVERSION"] = platform, ""
		vars[prefix+"OS"], vars[prefix+"ARCH"], vars[prefix+"VARIANT"] = parts[0], parts[1], parts[2]
	}
	return vars
}
