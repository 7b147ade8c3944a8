package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// SchemaVersion is the version of the JSON report that this package writes.
// Fields may be added to it; a field that goes or changes its meaning makes a
// new one.
const SchemaVersion = "gate-report/1"

// document is the JSON report. The order of its fields is the order in the file.
type document struct {
	Schema  string    `json:"schema"`
	Tool    gate.Tool `json:"tool"`
	Verdict verdict   `json:"verdict"`
	// Files is how many Dockerfiles were linted, and Packages how many packages
	// were catalogued, over all images.
	Files    int             `json:"files"`
	Packages int             `json:"packages"`
	Subjects []gate.Subject  `json:"subjects"`
	Analyses []gate.Analysis `json:"analyses"`
	Findings []finding       `json:"findings"`
	Rules    []gate.RuleInfo `json:"rules"`
	Baseline baseline        `json:"baseline"`
	Notes    []string        `json:"notes"`
	Policy   gate.Policy     `json:"policy"`
	// Base is left out outside pull requests, and Organisation where there is
	// no policy of an organisation.
	Base         *gate.BasePolicy         `json:"base,omitempty"`
	Organisation *gate.OrganisationPolicy `json:"organisation,omitempty"`
	Edits        []gate.Edit              `json:"edits"`
}

type verdict struct {
	Outcome    gate.Outcome          `json:"outcome"`
	Complete   bool                  `json:"complete"`
	ExitCode   int                   `json:"exitCode"`
	Blocked    int                   `json:"blocked"`
	WouldBlock int                   `json:"wouldBlock,omitempty"`
	Warned     int                   `json:"warned"`
	Ignored    int                   `json:"ignored"`
	Waived     int                   `json:"waived"`
	New        int                   `json:"new"`
	Fixed      int                   `json:"fixed"`
	Severities severities            `json:"severities"`
	BlockedBy  map[gate.Analyzer]int `json:"blockedBy"`
	Reasons    []string              `json:"reasons"`
	Gaps       []gate.Gap            `json:"gaps"`
	Allowed    []gate.Gap            `json:"allowed"`
}

// severities counts findings, worst first.
type severities struct {
	Critical   int `json:"critical"`
	High       int `json:"high"`
	Medium     int `json:"medium"`
	Low        int `json:"low"`
	Negligible int `json:"negligible"`
	Unknown    int `json:"unknown"`
}

// finding is a gate.Finding and what was decided about it.
type finding struct {
	Rule     string        `json:"rule"`
	Aliases  []string      `json:"aliases"`
	Tags     []string      `json:"tags"`
	Analyzer gate.Analyzer `json:"analyzer"`
	Severity gate.Severity `json:"severity"`
	Action   gate.Action   `json:"action"`
	// PolicyRule is the name of the policy's rule that decided.
	PolicyRule string      `json:"policyRule,omitempty"`
	Why        string      `json:"why"`
	Origin     gate.Origin `json:"origin"`
	WouldBlock bool        `json:"wouldBlock,omitempty"`
	Status     gate.Status `json:"status"`
	// Disclosed is true for what was there before and nobody knew of then.
	Disclosed bool `json:"disclosed,omitempty"`
	// Before is what the baseline says of a finding that is worse now.
	Before   *before        `json:"before,omitempty"`
	Image    string         `json:"image,omitempty"`
	Platform string         `json:"platform,omitempty"`
	Distro   string         `json:"distro,omitempty"`
	Source   string         `json:"source,omitempty"`
	Tool     string         `json:"tool,omitempty"`
	Package  *gate.Package  `json:"package,omitempty"`
	Fix      *fix           `json:"fix,omitempty"`
	Location gate.Location  `json:"location"`
	Paths    []string       `json:"paths"`
	Message  string         `json:"message"`
	Advisory *gate.Advisory `json:"advisory,omitempty"`
	// Remedy says what to do about a finding that blocks.
	Remedy *remedy `json:"remedy,omitempty"`
	// Anchor is what a lint finding is identified by, beside its file.
	Anchor      string `json:"anchor,omitempty"`
	Fingerprint string `json:"fingerprint"`
}

// remedy is what to change, where, and the waiver that would accept it instead.
type remedy struct {
	Change string `json:"change"`
	Where  string `json:"where,omitempty"`
	Waiver string `json:"waiver,omitempty"`
}

type fix struct {
	State     gate.FixState `json:"state"`
	Versions  []string      `json:"versions"`
	Available string        `json:"available,omitempty"`
}

// baseline says what the findings were compared with. Without one every
// finding is new, and what was fixed is not known.
type baseline struct {
	Present bool   `json:"present"`
	Name    string `json:"name,omitempty"`
}

