package scan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func FuzzReadSBOM(f *testing.F) {
	for _, seed := range []string{
		`{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1"}]}`,
		`{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x","documentNamespace":"https://x","creationInfo":{"creators":["Tool: x"],"created":"2026-01-01T00:00:00Z"},"packages":[{"name":"a","SPDXID":"SPDXRef-a","versionInfo":"1","downloadLocation":"NOASSERTION","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a@1"}]}]}`,
		`{"artifacts":[{"id":"1","name":"a","version":"1","type":"npm","purl":"pkg:npm/a@1","locations":[]}],"artifactRelationships":[],"source":{"id":"1","name":"x","version":"","type":"directory","metadata":{"path":"."}},"distro":{},"descriptor":{"name":"syft","version":"1"},"schema":{"version":"16.0.0","url":""}}`,
		`{"artifacts":[{"id":"1","name":"a","version":"1","type":"deb","purl":"pkg:deb/debian/a@1?arch=amd64","locations":[{"path":"/x","layerID":"l","accessPath":"/x"}],"licenses":[{"value":"MIT","spdxExpression":"MIT","type":"declared","urls":[],"locations":[]}],"cpes":[{"cpe":"cpe:2.3:a:a:a:1:*:*:*:*:*:*:*","source":"x"}],"metadataType":"dpkg-db-entry","metadata":{"package":"a","source":"b","architecture":"amd64"}},{"id":"2","name":"c","version":"1","type":"binary","cpes":[{"cpe":"cpe:2.3:a:a:a:1:*:*:*:*:*:*:*"}]}],"artifactRelationships":[{"parent":"1","child":"2","type":"ownership-by-file-overlap"}],"source":{"id":"1","name":"x","version":"","type":"directory","metadata":{"path":"."}},"distro":{"id":"debian","versionID":"12"},"descriptor":{"name":"gate"},"schema":{"version":"16.0.0","url":"https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.0.0.json"}}`,
		`{"artifacts":[{"id":"1","name":"a","version":"1","type":"go-module","language":"go","purl":"pkg:golang/a@1","metadataType":"go-module-buildinfo-entry","metadata":{"architecture":"amd64"}}],"source":{"id":"1","name":"x","type":"directory","metadata":{"path":"."}},"distro":{},"descriptor":{"name":"gate"},"schema":{"version":"16.0.0","url":"https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.0.0.json"},"functions":{"1":"KLUv/QRYKQAAYQpGCgrX7Ory"}}`,
		`<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>`, "SPDXVersion: SPDX-2.3\n", "pkg:npm/a@1\n", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		found, err := decodeSBOM(document)
		if err != nil {
			return
		}
		if found.sbom == nil {
			t.Fatal("neither an error nor a document")
		}
		if plain, ok := decodePlain(t.Context(), document, nil); ok && identities(plain) != identities(found) {
			t.Errorf("read directly:\n%s\nand by the library:\n%s", identities(plain), identities(found))
		}
		v := &inventory{}
		v.take(found)
		for _, c := range v.components() {
			if c.Package.Name == "" && c.Package.PURL == "" {
				t.Logf("a component without a name: %+v", c)
			}
		}
	})
}

// identities is what matching takes from a document.
func identities(c catalogue) string {
	var out []string
	for _, p := range c.packages {
		if !readsCPEs(p.Type) {
			p.CPEs = nil
		}
		out = append(out, fmt.Sprint(p.ID, p.Name, p.Version, p.Type, p.Language, p.PURL, p.CPEs, p.Upstreams, p.Metadata, p.Distro, p.Locations.ToSlice(), len(p.RelatedPackages)))
	}
	slices.Sort(out)
	return strings.Join(out, "\n") + distroName(c.distro())
}

func FuzzReadEntries(f *testing.F) {
	f.Add("Package: a\nVersion: 1\nStatus: install ok installed\n\n")
	f.Add("Package: a\n b\n\n\nVersion")
	f.Fuzz(func(t *testing.T, text string) {
		paragraphs := 0
		if err := readEntries(strings.NewReader(text), entry{"Package", "Version", "Status"}, func(entry) { paragraphs++ }); err != nil {
			t.Fatal(err)
		}
		if paragraphs > strings.Count(text, "\n")+1 {
			t.Errorf("%d paragraphs in %q", paragraphs, text)
		}
		_ = shebang(text)
	})
}
