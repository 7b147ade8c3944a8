package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// now is the moment at which the shared reports were decided.
var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// named is one of the shared reports, which every reporter is tested with.
type named struct {
	name   string
	report gate.Report
}

func sharedReports() []named {
	return []named{
		{"pass", passReport()},
		{"fail", failReport()},
		{"incomplete", incompleteReport()},
		{"hostile", hostileReport()},
		{"waived", waivedReport()},
		{"two-images", twoImagesReport()},
		{"lint-only", lintReport()},
		{"compared", comparedReport()},
		{"pull-request", pullReport()},
		{"many-images", manyImagesReport()},
		{"policy", policyReport()},
		{"would-block", wouldBlockReport()},
		{"empty", decide(gate.Report{}, anyFixPolicy(), nil)},
		{"big", bigReport(2000)},
	}
}

// decide completes a report by really deciding it.
func decide(r gate.Report, policy gate.Policy, findings []gate.Finding) gate.Report {
	var gaps []gate.Gap
	for _, a := range r.Analyses {
		gaps = append(gaps, a.Gaps...)
	}
	r.Tool = gate.Tool{Name: "gate", Version: "1.2.3"}
	r.Policy = policy
	r.Decisions, r.Verdict = gate.Decide(gate.AllNew(findings), gaps, policy, now)
	r.Rules = append(lintRules(), gate.PolicyRules()...)
	slices.SortFunc(r.Rules, func(a, b gate.RuleInfo) int { return strings.Compare(a.ID, b.ID) })
	return r
}

func lintRules() []gate.RuleInfo {
	return []gate.RuleInfo{
		{
			ID: "no-root-user", Title: "The image runs as root", Severity: gate.SeverityHigh,
			Why:     "A process that breaks out of the container is root on the host, and one that does not can change everything in the image.",
			Fix:     "Add a user with RUN useradd and end the last stage with USER and that user's numeric id.",
			Aliases: []string{"CKV_DOCKER_3", "DL3002"}, Tags: []string{"CIS 4.1", "CWE-250", "OWASP D02"},
			URL: "https://example.com/rules/no-root-user",
		},
		{
			ID: "pin-base-image", Title: "The base image is not pinned", Severity: gate.SeverityMedium,
			Why: "A tag moves, so that two builds of one commit can differ.", Fix: "Name the base image with its digest: image:tag@sha256:….",
			Aliases: []string{"DL3006", "DL3007"}, Tags: []string{"CIS 4.2"},
		},
	}
}

const (
	diffBase = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	diffRun  = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
	imageID  = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	digest   = "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
)

func shop() gate.Subject {
	return gate.Subject{
		Image: "shop", Source: "build", ImageID: imageID, Digest: digest, Platform: "linux/amd64",
		Distro: "debian 12", Dockerfile: "Dockerfile", Context: ".", Builder: "docker",
		BuildArgs: []string{"VERSION"}, Size: 74_123_456, Layers: 5,
	}
}

func scanned(image string, gaps ...gate.Gap) gate.Analysis {
	return gate.Analysis{
		Analyzer: gate.AnalyzerScan, Image: image, Platform: "linux/amd64", Packages: 312, Gaps: gaps,
		Data:      []gate.DataSource{{Name: "grype database", Captured: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), Schema: "v6.1.2"}},
		Artifacts: []gate.Artifact{{Kind: "sbom-syft-json", Path: image + ".sbom.json"}},
	}
}

func linted(image string) gate.Analysis {
	return gate.Analysis{
		Analyzer: gate.AnalyzerLint, Image: image, Files: 1,
		Notes: []string{"ShellCheck is absent: the shell code of RUN was checked by gate's own rules only."},
	}
}

func fromLine() gate.Location {
	return gate.Location{Path: "Dockerfile", Line: 1, Column: 1, EndLine: 1, Instruction: "FROM debian:12-slim", Layer: diffBase, Base: true}
}

func runLine() gate.Location {
	return gate.Location{
		Path: "Dockerfile", Line: 7, Column: 1, EndLine: 9, Layer: diffRun,
		Instruction: "RUN apt-get update && apt-get install -y --no-install-recommends curl openssl && rm -rf /var/lib/apt/lists/*",
	}
}

