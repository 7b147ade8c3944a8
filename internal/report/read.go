package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/containergate/gate/internal/gate"
)

// ReadLimit is how many bytes a JSON report may have to be read.
const ReadLimit = 64 << 20

// ErrTooLarge means that a report has more than ReadLimit bytes.
var ErrTooLarge = errors.New("the report is too large")

// Read reads a JSON report that somebody else may have written, and believes
// nothing of it that can be reckoned here: counts, verdict and fingerprints
// must be those of its own findings, gaps and policies. Whether its findings
// are true, and whether its policy is the repository's, is not known here.
//
// Fields that this version does not know are passed over, as the schema
// promises. Everything else that the schema does not describe is an error: a
// key twice, a null, a word that is none of a list's, and whatever is too
// long, too deep or too much.
func Read(r io.Reader) (gate.Report, error) {
	data, err := io.ReadAll(io.LimitReader(r, ReadLimit+1))
	if err != nil {
		return gate.Report{}, fmt.Errorf("read the report: %w", err)
	}
	if len(data) > ReadLimit {
		return gate.Report{}, fmt.Errorf("read the report: %w: more than %d bytes", ErrTooLarge, ReadLimit)
	}
	report, err := parse(data)
	if err != nil {
		return gate.Report{}, fmt.Errorf("read the report: %w", err)
	}
	return report, nil
}

func parse(data []byte) (gate.Report, error) {
	if err := followsSchema(data); err != nil {
		return gate.Report{}, err
	}
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		return gate.Report{}, fmt.Errorf("parse JSON: %w", err)
	}
	report, err := doc.report()
	if err != nil {
		return gate.Report{}, err
	}
	return report, doc.agrees(report)
}

// report is the document as a report. Its verdict is reckoned anew, from what
// the document says was found and was missing.
func (d document) report() (gate.Report, error) {
	r := gate.Report{
		Tool: d.Tool, Subjects: d.Subjects, Analyses: d.Analyses, Rules: d.Rules, Baseline: d.Baseline.Name,
		Notes: d.Notes, Policy: d.Policy, Base: d.Base, Organisation: d.Organisation, Edits: d.Edits,
	}
	for i, f := range d.Findings {
		decision := f.decision()
		if keyOf(decision.Change.Finding).Fingerprint() != f.Fingerprint {
			return gate.Report{}, fmt.Errorf("findings[%d].fingerprint: it is not the one of this finding", i)
		}
		if !d.Baseline.Present && f.Status != gate.StatusNew {
			return gate.Report{}, fmt.Errorf("findings[%d].status: %s, though there was no baseline", i, f.Status)
		}
		r.Decisions = append(r.Decisions, decision)
	}
	// An open gap may stay open though the policy would allow it, as it may
	// have come from a stricter one. An allowed one must be allowed here.
	r.Verdict = gate.Summarize(r.Decisions, d.Verdict.Gaps)
	r.Verdict.Allowed = gate.Summarize(nil, d.Verdict.Allowed, policiesOf(r)...).Allowed
	return r, nil
}

// policiesOf are the policies that decided, all of which have to allow a gap.
func policiesOf(r gate.Report) []gate.Policy {
	return append([]gate.Policy{r.Policy}, gate.FloorsOf(r.Base, r.Organisation)...)
}

// agrees reports where the document says something about its findings that
// they do not.
func (d document) agrees(r gate.Report) error {
	own := newDocument(r)
	for _, part := range []struct {
		name      string
		said, own any
	}{
		{"verdict", d.Verdict, own.Verdict}, {"files", d.Files, own.Files},
		{"packages", d.Packages, own.Packages}, {"baseline", d.Baseline, own.Baseline},
	} {
		said, err := json.Marshal(part.said)
		if err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		reckoned, err := json.Marshal(part.own)
		if err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		if !bytes.Equal(said, reckoned) {
			return fmt.Errorf("%s: it is not the one that follows from the report's own findings, gaps and policy", part.name)
		}
	}
	return nil
}

func (f finding) decision() gate.Decision {
	out := gate.Finding{
		Rule: f.Rule, Aliases: f.Aliases, Tags: f.Tags, Analyzer: f.Analyzer, Severity: f.Severity,
		Image: f.Image, Platform: f.Platform, Distro: f.Distro, Source: f.Source, Tool: f.Tool, Package: f.Package, Location: f.Location, Paths: f.Paths,
		Message: f.Message, Advisory: f.Advisory, Anchor: f.Anchor,
	}
	if f.Fix != nil {
		out.Fix = &gate.Fix{State: f.Fix.State, Versions: f.Fix.Versions, Available: f.Fix.Available}
	}
	return gate.Decision{
		Change: gate.Change{Finding: out, Status: f.Status, Disclosed: f.Disclosed, Before: f.Before.finding(out)}, Action: f.Action, Rule: f.PolicyRule,
		Why: f.Why, Origin: f.Origin, WouldBlock: f.WouldBlock,
	}
}
