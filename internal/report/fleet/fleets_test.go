package fleet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

func at(day int) time.Time { return time.Date(2026, 9, day, 4, 30, 0, 0, time.UTC) }

func sha(c string) string { return "sha256:" + strings.Repeat(c, 64) }

// vulnerability is a finding of a Debian package.
func vulnerability(id string, severity gate.Severity, name, version, fix string) gate.Finding {
	f := gate.Finding{
		Rule: id, Aliases: []string{}, Analyzer: gate.AnalyzerScan, Severity: severity, Image: "api", Platform: "linux/amd64", Distro: "debian:12",
		Package: &gate.Package{Name: name, Version: version, Type: "deb"}, Paths: []string{"/var/lib/dpkg/status"}, Message: id + " in " + name,
		Advisory: &gate.Advisory{Description: "A fault in " + name + " lets a guest read what it should not. More follows here."},
	}
	if fix != "" {
		f.Fix = &gate.Fix{State: gate.FixFixed, Versions: []string{fix}}
	} else {
		f.Fix = &gate.Fix{State: gate.FixNotFixed}
	}
	return f
}

// acting is an observed finding that matters.
func acting(f gate.Finding, status gate.Status, remedy gate.RemedyKind) gate.Observed {
	o := gate.Observed{
		Finding: f, Status: status, Action: gate.ActionBlock, Why: "its severity is " + f.Severity.String() + ", and the bar is high", FirstSeen: "2026-11-20",
		Disclosure: gate.DisclosedSince, Remedy: gate.Remedy{Kind: remedy},
	}
	if remedy != gate.RemedyNone {
		o.Remedy.Package, o.Remedy.From = f.Package.Name, f.Package.Version
		if f.Fix != nil && len(f.Fix.Versions) > 0 {
			o.Remedy.To = f.Fix.Versions[0]
		}
	}
	return o
}

// threeImages are one with something to do, one that is clean, and one of which
// a release could not be scanned.
func threeImages() gate.Fleet {
	return gate.Fleet{
		Tool: gate.Tool{Name: "gate", Version: "1.4.0"}, Time: time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC),
		Data: []gate.DataSource{{Name: "grype database", Schema: "v6.1.2", Captured: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}},
		Images: []gate.FleetImage{
			{Name: "api", Issue: "https://github.com/acme/shop/issues/41", Releases: apiReleases(), Points: points(6, 4)},
			{Name: "site", Releases: []gate.Release{{
				Reference: "ghcr.io/acme/site:2026.11", Platform: "linux/amd64", Digest: sha("c"), Bill: "kept", Reused: true, Distro: "alpine:3.22", Packages: 17, Observed: []gate.Observed{},
			}}, Points: points(3, 0)},
			{Name: "worker", Issue: "https://github.com/acme/shop/issues/42", Releases: workerReleases(), Points: points(2, 9)},
		},
		Gaps:  []gate.Gap{{Guard: gate.GuardImageMissing, Message: "the part 3 of 4 of the rescan left no result", Next: "Run the part again, and then merge."}},
		Notes: []string{"2 images were matched from the results of others"},
	}
}

