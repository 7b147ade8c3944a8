package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// pullReport is of a pull request that changes its own policy, and that the
// base's policy holds against it.
func pullReport() gate.Report {
	r := gate.Report{Subjects: []gate.Subject{shop()}, Analyses: []gate.Analysis{linted("shop"), scanned("shop")}}
	r = decide(r, policyOf(), append(scanFindings(), lintFindings("shop")...))
	own := policyOf()
	own.Thresholds[gate.AnalyzerScan] = gate.Threshold{Severity: gate.SeverityCritical, Origin: ".gate.yaml:3"}
	own.Waivers = []gate.Waiver{{
		ID: "CVE-2023-38545", Image: "shop", Reason: "no SOCKS here", Expires: now.AddDate(0, 1, 0), Origin: ".gate.yaml:9",
		Location: gate.Location{Path: ".gate.yaml", Line: 9},
	}}
	base := policyOf()
	statuses := []gate.Status{gate.StatusNew, gate.StatusExisting, gate.StatusExisting, gate.StatusFixed, gate.StatusWorse}
	var changes []gate.Change
	for i, f := range r.Findings() {
		changes = append(changes, gate.Change{Finding: f, Status: statuses[i%len(statuses)]})
	}
	r.Policy, r.Baseline = own, "the base commit 1a2b3c4"
	r.Base = &gate.BasePolicy{Commit: "1a2b3c4d5e6f7081928374655647382910abcdef", Files: []string{".gate.yaml"}, Policy: base}
	r.Edits = []gate.Edit{
		{Path: ".gate.yaml", Kind: gate.EditPolicy, Change: "changed", Details: []string{"scan blocks from critical, and did from high", "a new waiver for CVE-2023-38545 until 2026-12-20: no SOCKS here"}},
		{Path: ".github/workflows/gate.yaml", Kind: gate.EditWorkflow, Change: "changed"},
	}
	r.Decisions, r.Verdict = gate.DecideStrictest(changes, nil, own, []gate.Policy{base}, now)
	return r
}

// manyImagesReport has images of every verdict, and one that has no result.
func manyImagesReport() gate.Report {
	r := gate.Report{}
	var findings []gate.Finding
	for _, image := range []string{"api", "team/batch", "web"} {
		s := shop()
		s.Image, s.Dockerfile = image, image+"/Dockerfile"
		r.Subjects = append(r.Subjects, s)
		scan := scanned(image)
		if image == "team/batch" {
			scan.Gaps = []gate.Gap{{
				Guard: gate.GuardUnidentified, Image: image, Message: "2 executables belong to no package, so nobody can say what is wrong with them",
				Next: "install them from packages, or allow them in .gate.yaml with a reason", Paths: []string{"/opt/a", "/opt/b"},
			}}
		}
		r.Analyses = append(r.Analyses, scan)
		own := scanFindings()
		if image == "web" {
			own = own[3:5]
		}
		for _, f := range own {
			f.Image = image
			if f.Location.Path != "" {
				f.Location.Path = image + "/Dockerfile"
			}
			findings = append(findings, f)
		}
	}
	r.Analyses = append(r.Analyses, gate.Analysis{Gaps: []gate.Gap{{
		Guard: gate.GuardImageMissing, Image: "worker", Message: "no report has the image worker, which the policy asks for", Next: "see why its job left no report",
	}}})
	r = decide(r, policyOf(), findings)
	r.Analyses = slices.DeleteFunc(r.Analyses, func(a gate.Analysis) bool { return a.Analyzer == "" })
	return r
}

// bigReport has n vulnerabilities of every severity, at forty places.
func bigReport(n int) gate.Report {
	severities := gate.Severities()
	findings := make([]gate.Finding, 0, n)
	for i := range n {
		at := runLine()
		at.Line, at.EndLine = 3+i%40, 3+i%40
		at.Instruction = fmt.Sprintf("RUN install-step-%d", i%40)
		f := deb(fmt.Sprintf("CVE-2025-%05d", 10000+i), severities[i%len(severities)], fmt.Sprintf("lib%03d", i%250), "1.0."+fmt.Sprint(i%7), "1.1.0", at)
		f.Advisory.Description = strings.Repeat("An attacker may do something that is described at length. ", 4)
		findings = append(findings, f)
	}
	r := gate.Report{Subjects: []gate.Subject{shop()}, Analyses: []gate.Analysis{scanned("shop")}}
	return decide(r, policyOf(), findings)
}
