package foreign

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// software is the package that a result is about, and what mends it, where the
// tool says so beyond doubt; nothing is guessed from prose that any tool may
// write.
func software(tool string, next *result, rule *descriptor) (*gate.Package, *gate.Fix) {
	switch strings.ToLower(tool) {
	case "grype":
		return ofGrype(next, rule)
	case "trivy":
		return ofTrivy(next)
	}
	for _, properties := range []bag{next.Properties, rule.Properties} {
		if purl, ok := onlyPURL(properties); ok {
			if p, ok := parsePURL(purl); ok {
				return &p, nil
			}
		}
	}
	return nil, nil
}

// onlyPURL is the one package URL of a property bag, if there is just one.
func onlyPURL(properties bag) (string, bool) {
	found := slices.Concat(list(properties["purl"]), list(properties["purls"]))
	slices.Sort(found)
	found = slices.Compact(found)
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

var grypeMessage = regexp.MustCompile(`^An? [a-z]+ vulnerability in (\S+) package: (\S+), version (\S+) was found (?:in image |at: |from )`)

// ofGrype reads the sentence that Grype writes. The rule's package URL and its
// help are those of the first package that the rule was found in, so that
// they count only where they name this version.
func ofGrype(next *result, rule *descriptor) (*gate.Package, *gate.Fix) {
	m := grypeMessage.FindStringSubmatch(next.Message.Text)
	if m == nil {
		return nil, nil
	}
	p := &gate.Package{Type: word(m[1], longestID), Name: word(m[2], longestID), Version: word(m[3], longestID)}
	if purl, ok := onlyPURL(rule.Properties); ok {
		if named, ok := parsePURL(purl); ok && named.Version == p.Version && strings.HasSuffix(p.Name, lastPart(named.Name)) {
			p.PURL = named.PURL
		}
	}
	help := fields(rule.Help.Text)
	if help["Package"] != m[2] || help["Version"] != m[3] {
		return p, nil
	}
	return p, fixOf(help["Fix Version"])
}

// ofTrivy reads the lines that Trivy writes. It does not say of which kind the
// package is.
func ofTrivy(next *result) (*gate.Package, *gate.Fix) {
	says := fields(next.Message.Text)
	name, version := says["Package"], says["Installed Version"]
	if name == "" || version == "" || !strings.HasPrefix(next.Message.Text, "Package: ") {
		return nil, nil
	}
	return &gate.Package{Name: word(name, longestID), Version: word(version, longestID)}, fixOf(says["Fixed Version"])
}

// fields reads lines of "Name: value". A name that comes twice has no value.
func fields(text string) map[string]string {
	found := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		if _, twice := found[name]; twice {
			value = ""
		}
		found[name] = value
	}
	return found
}

// fixOf reads a list of fixed versions. Without any, nothing is known: neither
// tool tells what will not be fixed from what is not fixed yet.
func fixOf(text string) *gate.Fix {
	var versions []string
	for version := range strings.SplitSeq(text, ",") {
		if version = word(version, longestID); version != "" && len(versions) < mostNames {
			versions = append(versions, version)
		}
	}
	if len(versions) == 0 {
		return nil
	}
	return &gate.Fix{State: gate.FixFixed, Versions: versions}
}

// kinds are package URL types in syft's words for packages.
func kindOf(purlType string) string {
	switch purlType {
	case "deb", "rpm", "apk", "npm", "gem", "hex", "conan", "swift":
		return purlType
	case "pypi":
		return "python"
	case "golang":
		return "go-module"
	case "maven":
		return "java-archive"
	case "cargo":
		return "rust-crate"
	case "nuget":
		return "dotnet"
	case "composer":
		return "php-composer"
	case "pub":
		return "dart-pub"
	}
	return ""
}

// parsePURL reads a package URL: pkg:type/namespace/name@version?qualifiers#subpath.
func parsePURL(text string) (gate.Package, bool) {
	body, isPURL := strings.CutPrefix(text, "pkg:")
	if !isPURL || word(text, longestPath) != text {
		return gate.Package{}, false
	}
	body, _, _ = strings.Cut(body, "#")
	body, _, _ = strings.Cut(body, "?")
	version := ""
	if i := strings.LastIndexByte(body, '@'); i > strings.LastIndexByte(body, '/') {
		body, version = body[:i], body[i+1:]
	}
	kind, name, found := strings.Cut(strings.TrimLeft(body, "/"), "/")
	if !found || kind == "" || name == "" {
		return gate.Package{}, false
	}
	kind = strings.ToLower(kind)
	name, errName := url.PathUnescape(name)
	version, errVersion := url.PathUnescape(version)
	if errName != nil || errVersion != nil {
		return gate.Package{}, false
	}
	switch kind {
	case "deb", "rpm", "apk":
		// The namespace is the distribution, which is no part of the name.
		name = lastPart(name)
	case "maven":
		name = strings.ReplaceAll(name, "/", ":")
	}
	return gate.Package{Name: word(name, longestID), Version: word(version, longestID), Type: kindOf(kind), PURL: text}, true
}

func lastPart(name string) string {
	return name[strings.LastIndexAny(name, "/:")+1:]
}