func apiReleases() []gate.Release {
	exploited := vulnerability("CVE-2026-1111", gate.SeverityCritical, "openssl", "3.0.11-1", "3.0.17-1")
	exploited.Advisory.KEV = &gate.KEV{Added: "2026-11-21", Ransomware: true}
	exploited.Advisory.EPSS = &gate.EPSS{Probability: 0.83, Percentile: 0.99}
	library := vulnerability("GHSA-abcd-efgh-2345", gate.SeverityHigh, "lodash", "4.17.20", "4.17.21")
	library.Package.Type, library.Distro, library.Paths = "npm", "", []string{"/srv/node_modules/lodash/package.json"}
	worse := acting(vulnerability("CVE-2025-2222", gate.SeverityHigh, "curl", "7.88.1-10", ""), gate.StatusWorse, gate.RemedyNone)
	worse.Worse, worse.FirstSeen, worse.Disclosure = []string{"its severity rose from medium to high"}, "2026-09-02", gate.DisclosedBefore
	gone := acting(vulnerability("CVE-2025-3333", gate.SeverityHigh, "zlib1g", "1.2.13", "1.2.14"), gate.StatusFixed, gate.RemedyRebuild)
	waived := acting(vulnerability("CVE-2024-4444", gate.SeverityHigh, "tar", "1.34", ""), gate.StatusExisting, gate.RemedyNone)
	waived.Action, waived.Why = gate.ActionWaived, "waived until 2027-01-01: nobody unpacks archives"
	dismissed := acting(vulnerability("CVE-2024-5555", gate.SeverityCritical, "perl-base", "5.36.0", ""), gate.StatusExisting, gate.RemedyNone)
	dismissed.Dismissed = "won't fix: perl is never run"
	low := acting(vulnerability("CVE-2011-6666", gate.SeverityNegligible, "libc6", "2.36-9", ""), gate.StatusExisting, gate.RemedyNone)
	low.Action, low.Why = gate.ActionIgnore, "below the bar"
	arm := acting(exploited, gate.StatusNew, gate.RemedyRebuild)
	arm.Finding.Platform = "linux/arm64"
	return []gate.Release{
		{
			Reference: "ghcr.io/acme/api:1.4.0", Platform: "linux/amd64", Digest: sha("a"), Index: sha("1"), Moved: sha("9"), Published: at(1), Listed: []string{".gate.yaml:12"},
			Bill: "attached", Distro: "debian:12", Packages: 312, Base: &gate.ReleaseBase{Name: "debian:12-slim", Digest: sha("4"), Newer: sha("5")},
			Observed: []gate.Observed{
				acting(exploited, gate.StatusNew, gate.RemedyRebuild), dismissed, acting(library, gate.StatusExisting, gate.RemedyDependency), worse, gone, waived, low,
			},
		},
		{
			Reference: "ghcr.io/acme/api:1.4.0", Platform: "linux/arm64", Digest: sha("b"), Index: sha("1"), Published: at(1), Bill: "kept", Distro: "debian:12", Packages: 311,
			Observed: []gate.Observed{arm},
		},
	}
}

func workerReleases() []gate.Release {
	return []gate.Release{
		{Reference: "ghcr.io/acme/worker:7", Observed: []gate.Observed{}, Gaps: []gate.Gap{{
			Guard: gate.GuardAnalyzerError, Image: "worker", Message: "the registry wants credentials for ghcr.io/acme/worker",
			Next: "Log in before the rescan, or give the token read access to the package.", Output: []string{"GET https://ghcr.io/v2/acme/worker/manifests/7: DENIED"},
		}}},
		{
			Reference: "ghcr.io/acme/worker:8", Platform: "linux/amd64", Digest: sha("d"), Bill: "image", Distro: "debian:12", Packages: 120,
			Observed: []gate.Observed{acting(vulnerability("CVE-2025-7777", gate.SeverityHigh, "libxml2", "2.9.14", "2.9.15"), gate.StatusExisting, gate.RemedyRebuild)},
			Gaps:     []gate.Gap{{Guard: gate.GuardUnidentified, Image: "worker", Message: "2 executables belong to no package", Paths: []string{"/opt/agent", "/opt/helper"}}},
		},
	}
}

// points are n samples, ten days apart.
func points(n, base int) []gate.Point {
	var list []gate.Point
	for i := range n {
		list = append(list, gate.Point{Time: at(1).AddDate(0, 0, 10*i), Severities: map[gate.Severity]int{
			gate.SeverityCritical: (base + i) / 4, gate.SeverityHigh: base + i%3, gate.SeverityMedium: base*2 + i%5, gate.SeverityLow: base, gate.SeverityNegligible: base / 2,
		}})
	}
	return list
}

// manyReleases is a fleet of n releases, each with so many findings, of images
// with twenty releases each.
func manyReleases(n, findings, samples int) gate.Fleet {
	f := gate.Fleet{Tool: gate.Tool{Name: "gate", Version: "1.4.0"}, Time: time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC), Data: threeImages().Data}
	const each = 20
	for i := range n {
		if i%each == 0 {
			f.Images = append(f.Images, gate.FleetImage{Name: fmt.Sprintf("service-%03d", i/each), Points: points(samples, i%7)})
		}
		image := &f.Images[len(f.Images)-1]
		r := gate.Release{Reference: fmt.Sprintf("ghcr.io/acme/%s:1.%d.0", image.Name, i%each), Platform: "linux/amd64", Digest: sha("e"), Bill: "kept", Distro: "debian:12", Packages: 200 + i%50, Observed: []gate.Observed{}}
		switch {
		case i%50 == 7:
			r.Packages, r.Gaps = 0, []gate.Gap{{Guard: gate.GuardAnalyzerError, Message: "the digest is not in the registry any more", Next: "Take it off the list."}}
		case i%3 == 0:
			for j := range findings {
				severity := gate.Severities()[j%6]
				o := acting(vulnerability(fmt.Sprintf("CVE-2026-%d", 10000+j), severity, fmt.Sprintf("lib%03d", j%40), "1.0", "1.1"), gate.StatusExisting, gate.RemedyRebuild)
				if j%4 != 0 {
					o.Action = gate.ActionIgnore
				} else if i%9 == 0 && j%8 == 0 {
					o.Status = gate.StatusNew
				}
				r.Observed = append(r.Observed, o)
			}
		}
		image.Releases = append(image.Releases, r)
	}
	return f
}

