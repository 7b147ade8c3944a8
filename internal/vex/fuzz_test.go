package vex_test

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex"
)

// FuzzRead reads documents and holds them against an image. What is excused
// must be said of this image, with names and a reason, and say the same again.
func FuzzRead(f *testing.F) {
	f.Add(openVEX(f, notAffected("app"), affected(image("pkg:oci/app", lodash)).at("2025-01-01")))
	f.Add(openVEX(f, notAffected(image("registry.example.com:5000/team/app:1.2", openssl, zlib)).at("2023-01-01"), affected("pkg:deb/debian/openssl")))
	f.Add(csaf(f, says{"product_status": says{"fixed": []string{"RHEL:OPENSSL"}, "known_not_affected": []string{"IMAGE"}, "known_affected": []string{"ANYSSL"}}, "flags": flag("IMAGE")}))
	f.Add([]byte(`{"@context": "https://openvex.dev/ns", "timestamp": "2023-01-01", "statements": [{"vulnerability": "CVE-1", "status": "fixed", "products": ["pkg:npm/lodash"]}]}`))
	f.Add([]byte(`{"document": {"csaf_version": "2.1", "tracking": {"current_release_date": "2024-01-01"}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		policy := gate.Policy{VEX: []gate.Document{{Path: "a.json", Content: data}}}
		statements, _, err := vex.Resolve(policy, nil, []vex.Target{app()})
		if err != nil {
			return
		}
		for _, s := range statements {
			if len(s.IDs) == 0 || s.Image != "app" || s.Origin == "" {
				t.Errorf("got %+v", s)
			}
			if s.Status == gate.VEXNotAffected && s.Justification == "" && s.Impact == "" {
				t.Errorf("excused without a reason: %+v", s)
			}
		}
		again, _, err := vex.Resolve(policy, nil, []vex.Target{app()})
		if err != nil || len(again) != len(statements) {
			t.Errorf("a second reading differs: %v", err)
		}
	})
}
