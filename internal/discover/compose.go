package discover

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

const (
	// maxFollowed is how many files include and extends may lead through.
	maxFollowed = 20
	// maxProjectFiles is how many files one project may be made of.
	maxProjectFiles = 200
)

// composer reads the Compose files of one folder and what they lead to.
type composer struct {
	*finder
	ctx context.Context
	// files counts the files that were read.
	files int
	// sources are the files that services extend, by path.
	sources map[string]map[string]*service
}

// composeIn reads a folder's Compose files and adds their images. It returns the
// services that have a build, by name, for the folder's bake files.
func (f *finder) composeIn(ctx context.Context, folder string, present []string) map[string]*service {
	var files []string
	for _, names := range [][]string{composeFiles(), composeOverrides()} {
		for _, name := range names {
			file := path.Join(folder, name)
			if !slices.Contains(present, name) || !f.counts(file) {
				continue
			}
			if len(files) > 0 && slices.Contains(names, path.Base(files[len(files)-1])) {
				f.note("%s is not read, as %s is there too", quote(file), quote(files[len(files)-1]))
				continue
			}
			if len(files) == 0 && slices.Contains(composeOverrides(), name) {
				f.note("%s is not read, as there is nothing that it overrides", quote(file))
				continue
			}
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return nil
	}
	c := &composer{finder: f, ctx: ctx, sources: map[string]map[string]*service{}}
	services := c.project(files, folder, f.dotenv(folder, nil), nil)
	for name, s := range services {
		if s.build == nil {
			delete(services, name)
		}
	}
	if f.opts.wants(Compose) {
		for _, name := range sorted(services) {
			f.add(f.composeDraft(folder, services[name]))
		}
	}
	return services
}

// project reads files of which later ones override earlier ones, and what they
// include. Paths are relative to the folder.
func (c *composer) project(files []string, folder string, env map[string]string, trail []string) map[string]*service {
	services := map[string]*service{}
	for _, file := range files {
		src := c.open(file, folder, env, Place{Path: file})
		if src == nil {
			continue
		}
		for _, document := range src.documents {
			for name, s := range c.services(document, file, nil) {
				if below, found := services[name]; found {
					s = s.over(below)
				}
				services[name] = s
			}
			for name, s := range c.included(document, append(slices.Clip(trail), file)) {
				if _, found := services[name]; !found {
					services[name] = s
				}
			}
		}
	}
	return services
}

// open reads and parses a file; nil where that fails, which is then said.
func (c *composer) open(file, folder string, env map[string]string, from Place) *source {
	const next = "repair it, or exclude it"
	if c.files++; c.files > maxProjectFiles || c.ctx.Err() != nil {
		if c.files == maxProjectFiles+1 {
			c.problem(from, fmt.Sprintf("it leads to more than %d files", maxProjectFiles), "include fewer files")
		}
		return nil
	}
	content, err := c.tree.read(file)
	if err != nil {
		c.problem(from, fmt.Sprintf("%s can't be read: %s", quote(file), reason(err)), "correct the path, or exclude the file")
		return nil
	}
	src := &source{path: file, base: folder, env: env, report: c.problem}
	if err := src.parse(content); err != nil {
		c.problem(Place{Path: file, Line: yamlLine(err)}, "the Compose file is no YAML: "+err.Error(), next)
		return nil
	}
	for _, document := range src.documents {
		if !document.isMapping() && !document.isNull() {
			document.fault("the Compose file is no mapping", next)
		}
	}
	if len(src.documents) == 0 {
		c.problem(Place{Path: file}, "the Compose file is empty", next)
	}
	return src
}

// services reads the services of a document and what they extend.
func (c *composer) services(document value, file string, trail []string) map[string]*service {
	own := map[string]*service{}
	for _, top := range document.pairs() {
		if top.key != "services" {
			continue
		}
		if !top.value.isMapping() && !top.value.isNull() {
			top.value.fault("services is no mapping", "write each service below its name")
		}
		for _, p := range top.value.pairs() {
			own[p.key] = newService(p)
		}
	}
	done := map[string]*service{}
	for _, name := range sorted(own) {
		done[name] = c.extended(own, name, file, trail)
	}
	return done
}

// extended puts a service over the one that it extends. The trail has the
// services that led here.
func (c *composer) extended(own map[string]*service, name, file string, trail []string) *service {
	s := own[name]
	if !s.extends.set {
		return s
	}
	key := file + " " + name
	if slices.Contains(trail, key) || len(trail) >= maxFollowed {
		c.problem(s.where, fmt.Sprintf("the service %s extends itself, or too many others", quote(name)), "break the circle")
		return s
	}
	trail = append(slices.Clip(trail), key)
	base, from := own, file
	if s.extendsFile.set {
		var err error
		if from, err = within(s.extendsFile.folder, s.extendsFile.string); err != nil || gate.RemoteContext(s.extendsFile.string) {
			c.problem(s.extendsFile.where, fmt.Sprintf("the file %s of the service %s is not in the repository", quote(s.extendsFile.string), quote(name)), "extend a service of a file of the repository")
			return s
		}
		base = c.foreign(from, s.extendsFile)
	}
	if base[s.extends.string] == nil {
		c.problem(s.extends.where, fmt.Sprintf("the service %s extends %s, which is not there", quote(name), quote(s.extends.string)), "correct the name")
		return s
	}
	return s.over(c.extended(base, s.extends.string, from, trail))
}

// foreign reads the services of a file that one extends, whose own bases are not
// followed yet.
func (c *composer) foreign(file string, from text) map[string]*service {
	if known, found := c.sources[file]; found {
		return known
	}
	services := map[string]*service{}
	c.sources[file] = services
	src := c.open(file, path.Dir(file), c.dotenv(path.Dir(file), nil), from.where)
	if src == nil {
		return services
	}
	for _, document := range src.documents {
		for _, top := range document.pairs() {
			for _, p := range top.value.pairs() {
				if top.key == "services" {
					services[p.key] = newService(p)
				}
			}
		}
	}
	return services
}

// included reads the projects that a document includes.
func (c *composer) included(document value, trail []string) map[string]*service {
	services := map[string]*service{}
	for _, top := range document.pairs() {
		if top.key != "include" {
			continue
		}
		for _, item := range top.value.items() {
			for name, s := range c.include(item, trail) {
				services[name] = s
			}
		}
	}
	return services
}

// include reads one project: a path, or a mapping with paths and a folder.
func (c *composer) include(item value, trail []string) map[string]*service {
	paths, folder := []text{}, text{}
	if item.isScalar() {
		paths = append(paths, item.text())
	}
	for _, p := range item.pairs() {
		switch {
		case p.key == "path" && p.value.isList():
			paths = texts(p.value)
		case p.key == "path":
			paths = append(paths, p.value.text())
		case p.key == "project_directory":
			folder = p.value.text()
		}
	}
	var files []string
	for _, p := range paths {
		file, err := within(p.folder, p.string)
		switch {
		case err != nil, strings.Contains(p.string, "://"), strings.HasPrefix(p.string, "oci:"), gate.RemoteContext(p.string):
			c.problem(item.where(), fmt.Sprintf("the included file %s is not in the repository", quote(p.string)), "its images are not known: list them in the policy file")
			return nil
		case slices.Contains(trail, file) || len(trail) >= maxFollowed:
			c.problem(item.where(), fmt.Sprintf("the file %s includes itself, or too many others", quote(file)), "break the circle")
			return nil
		}
		files = append(files, file)
	}
	if len(files) == 0 {
		return nil
	}
	base := path.Dir(files[0])
	if folder.set {
		var err error
		if base, err = within(folder.folder, folder.string); err != nil {
			c.problem(folder.where, fmt.Sprintf("the folder %s is not in the repository", quote(folder.string)), "correct the path")
			return nil
		}
	}
	return c.project(files, base, c.dotenv(base, item.from.env), trail)
}