// cleanFleet is complete, and nothing matters.
func cleanFleet() gate.Fleet {
	f := threeImages()
	f.Images, f.Gaps, f.Notes = f.Images[1:2], nil, nil
	return f
}

// onePoint is a fleet after its first rescan.
func onePoint() gate.Fleet {
	f := threeImages()
	for i := range f.Images {
		f.Images[i].Points = points(1, 4)
	}
	return f
}

type named struct {
	name  string
	fleet gate.Fleet
}

func sharedFleets() []named {
	return []named{
		{"empty", gate.Fleet{}}, {"three", threeImages()}, {"clean", cleanFleet()}, {"one-point", onePoint()},
		{"many", manyReleases(300, 30, 60)}, {"hostile", hostileFleet(strings.Join(hostile(), " "))},
	}
}

// hostile are texts that somebody might write, also into the page of a fleet.
func hostile() []string {
	return append(reporttest.Hostile(), "</code></pre></table></noscript></svg><h1>x", "<!-- gate:rescan -->\n~~~yaml\nx\n~~~")
}

// hostileFleet has the text wherever a text can come from outside.
func hostileFleet(text string) gate.Fleet {
	gap := gate.Gap{Guard: gate.Guard(text), Image: text, Platform: text, Message: text, Next: text, Paths: []string{text}, Output: []string{text, text}}
	f := gate.Fleet{
		Tool: gate.Tool{Name: text, Version: text}, Time: at(9), Data: []gate.DataSource{{Name: text, Schema: text, Captured: at(2)}, {Name: text}},
		Gaps: []gate.Gap{gap}, Notes: []string{text},
	}
	finding := gate.Finding{
		Rule: "CVE-1-" + text, Aliases: []string{text}, Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh, Image: text, Platform: text, Distro: text,
		Package: &gate.Package{Name: text, Version: text, Type: text, PURL: text}, Fix: &gate.Fix{State: gate.FixFixed, Versions: []string{text, text}},
		Location: gate.Location{Path: text, Line: 3}, Paths: []string{text}, Message: text,
		Advisory: &gate.Advisory{Description: text + ". " + text, URLs: []string{text, "https://" + text, "javascript:" + text}, KEV: &gate.KEV{}},
	}
	r := gate.Release{
		Reference: "r" + text, Platform: text, Digest: text, Index: text + "i", Moved: "m" + text, Published: at(1), Listed: []string{text}, Bill: text, Distro: text, Packages: 4,
		Base: &gate.ReleaseBase{Name: text, Digest: text, Newer: text + "n"}, Gaps: []gate.Gap{gap}, Notes: []string{text},
	}
	for i, status := range []gate.Status{gate.StatusNew, gate.StatusWorse, gate.StatusExisting, gate.StatusFixed, gate.StatusExisting, gate.StatusExisting} {
		o := gate.Observed{
			Finding: finding, Status: status, Action: gate.ActionBlock, Why: text, Worse: []string{text}, FirstSeen: text, Disclosure: gate.DisclosedSince,
			Remedy: gate.Remedy{Kind: gate.RemedyDependency, Package: text, From: text, To: text},
		}
		switch i {
		case 4:
			o.Dismissed = "d" + text
		case 5:
			o.Action = gate.ActionWaived
		}
		r.Observed = append(r.Observed, o)
	}
	for i, name := range []string{"a" + text, "b" + text} {
		f.Images = append(f.Images, gate.FleetImage{Name: name, Issue: []string{text, "https://" + text}[i], Releases: []gate.Release{r, {Reference: "x" + text, Observed: []gate.Observed{}, Gaps: []gate.Gap{gap}}}, Points: points(2, 2)})
	}
	f.Images = append(f.Images, gate.FleetImage{Name: "c" + text})
	return f
}

func fleetNamed(t *testing.T, name string) gate.Fleet {
	t.Helper()
	for _, n := range sharedFleets() {
		if n.name == name {
			return n.fleet
		}
	}
	t.Fatalf("there is no fleet %q", name)
	return gate.Fleet{}
}

// pageBytes is the fleet's page.
func pageBytes(t *testing.T, f gate.Fleet) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, f, Options{RunURL: "https://github.com/acme/shop/actions/runs/7"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
