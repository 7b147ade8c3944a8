package sarif

import (
	"fmt"
	"strings"

	gosarif "github.com/owenrumney/go-sarif/v2/sarif"
)

// schemaURI names the schema that the document follows.
const schemaURI = "https://json.schemastore.org/sarif-2.1.0.json"

// fingerprintName is the only partial fingerprint that GitHub reads.
const fingerprintName = "primaryLocationLineHash"

// document turns a log into the SARIF library's form of it.
func document(log Log) *gosarif.Report {
	report := &gosarif.Report{Version: string(gosarif.Version210), Schema: schemaURI, Runs: []*gosarif.Run{}}
	for _, run := range log.Runs {
		report.Runs = append(report.Runs, runObject(log.Tool, run))
	}
	return report
}

func runObject(tool Tool, run Run) *gosarif.Run {
	driver := &gosarif.ToolComponent{Name: tool.Name, Rules: []*gosarif.ReportingDescriptor{}}
	if tool.Version != "" {
		driver.SemanticVersion = &tool.Version
	}
	if tool.InformationURI != "" {
		driver.InformationURI = &tool.InformationURI
	}
	index := make(map[string]uint, len(run.Rules))
	for i, rule := range run.Rules {
		index[rule.ID] = uint(i)
		driver.Rules = append(driver.Rules, ruleObject(rule))
	}
	out := gosarif.NewRun(gosarif.Tool{Driver: driver})
	out.ColumnKind = "unicodeCodePoints"
	id := automationID(run.Category)
	out.AutomationDetails = &gosarif.RunAutomationDetails{ID: &id}
	out.Invocations = []*gosarif.Invocation{invocation(run)}
	for _, result := range run.Results {
		out.Results = append(out.Results, resultObject(result, index[result.RuleID]))
	}
	return out
}

// automationID is the category with one slash at the end: GitHub takes
// everything before the last slash as the category.
func automationID(category string) string { return strings.TrimRight(category, "/") + "/" }

func ruleObject(rule Rule) *gosarif.ReportingDescriptor {
	properties := gosarif.Properties{}
	if len(rule.Tags) > 0 {
		properties["tags"] = rule.Tags
	}
	if rule.Precision != "" {
		properties["precision"] = rule.Precision
	}
	if rule.SecuritySeverity > 0 {
		properties["security-severity"] = fmt.Sprintf("%.1f", rule.SecuritySeverity)
	}
	if rule.ProblemSeverity != "" {
		properties["problem.severity"] = rule.ProblemSeverity
	}
	descriptor := &gosarif.ReportingDescriptor{
		ID:                   rule.ID,
		ShortDescription:     &gosarif.MultiformatMessageString{Text: &rule.Short},
		FullDescription:      &gosarif.MultiformatMessageString{Text: &rule.Full},
		DefaultConfiguration: &gosarif.ReportingConfiguration{Level: string(rule.Level)},
		Help:                 &gosarif.MultiformatMessageString{Text: &rule.HelpText},
		Properties:           properties,
	}
	descriptor.Name = optional(rule.Name)
	descriptor.HelpURI = optional(rule.HelpURI)
	descriptor.Help.Markdown = optional(rule.HelpMarkdown)
	return descriptor
}

func resultObject(r Result, rule uint) *gosarif.Result {
	level := string(r.Level)
	out := &gosarif.Result{
		RuleID: &r.RuleID, RuleIndex: &rule, Level: &level,
		Message:             gosarif.Message{Text: &r.Message},
		Locations:           []*gosarif.Location{{PhysicalLocation: physical(r.Location)}},
		PartialFingerprints: map[string]any{fingerprintName: r.Fingerprint},
	}
	if r.Baseline != "" {
		out.BaselineState = &r.Baseline
	}
	for i, related := range r.Related {
		id := uint(i) + 1
		kind := "resource"
		out.RelatedLocations = append(out.RelatedLocations, &gosarif.Location{
			Id:               &id,
			PhysicalLocation: physical(related.Location),
			LogicalLocations: []*gosarif.LogicalLocation{{FullyQualifiedName: &related.Name, Kind: &kind}},
			Message:          &gosarif.Message{Text: &related.Message},
		})
	}
	return out
}

func physical(l Location) *gosarif.PhysicalLocation {
	uri := EncodePath(l.Path)
	return &gosarif.PhysicalLocation{
		ArtifactLocation: &gosarif.ArtifactLocation{URI: &uri},
		Region: &gosarif.Region{
			StartLine: &l.StartLine, StartColumn: positive(l.StartColumn),
			EndLine: positive(l.EndLine), EndColumn: positive(l.EndColumn),
		},
	}
}

func invocation(run Run) *gosarif.Invocation {
	out := &gosarif.Invocation{ExecutionSuccessful: &run.Complete}
	for _, n := range run.Notifications {
		out.ToolExecutionNotifications = append(out.ToolExecutionNotifications, &gosarif.Notification{
			Descriptor: &gosarif.ReportingDescriptorReference{Id: &n.ID},
			Level:      string(n.Level),
			Message:    &gosarif.Message{Text: &n.Message},
		})
	}
	return out
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func positive(n int) *int {
	if n <= 0 {
		return nil
	}
	return &n
}
