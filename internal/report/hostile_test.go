package report

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

// hostileReport has hostile text wherever text can come from outside.
func hostileReport() gate.Report {
	var findings []gate.Finding
	for i, text := range reporttest.Hostile() {
		f := deb("CVE-2020-"+text, gate.SeverityHigh, "name"+text, text, text, gate.Location{})
		f.Aliases = []string{text}
		f.Package.PURL = "pkg:deb/" + text
		f.Paths = []string{text}
		f.Message = text
		f.Advisory = &gate.Advisory{Source: text, Description: text, URLs: []string{text, "https://" + text}, CWEs: []string{text}}
		if i%2 == 0 {
			f.Location = gate.Location{Path: text, Line: i + 1, Instruction: "RUN " + text, Layer: text}
		}
		findings = append(findings, f, gate.Finding{
			Rule: "no-root-user", Aliases: []string{text}, Tags: []string{text}, Analyzer: gate.AnalyzerLint, Severity: gate.SeverityHigh,
			Image: "shop", Anchor: text, Message: text, Location: gate.Location{Path: "Dockerfile", Line: i + 1, Instruction: text},
		})
	}
	all := strings.Join(reporttest.Hostile(), " ")
	subject := shop()
	subject.Distro, subject.Dockerfile, subject.Source, subject.Builder, subject.ImageID = all, all, all, "", all
	scan := scanned("shop", gate.Gap{Guard: gate.GuardUnidentified, Image: "shop", Message: all, Next: all, Paths: reporttest.Hostile(), Output: reporttest.Hostile()})
	scan.Notes = reporttest.Hostile()
	scan.Data = append(scan.Data, gate.DataSource{Name: all, Schema: all})
	scan.Artifacts = []gate.Artifact{{Kind: all, Path: all}}
	policy := policyOf(gate.Waiver{ID: "CVE-2020-" + reporttest.Hostile()[0], Reason: all, Expires: now.AddDate(0, 1, 0), Origin: gate.Origin(all)})
	policy.Thresholds[gate.AnalyzerLint] = gate.Threshold{Severity: gate.SeverityHigh, Origin: gate.Origin(all)}
	r := gate.Report{Subjects: []gate.Subject{subject}, Analyses: []gate.Analysis{scan}, Notes: reporttest.Hostile(), Baseline: all}
	r = decide(r, policy, findings)
	r.Base = &gate.BasePolicy{Commit: all, Files: reporttest.Hostile(), Policy: policy}
	r.Edits = []gate.Edit{{Path: all, Kind: gate.EditPolicy, Change: all, Details: reporttest.Hostile()}}
	return r
}

// hostileIn is a small report that has the text in every place where a text
// can be, and every part that a report can have.
func hostileIn(text string) gate.Report {
	tagged := func(f gate.Finding) gate.Finding {
		f.Rule, f.Aliases, f.Tags, f.Image, f.Platform = f.Rule+text, []string{text, "CVE-2020-1000"}, []string{text, "CWE-" + text}, text, text
		f.Message, f.Anchor, f.Paths = text, text, []string{text, "/" + text}
		f.Location = gate.Location{Path: text, Line: 3, Instruction: "RUN " + text, Layer: text, Base: true}
		if f.Package != nil {
			f.Package = &gate.Package{Name: text, Version: text, Type: text, PURL: "pkg:" + text, Upstream: text}
			f.Fix = &gate.Fix{State: gate.FixFixed, Versions: []string{text, text}, Available: "2026-01-01"}
			f.Advisory = &gate.Advisory{Source: text, Description: text + ". " + text, URLs: []string{text, "https://" + text, "https://x.example/" + text}, CWEs: []string{text}, KEV: &gate.KEV{}}
		}
		return f
	}
	scan, lint := scanFindings(), lintFindings(text)
	findings := []gate.Finding{tagged(scan[0]), tagged(scan[2]), tagged(scan[6]), tagged(lint[0]), tagged(lint[1])}
	elsewhere := tagged(scan[1])
	elsewhere.Image, elsewhere.Location = "other"+text, gate.Location{}
	plainImage := scan[3]
	findings = append(findings, elsewhere, plainImage)
	var changes []gate.Change
	for i, f := range findings {
		changes = append(changes, gate.Change{Finding: f, Status: []gate.Status{gate.StatusNew, gate.StatusFixed, gate.StatusExisting, gate.StatusWorse}[i%4]})
	}
	policy := policyOf(
		gate.Waiver{ID: "CVE-2024-0553", Reason: text, Owner: text, Expires: now.AddDate(0, 1, 0), Origin: gate.Origin(text)},
		gate.Waiver{ID: "unused" + text, Image: text, Reason: text, Expires: now.AddDate(0, 1, 0), Location: gate.Location{Path: text, Line: 2}},
	)
	policy.Thresholds[gate.AnalyzerScan] = gate.Threshold{Severity: gate.SeverityHigh, Origin: gate.Origin(text)}
	policy.Allowances = []gate.Allowance{{Guard: gate.GuardParse, Reason: text, Origin: gate.Origin(text)}}
	gap := gate.Gap{Guard: gate.Guard(text), Image: text, Platform: text, Message: text, Next: text, Paths: []string{text, text}, Output: []string{text, text}}
	allowed := gap
	allowed.Guard = gate.GuardParse
	r := gate.Report{
		Tool:     gate.Tool{Name: text, Version: text},
		Subjects: []gate.Subject{{Image: text, Source: text, ImageID: text, Digest: text, Tags: []string{text}, Platform: text, Distro: text, Dockerfile: text, Builder: text}},
		Analyses: []gate.Analysis{{
			Analyzer: gate.AnalyzerScan, Image: text, Platform: text, Packages: 1, Files: 1, Notes: []string{text}, Gaps: []gate.Gap{gap, allowed},
			Data: []gate.DataSource{{Name: text, Schema: text}}, Artifacts: []gate.Artifact{{Kind: text, Path: text}},
		}},
		Rules:    []gate.RuleInfo{{ID: "no-root-user" + text, Title: text, Why: text, Fix: text, Aliases: []string{text}, Tags: []string{text}, URL: "https://" + text}},
		Baseline: text + ".", Notes: []string{text}, Policy: policy,
		Base:  &gate.BasePolicy{Commit: text, Files: []string{text}, Policy: policy},
		Edits: []gate.Edit{{Path: text, Kind: gate.EditKind(text), Change: text, Details: []string{text}}},
	}
	r.Decisions, r.Verdict = gate.Decide(changes, []gate.Gap{gap, allowed}, policy, now)
	return r
}
