package report

import (
	"github.com/containergate/gate/internal/gate"
)

// policyReport is decided by everything that a policy may hold: rules, a
// budget, a VEX statement, licences, packages, another scanner's findings, what
// only the context declares, and an organisation's policy beside it.
func policyReport() gate.Report {
	policy := gate.DefaultPolicy()
	policy.Rules = []gate.Rule{
		{Name: "build stage", Action: gate.ActionIgnore, Reason: "it is not shipped", When: gate.Condition{Stages: []string{"build"}}, Origin: ".gate.yaml:4"},
		{Name: "base image", Action: gate.ActionWarn, Reason: "the platform team updates it", When: gate.Condition{Sides: []gate.Side{gate.SideBase}}, Origin: ".gate.yaml:8"},
	}
	policy.Budgets = []gate.Budget{{Name: "licences to review", Max: 0, When: gate.Condition{Analyzers: []gate.Analyzer{gate.AnalyzerLicense}}, Origin: ".gate.yaml:12"}}
	policy.Statements = []gate.Statement{{
		IDs: []string{"CVE-2024-0003"}, Status: gate.VEXNotAffected, Justification: "vulnerable_code_not_in_execute_path",
		Author: "Acme", Origin: "vex/shop.json",
	}}
	organisation := gate.DefaultPolicy()
	organisation.OnlyBlocks = true
	organisation.Thresholds = map[gate.Analyzer]gate.Threshold{
		gate.AnalyzerScan: {Severity: gate.SeverityCritical, Origin: "acme/.github:gate-floor.yaml:2"},
		gate.AnalyzerLint: {Never: true, Origin: "acme/.github:gate-floor.yaml:3"}, gate.AnalyzerPolicy: {Never: true, Origin: gate.OriginDefault},
		gate.AnalyzerLicense: {Never: true}, gate.AnalyzerPackages: {Never: true}, gate.AnalyzerForeign: {Never: true},
	}
	report := gate.Report{
		Subjects:     []gate.Subject{{Image: "shop", Source: "build", Platform: "linux/amd64", Distro: "debian 12", Dockerfile: "Dockerfile", Builder: "buildkit"}},
		Analyses:     []gate.Analysis{{Analyzer: gate.AnalyzerScan, Image: "shop", Platform: "linux/amd64", Packages: 120}},
		Organisation: &gate.OrganisationPolicy{Source: "acme/.github:gate-floor.yaml@0123456789ab", Policy: organisation},
	}
	return decideBy(report, policy, organisation, policyFindings())
}

// wouldBlockReport is decided by a policy that only speaks.
func wouldBlockReport() gate.Report {
	policy := gate.DefaultPolicy()
	policy.Mode, policy.ModeOrigin = gate.ModeWarn, ".gate.yaml:2"
	return decide(gate.Report{Subjects: []gate.Subject{{Image: "shop", Source: "docker:shop:1"}}}, policy, policyFindings())
}

func decideBy(r gate.Report, policy, floor gate.Policy, findings []gate.Finding) gate.Report {
	r = decide(r, policy, findings)
	r.Decisions, r.Verdict = gate.DecideStrictest(gate.AllNew(findings), nil, policy, []gate.Policy{floor}, now)
	return r
}

func policyFindings() []gate.Finding {
	vulnerable := func(id, name string, severity gate.Severity, place gate.Location) gate.Finding {
		return gate.Finding{
			Rule: id, Analyzer: gate.AnalyzerScan, Severity: severity, Image: "shop", Platform: "linux/amd64", Distro: "debian:12",
			Package: &gate.Package{Name: name, Version: "1.0", Type: "deb", PURL: "pkg:deb/debian/" + name + "@1.0", Licenses: []string{"MIT"}},
			Fix:     &gate.Fix{State: gate.FixFixed, Versions: []string{"1.1"}, Available: "2026-10-01"}, Location: place,
			Message: name + " 1.0 has " + id + " (fixed in 1.1).", Advisory: &gate.Advisory{Published: "2026-09-01"},
		}
	}
	base := gate.Location{Path: "Dockerfile", Line: 8, Instruction: "FROM debian:12", Base: true, BaseImage: "debian:12", Stage: "1", Layer: "sha256:aa"}
	copied := gate.Location{Path: "Dockerfile", Line: 11, Instruction: "COPY --from=tools /opt /opt", Stage: "1", Earlier: "Dockerfile:3: RUN make install (stage tools)", Layer: "sha256:bb"}
	inBuild := gate.Location{Path: "Dockerfile", Line: 2, Instruction: "RUN apt-get install x", Stage: "build", Layer: "sha256:cc"}
	lockFile := gate.Location{Path: "web/package-lock.json", Line: 120}
	context := vulnerable("GHSA-aaaa-bbbb-cccc", "lodash", gate.SeverityHigh, lockFile)
	context.Source, context.Distro, context.Package.Type, context.Package.Relation = gate.SourceContext, "", "npm", gate.RelationTransitive
	context.Package.PURL, context.Paths = "pkg:npm/lodash@1.0", []string{"/web/package-lock.json"}
	about := func(analyzer gate.Analyzer, rule string, severity gate.Severity, message string) gate.Finding {
		f := vulnerable(rule, "readline", severity, copied)
		f.Analyzer, f.Message, f.Fix, f.Advisory = analyzer, message, nil, nil
		return f
	}
	foreign := gate.Finding{
		Rule: "python.lang.security.audit.eval", Analyzer: gate.AnalyzerForeign, Tool: "Semgrep", Severity: gate.SeverityHigh, Image: "shop",
		Location: gate.Location{Path: "src/app.py", Line: 7, Column: 3}, Message: "eval of a request's parameter",
	}
	return []gate.Finding{
		vulnerable("CVE-2024-0001", "openssl", gate.SeverityCritical, base),
		vulnerable("CVE-2024-0002", "zlib1g", gate.SeverityHigh, base),
		vulnerable("CVE-2024-0003", "curl", gate.SeverityHigh, copied),
		vulnerable("CVE-2024-0004", "make", gate.SeverityHigh, inBuild),
		context, foreign,
		about(gate.AnalyzerLicense, "license-review", gate.SeverityLow, "readline 1.0 has the licence GPL-3.0-only, which is to be reviewed."),
		about(gate.AnalyzerPackages, "package-denied", gate.SeverityHigh, "readline is denied: use libedit."),
	}
}
