package packages

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

func TestPackagesAreDeniedAndRequired(t *testing.T) {
	openssl := component("deb", "openssl")
	openssl.Package.Version, openssl.Package.PURL = "3.0.9-1", "pkg:deb/debian/openssl@3.0.9-1?arch=amd64"
	left := component("npm", "left")
	left.Source = gate.SourceContext
	tests := []struct {
		name string
		rule gate.PackageRule
		want []string
	}{
		{"by name", gate.PackageRule{Name: "openssl"}, []string{RuleDenied}},
		{"by a pattern of its name", gate.PackageRule{Name: "open*"}, []string{RuleDenied}},
		{"by type", gate.PackageRule{Type: "deb"}, []string{RuleDenied}},
		{"by package URL without its qualifiers", gate.PackageRule{PURL: "pkg:deb/debian/openssl@3.0.9-1"}, []string{RuleDenied}},
		{"by package URL without its version", gate.PackageRule{PURL: "pkg:deb/*/openssl"}, []string{RuleDenied}},
		{"in the range", gate.PackageRule{Name: "openssl", Versions: ">=3, <3.0.10"}, []string{RuleDenied}},
		{"in an alternative of the range", gate.PackageRule{Name: "openssl", Versions: "1.0 || >= 3.0.9-1"}, []string{RuleDenied}},
		{"out of the range", gate.PackageRule{Name: "openssl", Versions: "<3 || >3.0.9-1"}, nil},
		{"all that is set must hold", gate.PackageRule{Name: "openssl", Type: "rpm"}, nil},
		{"in this image", gate.PackageRule{Name: "openssl", Image: "shop"}, []string{RuleDenied}},
		{"in another image", gate.PackageRule{Name: "openssl", Image: "till"}, nil},
		{"what the context declares", gate.PackageRule{Name: "left"}, []string{RuleDenied}},
		{"a version that is not told", gate.PackageRule{Name: "bare", Versions: "<2"}, []string{RuleDenied}},
		{"a range that is none", gate.PackageRule{Name: "openssl", Versions: ">"}, []string{RuleDenied}},
		{"required and there", gate.PackageRule{Require: true, Name: "openssl"}, nil},
		{"required in a version that is there", gate.PackageRule{Require: true, Name: "openssl", Versions: ">=3"}, nil},
		{"required in another version", gate.PackageRule{Require: true, Name: "openssl", Versions: ">=4"}, []string{RuleMissing}},
		{"required and not there", gate.PackageRule{Require: true, Name: "ca-certificates"}, []string{RuleMissing}},
		{"required in another image", gate.PackageRule{Require: true, Name: "ca-certificates", Image: "till"}, nil},
		{"required and only in the context", gate.PackageRule{Require: true, Name: "left"}, []string{RuleMissing}},
		{"required in a version, and none is told", gate.PackageRule{Require: true, Name: "bare", Versions: ">=1"}, []string{RuleMissing}},
	}
	bare := gate.Component{Package: gate.Package{Name: "bare", Type: "npm"}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.Severity = gate.SeverityCritical
			got := found(gate.Policy{Packages: []gate.PackageRule{tt.rule}}, openssl, left, bare)
			var ids []string
			for _, f := range got {
				ids = append(ids, f.Rule)
				if f.Severity != gate.SeverityCritical || f.Analyzer != gate.AnalyzerPackages || f.Image != "shop" {
					t.Errorf("finding %+v", f)
				}
			}
			if diff := cmp.Diff(tt.want, ids); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeveralRulesAboutOnePackageAreOneFinding(t *testing.T) {
	policy := gate.Policy{Packages: []gate.PackageRule{
		{Name: "curl", Severity: gate.SeverityLow, Reason: "use wget", Origin: ".gate.yaml:9"},
		{Type: "deb", Severity: gate.SeverityHigh, Reason: "no system packages", Origin: ".gate.yaml:7"},
	}}
	curl := component("deb", "curl")
	curl.Location = gate.Location{Path: "Dockerfile", Line: 3}
	curl.Paths = []string{"/var/lib/dpkg/status"}
	got := found(policy, curl)
	want := []gate.Finding{{
		Rule: RuleDenied, Aliases: []string{}, Analyzer: gate.AnalyzerPackages, Severity: gate.SeverityHigh, Image: "shop", Platform: "linux/amd64",
		Package: &curl.Package, Location: curl.Location, Paths: curl.Paths,
		Message: "curl 1.0 (deb) is denied: no system packages [.gate.yaml:7], use wget [.gate.yaml:9]",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestAMissingPackageHasThePlaceOfItsImage(t *testing.T) {
	rule := gate.PackageRule{Require: true, Name: "tini", Versions: ">=0.19", Severity: gate.SeverityHigh, Reason: "it reaps", Origin: ".gate.yaml:5"}
	got := Analyze(nil, Subject{Image: "shop", Dockerfile: "shop/Dockerfile"}, gate.Policy{Packages: []gate.PackageRule{rule}})
	if len(got) != 1 || len(got[0].Findings) != 1 {
		t.Fatalf("analyses = %+v", got)
	}
	f := got[0].Findings[0]
	if f.Location.Path != "shop/Dockerfile" || f.Package != nil || f.Message != "a package tini, version >=0.19, is required and is not in the image: it reaps [.gate.yaml:5]" {
		t.Errorf("finding = %+v", f)
	}
	rule.Versions = ">=1"
	again := Analyze(nil, Subject{Image: "shop", Dockerfile: "shop/Dockerfile"}, gate.Policy{Packages: []gate.PackageRule{rule}})
	if gate.KeyOf(again[0].Findings[0]) != gate.KeyOf(f) {
		t.Error("another version makes another key")
	}
}
