package listing

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// part is an image of Helm values, of which something may be missing.
type part struct {
	place string
	// dir is the folder of the file, and key where in it the image is.
	dir, key string
	// name is without a repository where that is missing.
	name        name
	tag, digest string
	// registry is set where it is given without a repository.
	registry string
}

// valuesForm is the name of a file of Helm values.
var valuesForm = regexp.MustCompile(`(?i)^values.*\.ya?ml$`)

// recognised notes where Helm values name an image. What the file values.yaml
// says has the last word: others are put over it.
func (s *sheet) recognised(key string, n name) {
	base := path.Base(s.path)
	if !valuesForm.MatchString(base) {
		return
	}
	dir := path.Dir(s.path)
	if s.charts[dir] == nil {
		s.charts[dir] = map[string]name{}
	}
	if _, known := s.charts[dir][key]; !known || strings.HasPrefix(base, "values.") {
		s.charts[dir][key] = n
	}
}

// whole adds an image if nothing is missing to it, and else keeps it until all
// files are read.
func (s *sheet) whole(p part) {
	if p.name.repository != "" {
		n, err := p.put()
		if err != nil {
			s.gap(fmt.Sprintf("%s: the image %s with the tag %s and the digest %s %s", p.place, quote(p.name.repository), quote(p.tag), quote(p.digest), err), nextImage, s.path)
			return
		}
		s.recognised(p.key, n)
		if n.tag != "" || n.digest != "" {
			s.found(n, p.place)
			return
		}
	}
	if s.keeps() {
		s.parts = append(s.parts, p)
	}
}

// put puts name, tag and digest together.
func (p part) put() (name, error) {
	text := p.name.String()
	if p.tag != "" && p.name.digest == "" {
		text = p.name.repository + ":" + p.tag
	}
	if digest := p.digest; digest != "" && !strings.Contains(text, "@") {
		if isSum(digest) {
			digest = "sha256:" + digest
		}
		text += "@" + digest
	}
	return parseName(text)
}

// finish adds what could only be understood once all files were read.
func (f *folder) finish() {
	for _, one := range f.untagged {
		if !f.replaced[one.name.repository] {
			f.found(one.name, one.place)
		}
	}
	versions := map[string]string{}
	for _, p := range f.parts {
		f.complete(p, versions)
	}
	f.uncovered()
	f.unfollowed()
}

// complete takes what is missing to an image from the values.yaml beside it, and
// the tag from the chart. Versions are those of the charts that were read.
func (f *folder) complete(p part, versions map[string]string) {
	base, known := f.charts[p.dir][p.key]
	if p.name.repository == "" && (!known || p.registry != "") {
		f.gap(p.place+": it says only a part of an image, and not which repository", "write the repository beside it, or in the values.yaml in the same folder; or leave the file out with except")
		return
	}
	if p.name.repository == "" {
		p.name = name{repository: base.repository}
	}
	if p.tag == "" && p.digest == "" && known && base.repository == p.name.repository {
		p.tag, p.digest = base.tag, base.digest
	}
	if p.tag == "" && p.digest == "" {
		version, read := versions[p.dir]
		if !read {
			version = f.appVersion(p.dir)
			versions[p.dir] = version
		}
		p.tag = version
	}
	n, err := p.put()
	switch {
	case err != nil:
		f.gap(fmt.Sprintf("%s: the image %s with the tag %s %s", p.place, quote(p.name.repository), quote(p.tag), err), nextImage)
	case n.tag == "" && n.digest == "":
		f.gap(fmt.Sprintf("%s: the image %s has no tag, and no Chart.yaml with an appVersion is beside it", p.place, quote(p.name.repository)), "write the tag, or leave the file out with except")
	default:
		f.found(n, p.place)
	}
}

// appVersion is that of the chart in a folder; empty where there is none.
func (f *folder) appVersion(dir string) string {
	text, err := f.reading.files.read(path.Join(dir, "Chart.yaml"))
	if err != nil {
		return ""
	}
	var document yaml.Node
	if yaml.Unmarshal(text, &document) != nil || len(document.Content) == 0 {
		return ""
	}
	s := &sheet{folder: f, path: path.Join(dir, "Chart.yaml"), text: text}
	return s.value(document.Content[0], "appVersion")
}
