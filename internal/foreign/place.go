package foreign

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// place is where a result is: in a file of the repository, or in files of an
// image, whose lines say nothing.
func (r *reader) place(one *run, next *result, rule *descriptor) (gate.Location, []string) {
	if paths, inside := one.imagePaths(next, rule); inside {
		return gate.Location{}, paths
	}
	if len(next.Locations) == 0 {
		return gate.Location{}, nil
	}
	first := next.Locations[0].Physical
	place := gate.Location{Path: word(r.path(one, first.Artifact), longestPath)}
	if place.Path == "" {
		return gate.Location{}, nil
	}
	region := first.Region
	if region.StartLine > 0 {
		place.Line, place.Column = int(region.StartLine), max(int(region.StartColumn), 0)
		place.EndLine, place.EndColumn = max(int(region.EndLine), place.Line), max(int(region.EndColumn), 0)
		if place.EndLine == place.Line && place.EndColumn < place.Column {
			place.EndColumn = 0
		}
	}
	return place, nil
}

// inLayer is how Grype writes the place of a file in an image:
// image@sha256:<layer>:/path.
var inLayer = regexp.MustCompile(`@sha256:[0-9a-f]{64}:/`)

// imagePaths are the files of an image that a result is about, and whether it
// is about an image at all. Trivy names the image for the whole run, Grype the
// layer of each file.
func (one *run) imagePaths(next *result, rule *descriptor) ([]string, bool) {
	var paths []string
	for _, place := range next.Locations {
		for _, logical := range place.Logical {
			if inLayer.MatchString(logical.Full) && strings.HasPrefix(logical.Name, "/") {
				paths = append(paths, word(logical.Name, longestPath))
			}
		}
	}
	image, _ := one.properties["imageName"].(string)
	if len(paths) == 0 && image == "" {
		return nil, false
	}
	// The address of a distribution's package is the image's own name.
	if len(paths) == 0 && rule.Name != "OsPackageVulnerability" {
		for _, place := range next.Locations {
			if name := unescaped(place.Physical.Artifact.URI); name != "" {
				paths = append(paths, word(path.Clean("/"+name), longestPath))
			}
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), true
}

// path is the path of a file from the repository's root, where that can be
// told; otherwise it is what the tool wrote.
func (r *reader) path(one *run, file artifactLocation) string {
	if file.URI == "" {
		if known := at(one.artifacts, file.Index); known != nil {
			file = known.Location
		}
	}
	if file.URI == "" {
		return ""
	}
	uri := one.resolve(file)
	if absolute, ok := localPath(uri); ok {
		if within, ok := r.within(absolute); ok {
			return within
		}
		if scheme(file.URI) != "" || strings.HasPrefix(file.URI, "/") {
			return absolute
		}
		// A root that is not this one, such as that of a container: the file's
		// path below it is the best that is known.
		uri = file.URI
	}
	if scheme(uri) != "" {
		return uri
	}
	return relative(unescaped(uri))
}

// resolve puts the bases before a relative address. What has no base, or one
// whose place nobody tells, is relative to the repository.
func (one *run) resolve(file artifactLocation) string {
	uri, base := file.URI, file.Base
	for range 10 {
		if scheme(uri) != "" || strings.HasPrefix(uri, "/") || base == "" {
			return uri
		}
		parent, known := one.bases[base]
		if !known || parent.URI == "" {
			return uri
		}
		uri = strings.TrimSuffix(parent.URI, "/") + "/" + uri
		base = parent.Base
	}
	return file.URI
}

// scheme is the scheme of an address; empty for a path, and for one that
// begins with the letter of a drive.
func scheme(uri string) string {
	before, _, found := strings.Cut(uri, ":")
	if !found || len(before) < 2 || strings.ContainsAny(before, "/\\ ?#%@") {
		return ""
	}
	return strings.ToLower(before)
}

// localPath is the path of a file: address, or a path that is absolute.
func localPath(uri string) (string, bool) {
	if strings.HasPrefix(uri, "/") && !strings.HasPrefix(uri, "//") {
		return path.Clean(unescaped(uri)), true
	}
	if scheme(uri) != "file" {
		return "", false
	}
	rest := uri[len("file:"):]
	if after, found := strings.CutPrefix(rest, "//"); found {
		slash := strings.IndexByte(after, '/')
		if slash < 0 {
			return "", false
		}
		rest = after[slash:]
	}
	if !strings.HasPrefix(rest, "/") {
		return "", false
	}
	return path.Clean(unescaped(rest)), true
}

// within is the path from the repository's root.
func (r *reader) within(absolute string) (string, bool) {
	if r.about.Root == "" {
		return "", false
	}
	root := strings.TrimSuffix(path.Clean(r.about.Root), "/") + "/"
	within, ok := strings.CutPrefix(absolute, root)
	return within, ok && within != ""
}

// relative cleans a relative path. Backslashes are separators where there is
// nothing else.
func relative(name string) string {
	if !strings.Contains(name, "/") {
		name = strings.ReplaceAll(name, `\`, "/")
	}
	if name = path.Clean(name); name == "." {
		return ""
	}
	return name
}

// unescaped undoes percent-encoding; a tool that does not know of it is taken
// at its word.
func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}
