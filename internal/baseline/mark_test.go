package baseline_test

import (
	"testing"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

func TestMark(t *testing.T) {
	list := func(findings ...gate.Finding) []gate.Finding { return findings }
	jar := func(version string) gate.Finding {
		return vulnerability("CVE-1", "log4j-core", version, software("java-archive", "pkg:maven/org.apache/log4j-core@"+version), paths("/app/lib/log4j-core-"+version+".jar"))
	}
	wheel := func(version string) gate.Finding {
		return vulnerability("CVE-1", "jinja2", version, software("python", "pkg:pypi/jinja2@"+version), paths("/usr/lib/python3/site-packages/jinja2-"+version+".dist-info/METADATA"))
	}
	tests := []struct {
		name       string
		base, head []gate.Finding
		want       []string
	}{
		{"nothing on both sides", nil, nil, nil},
		{"no base makes all new", nil, list(vulnerability("CVE-1", "zlib", "1")), []string{"new CVE-1 zlib 1"}},
		{"what left is fixed", list(vulnerability("CVE-1", "zlib", "1")), nil, []string{"fixed CVE-1 zlib 1"}},
		{"a bump that stays vulnerable", list(vulnerability("CVE-1", "zlib", "1")), list(vulnerability("CVE-1", "zlib", "2")), []string{"existing CVE-1 zlib 2"}},
		{"a downgrade that brings one more", list(vulnerability("CVE-1", "zlib", "2")), list(vulnerability("CVE-1", "zlib", "1"), vulnerability("CVE-2", "zlib", "1")), []string{"existing CVE-1 zlib 1", "new CVE-2 zlib 1"}},
		{"a vulnerable package for another one", list(vulnerability("CVE-1", "zlib", "1")), list(vulnerability("CVE-1", "zlib-ng", "1")), []string{"fixed CVE-1 zlib 1", "new CVE-1 zlib-ng 1"}},
		{"one vulnerability in two packages is two", list(vulnerability("CVE-1", "libssl3", "1")), list(vulnerability("CVE-1", "libssl3", "1"), vulnerability("CVE-1", "openssl", "1")), []string{"existing CVE-1 libssl3 1", "new CVE-1 openssl 1"}},
		{"the same package at a second path", list(vulnerability("CVE-1", "zlib", "1", paths("/a"))), list(vulnerability("CVE-1", "zlib", "1", paths("/a", "/b"))), []string{"existing CVE-1 zlib 1"}},
		{"a second version beside the first", list(vulnerability("CVE-1", "zlib", "2")), list(vulnerability("CVE-1", "zlib", "1"), vulnerability("CVE-1", "zlib", "2")), []string{"new CVE-1 zlib 1", "existing CVE-1 zlib 2"}},
		{"the second of two versions leaves", list(vulnerability("CVE-1", "zlib", "1"), vulnerability("CVE-1", "zlib", "2")), list(vulnerability("CVE-1", "zlib", "1")), []string{"existing CVE-1 zlib 1", "fixed CVE-1 zlib 2"}},
		{"a jar's file name has the version", list(jar("2.14.0")), list(jar("2.15.0")), []string{"existing CVE-1 log4j-core 2.15.0"}},
		{"a wheel's folder has the version", list(wheel("3.0")), list(wheel("3.1")), []string{"existing CVE-1 jinja2 3.1"}},
		{"another distribution release", list(vulnerability("CVE-1", "zlib", "1")), list(vulnerability("CVE-1", "zlib", "1", software("deb", "pkg:deb/debian/zlib@1?distro=debian-13"))), []string{"existing CVE-1 zlib 1"}},
		{"another image", list(vulnerability("CVE-1", "zlib", "1")), list(vulnerability("CVE-1", "zlib", "1", func(f *gate.Finding) { f.Image = "till" })), []string{"fixed CVE-1 zlib 1", "new CVE-1 zlib 1"}},
		{"the GHSA learns its CVE", list(vulnerability("GHSA-a", "zlib", "1")), list(vulnerability("CVE-1", "zlib", "1", aliases("GHSA-a"))), []string{"existing CVE-1 zlib 1"}},
		{"the CVE goes by its GHSA", list(vulnerability("CVE-1", "zlib", "1", aliases("GHSA-a"))), list(vulnerability("GHSA-a", "zlib", "1")), []string{"existing GHSA-a zlib 1"}},
		{"no side has both names, another finding has", list(vulnerability("CVE-1", "zlib", "1")), list(vulnerability("GHSA-a", "zlib", "1"), vulnerability("GHSA-a", "curl", "1", aliases("CVE-1"))), []string{"existing GHSA-a zlib 1", "new GHSA-a curl 1"}},
		{"names in another case", list(vulnerability("GHSA-ab", "zlib", "1")), list(vulnerability("ghsa-AB", "zlib", "1")), []string{"existing ghsa-AB zlib 1"}},
		{"an advisory of many CVEs does not make them one", list(vulnerability("CVE-2", "zlib", "1")), list(vulnerability("CVE-3", "zlib", "1"), vulnerability("ELSA-1", "curl", "1", aliases("CVE-1", "CVE-2", "CVE-3"))), []string{"fixed CVE-2 zlib 1", "new CVE-3 zlib 1", "new ELSA-1 curl 1"}},
		{"the same advisory with one CVE more", list(vulnerability("ELSA-1", "zlib", "1", aliases("CVE-2"))), list(vulnerability("ELSA-1", "zlib", "1", aliases("CVE-1", "CVE-2"))), []string{"existing ELSA-1 zlib 1"}},
		{"another scanner's aliases make nothing one for the scan", list(vulnerability("CVE-1", "zlib", "1")), list(vulnerability("CVE-2", "zlib", "1"), vulnerability("GHSA-a", "x", "1", aliases("CVE-1"), func(f *gate.Finding) { f.Analyzer = gate.AnalyzerForeign }),
			vulnerability("GHSA-a", "x", "1", aliases("CVE-2"), func(f *gate.Finding) { f.Analyzer = gate.AnalyzerForeign })), []string{"fixed CVE-1 zlib 1", "new CVE-2 zlib 1", "new GHSA-a x 1", "new GHSA-a x 1"}},
		{"a severity that rose", list(vulnerability("CVE-1", "zlib", "1", severity(gate.SeverityLow))), list(vulnerability("CVE-1", "zlib", "1")), []string{"worse CVE-1 zlib 1 from low"}},
		{"a severity that fell", list(vulnerability("CVE-1", "zlib", "1")), list(vulnerability("CVE-1", "zlib", "1", severity(gate.SeverityLow))), []string{"existing CVE-1 zlib 1"}},
		{"exploited now", list(vulnerability("CVE-1", "zlib", "1")), list(vulnerability("CVE-1", "zlib", "1", exploited(false))), []string{"worse CVE-1 zlib 1 from high"}},
		{"by ransomware now", list(vulnerability("CVE-1", "zlib", "1", exploited(false))), list(vulnerability("CVE-1", "zlib", "1", exploited(true))), []string{"worse CVE-1 zlib 1 from high"}},
		{"exploited before as well", list(vulnerability("CVE-1", "zlib", "1", exploited(true))), list(vulnerability("CVE-1", "zlib", "1", exploited(true))), []string{"existing CVE-1 zlib 1"}},
		{"a block that moved", list(fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x")), list(fault("no-sudo", "Dockerfile", 30, "0", "RUN sudo x")), []string{"existing no-sudo Dockerfile:30"}},
		{"a stage put before", list(fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x")), list(fault("no-sudo", "Dockerfile", 9, "1", "RUN sudo x"), fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo y")), []string{"existing no-sudo Dockerfile:9", "new no-sudo Dockerfile:3"}},
		{"the same line once more", list(fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x")), list(fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x"), fault("no-sudo", "Dockerfile", 4, "0", "RUN sudo x")), []string{"existing no-sudo Dockerfile:3", "new no-sudo Dockerfile:4"}},
		{"the same line in another stage", list(fault("no-sudo", "Dockerfile", 3, "web", "RUN sudo x")), list(fault("no-sudo", "Dockerfile", 3, "api", "RUN sudo x"), fault("no-sudo", "Dockerfile", 4, "web", "RUN sudo x")), []string{"new no-sudo Dockerfile:3", "existing no-sudo Dockerfile:4"}},
		{"a line that changed", list(fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x")), list(fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo y")), []string{"fixed no-sudo Dockerfile:3", "new no-sudo Dockerfile:3"}},
		{"a renamed file that nobody tells of", list(fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x")), list(fault("no-sudo", "b/Dockerfile", 3, "0", "RUN sudo x")), []string{"fixed no-sudo Dockerfile:3", "new no-sudo b/Dockerfile:3"}},
		{"the same file by a longer path", list(fault("no-sudo", "./Dockerfile", 3, "0", "RUN sudo x")), list(fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x")), []string{"existing no-sudo Dockerfile:3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, baseline.Mark(baseline.Base{Findings: tt.base}, tt.head), tt.want...)
		})
	}
}

func TestARenamedDockerfileIsTheSameFile(t *testing.T) {
	base := baseline.Base{
		Findings: []gate.Finding{
			fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x"),
			fault("no-sudo", "Dockerfile", 5, "0", "RUN sudo y"),
			fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x", func(f *gate.Finding) { f.Image = "till" }),
		},
		Renamed: map[baseline.File]string{{Image: "shop", Path: "Dockerfile"}: "docker/shop.Dockerfile"},
	}
	head := []gate.Finding{fault("no-sudo", "docker/shop.Dockerfile", 3, "0", "RUN sudo x")}
	changes := baseline.Mark(base, head)
	expect(t, changes, "existing no-sudo docker/shop.Dockerfile:3", "fixed no-sudo Dockerfile:3", "fixed no-sudo Dockerfile:5")
	for _, f := range of(changes, gate.StatusFixed) {
		if f.Location.Line == 3 && f.Image != "till" {
			t.Errorf("the file of another image was renamed as well: %+v", f)
		}
	}
}

func TestTheMostAlikeBelongTogether(t *testing.T) {
	base := []gate.Finding{
		vulnerability("CVE-1", "zlib", "1", platform("linux/arm64"), severity(gate.SeverityCritical)),
		vulnerability("CVE-1", "zlib", "2", platform("linux/amd64")),
		vulnerability("CVE-1", "zlib", "3", platform("linux/amd64"), severity(gate.SeverityLow), paths("/a")),
	}
	head := []gate.Finding{
		vulnerability("CVE-1", "zlib", "3", platform("linux/amd64"), severity(gate.SeverityLow), paths("/b")),
		vulnerability("CVE-1", "zlib", "1", platform("linux/arm64"), severity(gate.SeverityCritical)),
	}
	expect(t, baseline.Mark(baseline.Base{Findings: base}, head), "existing CVE-1 zlib 1", "existing CVE-1 zlib 3", "fixed CVE-1 zlib 2")
}

func TestWhatNobodyKnewIsDisclosed(t *testing.T) {
	was := []gate.Finding{
		vulnerability("CVE-1", "zlib", "1", severity(gate.SeverityLow)),
		vulnerability("GHSA-b", "zlib", "1"),
		vulnerability("CVE-4", "zlib", "1", exploited(false)),
		vulnerability("CVE-5", "zlib", "1"),
		fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x", severity(gate.SeverityLow)),
	}
	base := []gate.Finding{
		vulnerability("CVE-1", "zlib", "1"),
		vulnerability("CVE-2", "zlib", "1", aliases("GHSA-b")),
		vulnerability("CVE-3", "zlib", "1"),
		vulnerability("CVE-4", "zlib", "1", exploited(true)),
		vulnerability("CVE-5", "zlib", "1", exploited(false)),
		vulnerability("CVE-6", "zlib", "1", exploited(true)),
		fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x"),
		fault("a-new-rule", "Dockerfile", 3, "0", "RUN sudo x"),
	}
	head := append([]gate.Finding{vulnerability("CVE-9", "zlib", "1")}, base...)
	changes := baseline.Mark(baseline.Base{Findings: base, Kept: &baseline.Kept{Known: baseline.KnownOf(was)}}, head)
	expect(t, changes,
		"worse CVE-1 zlib 1 from low", "existing CVE-2 zlib 1", "existing CVE-3 zlib 1 disclosed", "worse CVE-4 zlib 1 from high",
		"worse CVE-5 zlib 1 from high", "existing CVE-6 zlib 1 disclosed", "existing no-sudo Dockerfile:3", "existing a-new-rule Dockerfile:3 disclosed", "new CVE-9 zlib 1")
	for _, c := range changes {
		if c.Before == nil {
			continue
		}
		switch kev := c.Before.Advisory.KEV; {
		case c.Finding.Rule == "CVE-4" && (kev == nil || kev.Ransomware), c.Finding.Rule == "CVE-5" && kev != nil:
			t.Errorf("%s was before: %+v", c.Finding.Rule, kev)
		}
	}
	if base[3].Advisory.KEV == nil || !base[3].Advisory.KEV.Ransomware {
		t.Error("a finding of the base was changed")
	}
}

func TestABaseThatKeptNothingKnewNothing(t *testing.T) {
	findings := []gate.Finding{vulnerability("CVE-1", "zlib", "1")}
	expect(t, baseline.Mark(baseline.Base{Findings: findings, Kept: &baseline.Kept{}}, findings), "existing CVE-1 zlib 1 disclosed")
	expect(t, baseline.Mark(baseline.Base{Findings: findings}, findings), "existing CVE-1 zlib 1")
}
