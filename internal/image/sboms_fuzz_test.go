package image

import (
	"strings"
	"testing"
)

func TestTheFormatOfADocumentIsToldByItself(t *testing.T) {
	for text, want := range map[string]string{
		"SPDXVersion: SPDX-2.3\n": "spdx-tag-value",
		`<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5">`: "cyclonedx-xml",
		` {"bomFormat": "CycloneDX"}`:                                            "cyclonedx-json",
		`{"spdxVersion": "SPDX-2.3"}`:                                            "spdx-json",
		`{"spdxVersion": 2}`:                                                     "",
		`{"artifacts": [], "schema": "x"}`:                                       "",
		`{"@context": "https://spdx.org/"}`:                                      "",
		`<html>`:                                                                 "",
		"":                                                                       "",
	} {
		if got := sbomFormat([]byte(text)); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

func FuzzSBOM(f *testing.F) {
	digest := "sha256:" + strings.Repeat("a", 64)
	stated := `{"subject":[{"digest":{"sha256":"` + strings.Repeat("a", 64) + `"}}],"predicateType":"https://spdx.dev/Document","predicate":{"Data":"SPDXVersion: SPDX-2.3"}}`
	for _, seed := range []string{
		stated, `{"bomFormat":"CycloneDX"}`, `{"dsseEnvelope":{"payloadType":"application/vnd.in-toto+json","payload":"e30="}}`,
		`{"payloadType":"application/vnd.in-toto+json","payload":"!"}`, `{"predicateType":1}`, "{", "<", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		bill, err := readSBOM(Attachment{Digest: digest, Source: "x", Data: data}, digest)
		if err == nil && bill.Format != "" && (sbomFormat(bill.Data) != bill.Format || bill.Digest != digest) {
			t.Errorf("%q became %+v", data, bill)
		}
		if err != nil && bill.Format != "" {
			t.Errorf("%q became %+v and %v", data, bill, err)
		}
	})
}
