package gate_test

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestKeyOf(t *testing.T) {
	base := vulnerability("GHSA-aaaa", gate.SeverityHigh, gate.FixFixed)
	base.Aliases = []string{"CVE-2024-1"}
	lint := gate.Finding{
		Rule: "pin-base-image", Aliases: []string{"DL3006"}, Analyzer: gate.AnalyzerLint, Image: "shop",
		Location: gate.Location{Path: "Dockerfile", Line: 3}, Anchor: "0\x00FROM debian",
	}
	packages := gate.Finding{
		Rule: "required-package-missing", Analyzer: gate.AnalyzerPackages, Image: "shop", Location: gate.Location{Path: "Dockerfile"}, Anchor: "deb\x00curl\x00",
	}
	jar := vulnerability("CVE-2024-2", gate.SeverityHigh, gate.FixFixed)
	jar.Package = &gate.Package{Name: "log4j", Version: "2.14", Type: "java-archive", PURL: "pkg:maven/org.apache/log4j@2.14"}
	jar.Paths = []string{"/lib/log4j-2.14.jar"}
	change := func(f gate.Finding, edit func(*gate.Finding)) gate.Finding {
		if f.Package != nil {
			p := *f.Package
			f.Package = &p
		}
		edit(&f)
		return f
	}
	tests := []struct {
		name string
		a, b gate.Finding
		same bool
	}{
		{"another version is the same finding", base, change(base, func(f *gate.Finding) {
			f.Package.Version, f.Package.PURL = "3.0.2", "pkg:deb/debian/openssl@3.0.2?distro=debian-12"
		}), true},
		{"another path is the same finding", base, change(base, func(f *gate.Finding) { f.Paths = []string{"/x"} }), true},
		{"another platform is the same finding", base, change(base, func(f *gate.Finding) { f.Platform = "linux/arm64" }), true},
		{"id and alias exchanged is the same finding", base, change(base, func(f *gate.Finding) {
			f.Rule, f.Aliases = "CVE-2024-1", []string{"GHSA-aaaa"}
		}), true},
		{"another image is another finding", base, change(base, func(f *gate.Finding) { f.Image = "till" }), false},
		{"another package is another finding", base, change(base, func(f *gate.Finding) { f.Package.PURL = "pkg:deb/debian/zlib@1" }), false},
		{"another advisory is another finding", base, change(base, func(f *gate.Finding) { f.Aliases = []string{"CVE-2024-2"} }), false},
		{"a moved line is the same lint finding", lint, change(lint, func(f *gate.Finding) { f.Location.Line = 30 }), true},
		{"another instruction is another lint finding", lint, change(lint, func(f *gate.Finding) { f.Anchor = "0\x00FROM alpine" }), false},
		{"another stage is the same lint finding", lint, change(lint, func(f *gate.Finding) { f.Anchor = "web\x00FROM debian" }), true},
		{"a longer path to the file is the same lint finding", lint, change(lint, func(f *gate.Finding) { f.Location.Path = "./x/../Dockerfile" }), true},
		{"another file is another lint finding", lint, change(lint, func(f *gate.Finding) { f.Location.Path = "b/Dockerfile" }), false},
		{"another part of a package rule is another finding", packages, change(packages, func(f *gate.Finding) { f.Anchor = "apk\x00curl\x00" }), false},
		{"a jar at another version and path is the same finding", jar, change(jar, func(f *gate.Finding) {
			f.Package.Version, f.Package.PURL, f.Paths = "2.15", "pkg:maven/org.apache/log4j@2.15", []string{"/lib/log4j-2.15.jar"}
		}), true},
		{"a package without URL at another version is the same finding", change(jar, func(f *gate.Finding) { f.Package.PURL = "" }), change(jar, func(f *gate.Finding) {
			f.Package.Version, f.Package.PURL = "3", ""
		}), true},
		{"another alias is the same lint finding", lint, change(lint, func(f *gate.Finding) { f.Aliases = nil }), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := gate.KeyOf(tt.a), gate.KeyOf(tt.b)
			if (a == b) != tt.same || (a.Fingerprint() == b.Fingerprint()) != tt.same {
				t.Errorf("same = %t, want %t:\n%+v\n%+v", a == b, tt.same, a, b)
			}
		})
	}
}

func TestKeyKeepsScopedNames(t *testing.T) {
	f := gate.Finding{Rule: "CVE-1", Analyzer: gate.AnalyzerScan, Package: &gate.Package{PURL: "pkg:npm/%40scope/name@1.0.0"}}
	if got := gate.KeyOf(f).Subject; got != "pkg:npm/%40scope/name" {
		t.Errorf("subject = %q", got)
	}
}

func TestSecretNeverShows(t *testing.T) {
	c := gate.RegistryCredential{Host: "h", Username: "u", Password: gate.NewSecret("hunter2")}
	text, _ := c.Password.MarshalText()
	for _, shown := range []string{c.Password.String(), c.Password.GoString(), string(text)} {
		if shown == "hunter2" {
			t.Errorf("a secret was shown: %s", shown)
		}
	}
	if c.Password.Reveal() != "hunter2" {
		t.Error("the value is lost")
	}
}

func TestSeverityWords(t *testing.T) {
	for _, s := range gate.Severities() {
		got, err := gate.ParseSeverity(s.String())
		if err != nil || got != s {
			t.Errorf("ParseSeverity(%q) = %v, %v", s, got, err)
		}
	}
	if _, err := gate.ParseSeverity("dire"); err == nil {
		t.Error("an unknown word must be an error")
	}
}