func deb(rule string, severity gate.Severity, name, version, fix string, at gate.Location) gate.Finding {
	f := gate.Finding{
		Rule: rule, Aliases: []string{}, Analyzer: gate.AnalyzerScan, Severity: severity, Image: "shop", Platform: "linux/amd64",
		Package:  &gate.Package{Name: name, Version: version, Type: "deb", PURL: "pkg:deb/debian/" + name + "@" + version + "?arch=amd64&distro=debian-12"},
		Fix:      &gate.Fix{State: gate.FixNotFixed},
		Location: at, Paths: []string{"/var/lib/dpkg/status"},
		Message:  fmt.Sprintf("%s %s is affected by %s.", name, version, rule),
		Advisory: &gate.Advisory{Source: "debian:distro:debian:12", URLs: []string{"https://security-tracker.debian.org/tracker/" + rule}},
	}
	if fix != "" {
		f.Fix = &gate.Fix{State: gate.FixFixed, Versions: []string{fix}, Available: "2024-02-01"}
	}
	return f
}

func scanFindings() []gate.Finding {
	zlib := deb("CVE-2023-45853", gate.SeverityCritical, "zlib1g", "1:1.2.13.dfsg-1", "", fromLine())
	zlib.Fix.State = gate.FixWontFix
	zlib.Advisory.Description = "MiniZip in zlib through 1.3 has an integer overflow and resultant heap-based buffer overflow in zipOpenNewFileInZip4_64 via a long filename, comment, or extra field."
	zlib.Advisory.CVSS = []gate.CVSS{{Source: "nvd@nist.gov", Version: "3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Score: 9.8}}
	zlib.Advisory.CWEs = []string{"CWE-190"}

	curl := deb("CVE-2023-38545", gate.SeverityCritical, "curl", "7.88.1-10+deb12u3", "7.88.1-10+deb12u4", runLine())
	curl.Advisory.Description = "This flaw makes curl overflow a heap based buffer in the SOCKS5 proxy handshake. When curl is asked to pass along the host name, the length may be wrong."
	curl.Advisory.KEV = &gate.KEV{Added: "2024-01-10", Due: "2024-01-31"}
	curl.Advisory.EPSS = &gate.EPSS{Probability: 0.9231, Percentile: 0.998, Date: "2026-11-19"}
	curl.Aliases = []string{"GHSA-7xw4-g7mm-r4pr"}
	curl.Advisory.CVSS = []gate.CVSS{{Source: "nvd@nist.gov", Version: "3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Score: 9.8}}

	ssl := deb("CVE-2024-0727", gate.SeverityMedium, "openssl", "3.0.11-1~deb12u1", "3.0.13-1~deb12u1", runLine())
	ssl.Advisory.Description = "Processing a maliciously formatted PKCS12 file may lead OpenSSL to crash."
	tls := deb("CVE-2024-0553", gate.SeverityHigh, "libgnutls30", "3.7.9-2", "3.7.9-2+deb12u2", fromLine())
	tls.Advisory.Description = "A vulnerability was found in GnuTLS. The response times differ."
	low := deb("CVE-2011-3389", gate.SeverityNegligible, "libgnutls30", "3.7.9-2", "", fromLine())
	odd := deb("CVE-2026-1001", gate.SeverityUnknown, "perl-base", "5.36.0-7+deb12u1", "", fromLine())
	odd.Fix.State = gate.FixUnknown

	lodash := gate.Finding{
		Rule: "GHSA-35jh-r3h4-6jhm", Aliases: []string{"CVE-2021-23337"}, Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh,
		Image: "shop", Platform: "linux/amd64",
		Package:  &gate.Package{Name: "lodash", Version: "4.17.20", Type: "npm", PURL: "pkg:npm/lodash@4.17.20"},
		Fix:      &gate.Fix{State: gate.FixFixed, Versions: []string{"4.17.21"}},
		Location: gate.Location{Path: "Dockerfile", Line: 12, Column: 1, EndLine: 12, Instruction: "COPY web/ /app/", Layer: "sha256:3333333333333333333333333333333333333333333333333333333333333333"},
		Paths:    []string{"/app/node_modules/lodash/package.json"}, Message: "lodash 4.17.20 is affected by GHSA-35jh-r3h4-6jhm.",
		Advisory: &gate.Advisory{Source: "github:language:javascript", Description: "Command Injection in lodash", URLs: []string{"https://github.com/advisories/GHSA-35jh-r3h4-6jhm"}, CWEs: []string{"CWE-77", "CWE-94"}},
	}
	gobin := gate.Finding{
		Rule: "GO-2024-2687", Aliases: []string{"CVE-2023-45288", "GHSA-4v7x-pqxf-cx7m"}, Analyzer: gate.AnalyzerScan, Severity: gate.SeverityHigh,
		Image: "shop", Platform: "linux/amd64",
		Package: &gate.Package{Name: "golang.org/x/net", Version: "v0.17.0", Type: "go-module", PURL: "pkg:golang/golang.org/x/net@v0.17.0"},
		Fix:     &gate.Fix{State: gate.FixFixed, Versions: []string{"0.23.0"}},
		Paths:   []string{"/usr/local/bin/shopd"}, Message: "golang.org/x/net v0.17.0 is affected by GO-2024-2687.",
		Advisory: &gate.Advisory{Source: "github:language:go", EPSS: &gate.EPSS{Probability: 0.66, Percentile: 0.98}},
	}
	return []gate.Finding{zlib, curl, ssl, tls, low, odd, lodash, gobin}
}

func lintFindings(image string) []gate.Finding {
	return []gate.Finding{
		{
			Rule: "no-root-user", Aliases: []string{"CKV_DOCKER_3", "DL3002"}, Tags: []string{"CIS 4.1", "CWE-250", "OWASP D02"},
			Analyzer: gate.AnalyzerLint, Severity: gate.SeverityHigh, Image: image, Anchor: "stage 0",
			Location: gate.Location{Path: "Dockerfile", Line: 14, Column: 1, EndLine: 14, EndColumn: 17, Instruction: `ENTRYPOINT ["shopd"]`},
			Message:  "The last stage has no USER, so the image runs as root.",
		},
		{
			Rule: "pin-base-image", Aliases: []string{"DL3006"}, Tags: []string{"CIS 4.2"},
			Analyzer: gate.AnalyzerLint, Severity: gate.SeverityMedium, Image: image, Anchor: "stage 0 debian:12-slim",
			Location: gate.Location{Path: "Dockerfile", Line: 1, Column: 6, EndLine: 1, EndColumn: 20, Instruction: "FROM debian:12-slim"},
			Message:  "debian:12-slim is named by a tag that can move.",
		},
	}
}

func policyOf(waivers ...gate.Waiver) gate.Policy {
	policy := anyFixPolicy()
	policy.Thresholds[gate.AnalyzerScan] = gate.Threshold{Severity: gate.SeverityHigh, Origin: ".gate.yaml:3"}
	policy.Waivers = waivers
	return policy
}

func passReport() gate.Report {
	var quiet []gate.Finding
	for _, f := range scanFindings() {
		if f.Severity < gate.SeverityHigh {
			quiet = append(quiet, f)
		}
	}
	r := gate.Report{Subjects: []gate.Subject{shop()}, Analyses: []gate.Analysis{linted("shop"), scanned("shop")}}
	return decide(r, policyOf(), append(quiet, lintFindings("shop")[1]))
}

func failReport() gate.Report {
	r := gate.Report{Subjects: []gate.Subject{shop()}, Analyses: []gate.Analysis{linted("shop"), scanned("shop")}}
	return decide(r, policyOf(), append(scanFindings(), lintFindings("shop")...))
}

func incompleteReport() gate.Report {
	policy := policyOf()
	policy.Allowances = []gate.Allowance{{Guard: gate.GuardUnknownDistro, Image: "shop", Reason: "a distribution of our own", Origin: ".gate.yaml:9"}}
	r := gate.Report{
		Subjects: []gate.Subject{shop()},
		Analyses: []gate.Analysis{linted("shop"), scanned("shop",
			gate.Gap{
				Guard: gate.GuardUnidentified, Image: "shop", Platform: "linux/amd64", Analyzer: gate.AnalyzerScan,
				Message: "3 executables belong to no package, so nobody can say what is wrong with them",
				Next:    "install them from packages, or allow them in .gate.yaml under allow with their paths and a reason",
				Paths:   []string{"/opt/tool/bin/a", "/opt/tool/bin/b", "/usr/local/bin/helper"},
			},
			gate.Gap{
				Guard: gate.GuardDatabaseAge, Analyzer: gate.AnalyzerScan,
				Message: "the vulnerability data is of 2026-10-01, which is older than the 5 days that are allowed",
				Next:    "gate db update",
			},
			gate.Gap{Guard: gate.GuardUnknownDistro, Image: "shop", Message: "the database has no records for shopos 3"},
			gate.Gap{
				Guard: gate.GuardBuildFailed, Image: "till", Message: "the build failed at till/Dockerfile:4: RUN make: exit code: 2",
				Next: "mend the build and run gate again", Output: []string{"cc -o till till.c", "till.c:3: error: expected ';'"},
			},
		)},
	}
	return decide(r, policy, lintFindings("shop")[1:])
}

func waivedReport() gate.Report {
	policy := policyOf(
		gate.Waiver{ID: "CVE-2023-45853", Package: "zlib1g", Reason: "minizip is not built into Debian's zlib1g", Owner: "ann", Expires: now.AddDate(0, 2, 0), Origin: ".gate.yaml:8", Location: gate.Location{Path: ".gate.yaml", Line: 8}},
		gate.Waiver{ID: "CVE-2024-0553", Reason: "waiting for the next base image", Expires: now.AddDate(0, 0, -3), Origin: ".gate.yaml:13", Location: gate.Location{Path: ".gate.yaml", Line: 13}},
		gate.Waiver{ID: "CVE-1999-0001", Reason: "not used here", Expires: now.AddDate(0, 1, 0), Origin: ".gate.yaml:17", Location: gate.Location{Path: ".gate.yaml", Line: 17}},
	)
	r := gate.Report{Subjects: []gate.Subject{shop()}, Analyses: []gate.Analysis{linted("shop"), scanned("shop")}}
	return decide(r, policy, scanFindings()[:4])
}

func twoImagesReport() gate.Report {
	worker := shop()
	worker.Image, worker.Dockerfile, worker.ImageID, worker.Digest = "team/worker", "build/worker image/Dockerfile", imageID, ""
	arm := shop()
	arm.Platform = "linux/arm64"
	findings := slices.Concat(scanFindings()[:4], lintFindings("shop"))
	for _, f := range scanFindings()[:4] {
		f.Platform, f.Location.Layer = "linux/arm64", strings.Replace(f.Location.Layer, "sha256:", "sha256:9", 1)[:len(f.Location.Layer)]
		findings = append(findings, f)
	}
	for _, f := range scanFindings()[1:3] {
		f.Image, f.Location.Path, f.Location.Line = "team/worker", "build/worker image/Dockerfile", 3
		findings = append(findings, f)
	}
	lost := scanFindings()[7]
	lost.Image = "team/worker"
	armScan := scanned("shop")
	armScan.Platform = "linux/arm64"
	r := gate.Report{
		Subjects: []gate.Subject{shop(), arm, worker},
		Analyses: []gate.Analysis{linted("shop"), scanned("shop"), armScan, scanned("team/worker")},
	}
	policy := policyOf(gate.Waiver{ID: "CVE-1999-0001", Reason: "not used here", Expires: now.AddDate(0, 1, 0), Origin: ".gate.yaml:17", Location: gate.Location{Path: ".gate.yaml", Line: 17}})
	return decide(r, policy, append(findings, lost))
}

func lintReport() gate.Report {
	a := linted("")
	a.Files = 3
	return decide(gate.Report{Analyses: []gate.Analysis{a}}, anyFixPolicy(), lintFindings(""))
}

func comparedReport() gate.Report {
	r := failReport()
	changes := make([]gate.Change, 0, len(r.Decisions))
	for i, f := range r.Findings() {
		changes = append(changes, gate.Change{Finding: f, Status: []gate.Status{gate.StatusNew, gate.StatusExisting, gate.StatusFixed}[i%3]})
	}
	r.Baseline = "main at 1a2b3c4"
	r.Notes = []string{"The policy of the base branch decided."}
	r.Decisions, r.Verdict = gate.Decide(changes, nil, r.Policy, now)
	return r
}

// anyFixPolicy blocks from high on, whether or not there is a fix, and takes an
// unknown severity for medium.
func anyFixPolicy() gate.Policy {
	policy := gate.DefaultPolicy()
	policy.OnlyFixed, policy.OnlyFixedOrigin, policy.UnknownAs = false, "", gate.SeverityMedium
	policy.WaiverTerms = gate.WaiverTerms{}
	return policy
}