// writeJSON writes the report for programs: one indented object.
func writeJSON(w io.Writer, r gate.Report, _ Options) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(newDocument(r)); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	_, err := w.Write(plain.JSON(b.Bytes()))
	return err
}

func newDocument(r gate.Report) document {
	doc := document{
		Schema: SchemaVersion, Tool: r.Tool, Verdict: newVerdict(r.Verdict), Files: filesOf(r),
		Subjects: list(r.Subjects), Analyses: list(r.Analyses), Findings: []finding{}, Rules: list(r.Rules),
		Baseline: baseline{Present: r.Baseline != "", Name: r.Baseline}, Notes: list(r.Notes), Policy: policyOut(r.Policy),
		Edits: list(r.Edits),
	}
	if r.Base != nil {
		doc.Base = &gate.BasePolicy{Commit: r.Base.Commit, Files: list(r.Base.Files), Policy: policyOut(r.Base.Policy)}
	}
	if r.Organisation != nil {
		doc.Organisation = &gate.OrganisationPolicy{Source: r.Organisation.Source, Policy: policyOut(r.Organisation.Policy)}
	}
	for _, a := range r.Analyses {
		doc.Packages += a.Packages
	}
	v := newView(r)
	for _, d := range r.Decisions {
		f := newFinding(d)
		if d.Action == gate.ActionBlock || d.WouldBlock {
			f.Remedy = v.remedy(d.Change.Finding)
		}
		doc.Findings = append(doc.Findings, f)
	}
	return doc
}

// policyOut is the policy with its thresholds as an object, even without any.
func policyOut(p gate.Policy) gate.Policy {
	if p.Thresholds == nil {
		p.Thresholds = map[gate.Analyzer]gate.Threshold{}
	}
	return p
}

func newVerdict(v gate.Verdict) verdict {
	counts := v.Severities
	out := verdict{
		Outcome: v.Outcome, Complete: v.Complete, ExitCode: v.ExitCode(),
		Blocked: v.Blocked, WouldBlock: v.WouldBlock, Warned: v.Warned, Ignored: v.Ignored, Waived: v.Waived, New: v.New, Fixed: v.Fixed,
		Severities: severities{
			Critical: counts[gate.SeverityCritical], High: counts[gate.SeverityHigh], Medium: counts[gate.SeverityMedium],
			Low: counts[gate.SeverityLow], Negligible: counts[gate.SeverityNegligible], Unknown: counts[gate.SeverityUnknown],
		},
		BlockedBy: v.Analyzers, Reasons: list(v.Reasons), Gaps: list(v.Gaps), Allowed: list(v.Allowed),
	}
	if out.BlockedBy == nil {
		out.BlockedBy = map[gate.Analyzer]int{}
	}
	return out
}

func newFinding(d gate.Decision) finding {
	f := d.Change.Finding
	out := finding{
		Rule: f.Rule, Aliases: list(f.Aliases), Tags: list(f.Tags), Analyzer: f.Analyzer, Severity: f.Severity,
		Action: d.Action, PolicyRule: d.Rule, Why: d.Why, Origin: d.Origin, WouldBlock: d.WouldBlock, Status: d.Change.Status,
		Image: f.Image, Platform: f.Platform, Distro: f.Distro, Source: f.Source, Tool: f.Tool, Package: f.Package, Location: f.Location, Paths: list(f.Paths),
		Message: f.Message, Advisory: f.Advisory, Anchor: f.Anchor, Fingerprint: keyOf(f).Fingerprint(),
	}
	out.Disclosed, out.Before = d.Change.Disclosed, beforeOf(d.Change.Before)
	if f.Fix != nil {
		out.Fix = &fix{State: f.Fix.State, Versions: list(f.Fix.Versions), Available: f.Fix.Available}
	}
	return out
}

// before is how bad a finding was.
type before struct {
	Severity gate.Severity `json:"severity"`
	KEV      bool          `json:"kev,omitempty"`
}

func beforeOf(f *gate.Finding) *before {
	if f == nil {
		return nil
	}
	return &before{Severity: f.Severity, KEV: exploited(*f)}
}

// finding is the finding as it was, of which the report says no more.
func (b *before) finding(now gate.Finding) *gate.Finding {
	if b == nil {
		return nil
	}
	now.Severity = b.Severity
	if now.Advisory != nil {
		advisory := *now.Advisory
		if now.Advisory = &advisory; !b.KEV {
			advisory.KEV = nil
		}
	}
	return &now
}

// list returns a list that is written as [] when it is empty.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return slices.Clip(items)
}
