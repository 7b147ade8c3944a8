package vex_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex"
)

// digestA and digestB are digests of images.
var (
	digestA = "sha256:" + strings.Repeat("a", 64)
	digestB = "sha256:" + strings.Repeat("b", 64)
)

const (
	openssl = "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12"
	zlib    = "pkg:deb/debian/zlib1g@1.2.13-1?arch=amd64&distro=debian-12"
	lodash  = "pkg:npm/lodash@4.17.20"
)

func app() vex.Target {
	return vex.Target{
		Image: "app", Names: []string{"registry.example.com:5000/team/app:1.2"}, Digests: []string{digestA},
		Platform: "linux/amd64", Packages: []string{openssl, zlib, lodash},
	}
}

// says is a statement of an OpenVEX document about a vulnerability.
type says map[string]any

func notAffected(products ...any) says {
	return says{"vulnerability": says{"name": "CVE-2024-1"}, "status": "not_affected", "justification": "vulnerable_code_not_present", "products": products}
}

func affected(products ...any) says {
	return says{"vulnerability": says{"name": "CVE-2024-1"}, "status": "affected", "action_statement": "update", "products": products}
}

func (s says) at(time string) says { s["timestamp"] = time; return s }

func (s says) about(id string, aliases ...string) says {
	s["vulnerability"] = says{"name": id, "aliases": aliases}
	return s
}

// image is a product that is an image, narrowed to packages.
func image(id string, parts ...string) says {
	list := []any{}
	for _, part := range parts {
		list = append(list, says{"@id": part})
	}
	return says{"@id": id, "subcomponents": list}
}

// openVEX makes a document of the first of January 2024.
func openVEX(t testing.TB, statements ...says) []byte {
	t.Helper()
	data, err := json.MarshalIndent(says{
		"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex", "author": "Jane",
		"timestamp": "2024-01-01T00:00:00Z", "version": 1, "statements": statements,
	}, "", " ")
	check(t, err)
	return data
}

// resolve gives the statements that excuse, in short form, and the notes.
func resolve(t testing.TB, targets []vex.Target, documents ...[]byte) (excused, notes []string) {
	t.Helper()
	var policy gate.Policy
	for i, data := range documents {
		policy.VEX = append(policy.VEX, gate.Document{Path: fmt.Sprintf("%c.json", 'a'+i), Content: data})
	}
	statements, notes, err := vex.Resolve(policy, nil, targets)
	check(t, err)
	for _, s := range statements {
		if s.Status == gate.VEXNotAffected || s.Status == gate.VEXFixed {
			excused = append(excused, short(s))
		}
	}
	return excused, notes
}

func short(s gate.Statement) string {
	about := "all"
	if len(s.Packages) > 0 {
		about = strings.Join(s.Packages, " ")
	}
	return fmt.Sprintf("%s %s %s: %s", strings.Join(s.IDs, ","), s.Image, s.Status, about)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
