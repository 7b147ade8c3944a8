package listing

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// templateLine is a line of a Helm template that names an image.
type templateLine struct {
	path string
	line int
	text string
}

var (
	// imageLine is a line of a template whose key says that it is an image.
	imageLine = regexp.MustCompile(`^\s*(?:-\s+)?["']?([A-Za-z0-9_.-]+)["']?\s*:\s*(.*?)\s*$`)
	// flowLine is one in which an image stands between braces.
	flowLine   = regexp.MustCompile(`^\s*[^#\s].*[{,]\s*["']?image["']?\s*:`)
	actionForm = regexp.MustCompile(`\{\{.*?\}\}`)
	valuesPath = regexp.MustCompile(`\.Values\.([A-Za-z0-9_.]+)`)
)

// inTemplate notes a line that is an image only once a template was filled in.
func (s *sheet) inTemplate(line int, text string) {
	if s.keeps() {
		s.templates = append(s.templates, templateLine{s.path, line, text})
	}
}

// template reads the lines of a file that is YAML only once Helm made it.
func (s *sheet) template() {
	number := 0
	for line := range strings.SplitSeq(string(s.text), "\n") {
		number++
		match := imageLine.FindStringSubmatch(line)
		if match == nil || !isImageKey(match[1]) {
			if flowLine.MatchString(line) {
				s.inTemplate(number, line)
			}
			continue
		}
		value := uncommented(match[2])
		if value == "" || strings.Contains(value, "{{") {
			s.inTemplate(number, value)
			continue
		}
		node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.Trim(value, `"'`), Line: number}
		s.scalar(node, node, "", match[1] != "image")
	}
}

// uncommented is a value without the comment behind it.
func uncommented(value string) string {
	if at := strings.Index(" "+value, " #"); at >= 0 {
		value = value[:max(at-1, 0)]
	}
	return strings.TrimSpace(value)
}

// uncovered tells of the lines of templates that values do not explain.
func (f *folder) uncovered() {
	var places, paths []string
	for _, t := range f.templates {
		if !f.covered(t) {
			places = append(places, fmt.Sprintf("%s:%d", t.path, t.line))
			paths = append(paths, t.path)
		}
	}
	if len(places) == 0 {
		return
	}
	slices.Sort(paths)
	f.gap(fmt.Sprintf("%d lines of templates name images in a way that gate can't follow: %s", len(places), strings.Join(places[:min(len(places), 5)], ", ")),
		"give gate what the templates become (helm template), or list their images elsewhere and leave them out with except", slices.Compact(paths)...)
}

// covered reports whether a line is made only of values that were recognised as
// an image.
func (f *folder) covered(t templateLine) bool {
	before, _, found := strings.Cut("/"+t.path, "/templates/")
	if !found || strings.Trim(actionForm.ReplaceAllString(t.text, ""), ` :/@"'`) != "" {
		return false
	}
	dir := strings.TrimPrefix(before, "/")
	if dir == "" {
		dir = "."
	}
	for _, match := range valuesPath.FindAllStringSubmatch(t.text, -1) {
		for key := match[1]; key != ""; key = key[:max(0, strings.LastIndexByte(key, '.'))] {
			if _, known := f.charts[dir][key]; known {
				return true
			}
		}
	}
	return false
}
