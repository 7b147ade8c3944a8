package scan

import (
	"bytes"
	"strings"
	"testing"
)

func FuzzReadSBOM(f *testing.F) {
	for _, seed := range []string{
		`{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1"}]}`,
		`{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x","documentNamespace":"https://x","creationInfo":{"creators":["Tool: x"],"created":"2026-01-01T00:00:00Z"},"packages":[{"name":"a","SPDXID":"SPDXRef-a","versionInfo":"1","downloadLocation":"NOASSERTION","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a@1"}]}]}`,
		`{"artifacts":[{"id":"1","name":"a","version":"1","type":"npm","purl":"pkg:npm/a@1","locations":[]}],"artifactRelationships":[],"source":{"id":"1","name":"x","version":"","type":"directory","metadata":{"path":"."}},"distro":{},"descriptor":{"name":"syft","version":"1"},"schema":{"version":"16.0.0","url":""}}`,
		`<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>`, "SPDXVersion: SPDX-2.3\n", "pkg:npm/a@1\n", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		found, err := decodeSBOM(bytes.NewReader(document))
		if err != nil {
			return
		}
		if found.sbom == nil {
			t.Fatal("neither an error nor a document")
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
