package rescan

import "github.com/containergate/gate/internal/gate"

// releasedPrefix begins the names under which released images stand in code
// scanning, so that they are told from those that are being made.
const releasedPrefix = "released/"

// Report is what code scanning is told of a fleet: the images of which every
// release was scanned whole. The others keep the alerts that they have.
func Report(f gate.Fleet, policy gate.Policy) gate.Report {
	report := gate.Report{Tool: f.Tool, Policy: policy}
	for _, image := range f.Images {
		if !image.Complete() {
			continue
		}
		name := releasedPrefix + image.Name
		for _, r := range image.Releases {
			report.Subjects = append(report.Subjects, gate.Subject{Image: name, Source: "registry:" + r.Reference, Digest: r.Digest, Platform: r.Platform, Distro: r.Distro})
			report.Analyses = append(report.Analyses, gate.Analysis{Analyzer: gate.AnalyzerScan, Image: name, Platform: r.Platform, Data: f.Data, Packages: r.Packages})
			for _, o := range r.Observed {
				report.Decisions = append(report.Decisions, decisionOf(name, o))
			}
		}
	}
	report.Verdict = gate.Summarize(report.Decisions, nil, policy)
	report.Rules = gate.RulesOf(report.Decisions, nil)
	return report
}

// decisionOf is an observation as code scanning takes it. That it is worse than
// before is told elsewhere, with what it was.
func decisionOf(name string, o gate.Observed) gate.Decision {
	f, status := o.Finding, o.Status
	f.Image = name
	if status == gate.StatusWorse {
		status = gate.StatusExisting
	}
	return gate.Decision{Change: gate.Change{Finding: f, Status: status}, Action: o.Action, Why: o.Why, WouldBlock: o.WouldBlock}
}
