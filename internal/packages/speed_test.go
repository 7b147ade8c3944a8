package packages

import (
	"fmt"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func BenchmarkAnalyze(b *testing.B) {
	var components []gate.Component
	for i := range 5000 {
		components = append(components, component("deb", fmt.Sprintf("p%d", i), "GPL-2+", "Expat", "LGPL-2.1+ or BSD-3-clause", fmt.Sprintf("word%d", i%300)))
	}
	low := gate.SeverityLow
	policy := licenses(gate.LicensePolicy{Allow: []string{"MIT", "BSD-*", "GPL-2.0-or-later", "Apache-2.0"}, Deny: []string{"AGPL-*", "GPL-3.0-or-later"}, Unknown: &low, Exceptions: []gate.LicenseException{{PURL: "pkg:deb/debian/x*"}}})
	for range 20 {
		policy.Packages = append(policy.Packages, gate.PackageRule{PURL: "pkg:npm/x*", Versions: "<2"})
	}
	for b.Loop() {
		Analyze(components, Subject{}, policy)
	}
}
