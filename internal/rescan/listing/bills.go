package listing

import (
	"regexp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

var (
	// billForm is the name of a bill of materials, and packedForm that of one
	// of an archive or a package, which is not of an image.
	billForm   = regexp.MustCompile(`(\.(spdx|cdx|cyclonedx|syft|sbom)|bom|^sbom.*)\.json$`)
	packedForm = regexp.MustCompile(`\.(tar|tgz|tar\.[a-z0-9]+|zip|gz|xz|zst|deb|rpm|apk|exe|msi|dmg|pkg|jar|whl|gem|crate|vsix)[._-]`)

	systemForm   = regexp.MustCompile(`(?:^|[^a-z0-9])(linux|windows|darwin|macos|freebsd|openbsd|netbsd|android|js|wasip1)(?:[^a-z0-9]|$)`)
	platformForm = regexp.MustCompile(`(?:^|[^a-z0-9])(amd64|x86_64|x86-64|arm64|aarch64|arm[-_/]?v?[567]|armhf|386|i[36]86|ppc64le|s390x|riscv64|mips64le|loong64)(?:[-_/]?v[0-9])?(?:[^a-z0-9]|$)`)
)

// isBill reports whether an attached file is a bill of materials that may be of
// an image. The name is in lower case.
func isBill(title string) bool {
	system := systemForm.FindStringSubmatch(title)
	return billForm.MatchString(title) && !packedForm.MatchString(title) && (system == nil || system[1] == "linux" || system[1] == "windows")
}

// platformIn is the platform that a file's name or a line says, such as
// linux/arm64 or linux/arm/v7; empty where it says none.
func platformIn(text string) string {
	text = strings.ToLower(text)
	match := platformForm.FindStringSubmatch(text)
	if match == nil {
		return ""
	}
	system := "linux"
	if said := systemForm.FindStringSubmatch(text); said != nil && said[1] == "windows" {
		system = "windows"
	}
	arch := match[1]
	switch {
	case arch == "x86_64" || arch == "x86-64":
		arch = "amd64"
	case arch == "aarch64":
		arch = "arm64"
	case arch == "i386" || arch == "i686":
		arch = "386"
	case arch == "armhf":
		arch = "arm/v7"
	case strings.HasPrefix(arch, "arm") && arch != "arm64":
		arch = "arm/v" + arch[len(arch)-1:]
	}
	return system + "/" + arch
}

// bills gives the release's bills of materials to its images.
func (p *publication) bills() map[name][]gate.ReleasedBill {
	given := map[name][]gate.ReleasedBill{}
	for _, asset := range p.release.Assets {
		if formOf(asset.Name) != formBill {
			continue
		}
		bill := gate.ReleasedBill{Repository: p.repository, Asset: asset.ID, Name: asset.Name, Platform: platformIn(asset.Name)}
		for _, of := range describedBy(strings.ToLower(asset.Name), p.release.Tag, p.said.all) {
			given[of] = append(given[of], bill)
		}
	}
	return given
}

// describedBy are the images that a file's name may be about; several only where
// they are one image under several names.
func describedBy(file, tag string, mentions []mention) []name {
	repositories := map[string][]mention{}
	longest := 0
	for _, m := range mentions {
		repositories[m.name.repository] = append(repositories[m.name.repository], m)
		if last := m.name.last(); hasWord(file, last) {
			longest = max(longest, len(last))
		}
	}
	var described []name
	paths := map[string]bool{}
	for repository, of := range repositories {
		last := of[0].name.last()
		if len(repositories) > 1 && (len(last) < longest || !hasWord(file, last)) {
			continue
		}
		_, path, _ := strings.Cut(repository, "/")
		paths[path] = true
		described = append(described, tagged(file, tag, of)...)
	}
	if len(paths) > 1 {
		return nil
	}
	return described
}

// tagged are those of one repository's names that a file's name is about.
func tagged(file, tag string, of []mention) []name {
	same := of[0].stands()
	longest := ""
	var names, released []name
	seen := map[name]bool{}
	for _, m := range of {
		if !seen[m.name] {
			seen[m.name] = true
			names = append(names, m.name)
		}
		if m.stands() != same {
			same = ""
		}
		if hasWord(file, strings.ToLower(m.name.tag)) && len(m.name.tag) > len(longest) {
			longest = m.name.tag
		}
		if version := releaseVersion(tag); strings.TrimPrefix(m.name.tag, "v") == version || m.name.tag == tag {
			released = append(released, m.name)
		}
	}
	switch {
	case len(names) == 1, same != "":
		return names
	case longest != "":
		return slices.DeleteFunc(names, func(n name) bool { return n.tag != longest })
	}
	return slices.Compact(released)
}

// hasWord reports whether a word stands in a text between others.
func hasWord(text, word string) bool {
	within := func(at int) bool {
		return at >= 0 && at < len(text) && (text[at]|0x20 >= 'a' && text[at]|0x20 <= 'z' || text[at] >= '0' && text[at] <= '9')
	}
	for from := 0; word != ""; from++ {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		from += at
		if !within(from-1) && !within(from+len(word)) {
			return true
		}
	}
	return false
}
