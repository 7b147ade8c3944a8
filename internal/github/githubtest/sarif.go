package githubtest

import (
	"encoding/json"
	"net/url"
	"path"
	"strings"
)

// sarifLog is what code scanning reads of a SARIF file.
type sarifLog struct {
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver     sarifDriver       `json:"driver"`
		Extensions []json.RawMessage `json:"extensions"`
	} `json:"tool"`
	// Results is nil when the member is missing, which is not the same as empty.
	Results    *[]sarifResult `json:"results"`
	Automation struct {
		ID string `json:"id"`
	} `json:"automationDetails"`
	Invocations []struct {
		WorkingDirectory struct {
			URI string `json:"uri"`
		} `json:"workingDirectory"`
	} `json:"invocations"`
}

type sarifDriver struct {
	Name            string      `json:"name"`
	Version         string      `json:"version"`
	SemanticVersion string      `json:"semanticVersion"`
	Rules           []sarifRule `json:"rules"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
}

type sarifRule struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Short   sarifText `json:"shortDescription"`
	Full    sarifText `json:"fullDescription"`
	Help    sarifText `json:"help"`
	HelpURI string    `json:"helpUri"`
	Default struct {
		Level string `json:"level"`
	} `json:"defaultConfiguration"`
	Properties struct {
		Tags     []string        `json:"tags"`
		Security json.RawMessage `json:"security-severity"`
	} `json:"properties"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex *int            `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
	Partial   struct {
		Hash string `json:"primaryLocationLineHash"`
	} `json:"partialFingerprints"`
	CodeFlows []struct {
		ThreadFlows []struct {
			Locations []json.RawMessage `json:"locations"`
		} `json:"threadFlows"`
	} `json:"codeFlows"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine   int `json:"startLine"`
			StartColumn int `json:"startColumn"`
			EndLine     int `json:"endLine"`
			EndColumn   int `json:"endColumn"`
		} `json:"region"`
	} `json:"physicalLocation"`
}

// category is the id up to its last slash; without a slash there is none.
func (run *sarifRun) category() string {
	at := strings.LastIndexByte(run.Automation.ID, '/')
	if at < 0 {
		return ""
	}
	return run.Automation.ID[:at]
}

// rule is the rule of a result; nil when the run does not describe it.
func (run *sarifRun) rule(result *sarifResult) *sarifRule {
	rules := run.Tool.Driver.Rules
	if i := result.RuleIndex; i != nil && *i >= 0 && *i < len(rules) {
		return &rules[*i]
	}
	for i := range rules {
		if rules[i].ID == result.RuleID {
			return &rules[i]
		}
	}
	return nil
}

// root is the address that absolute locations are relative to.
func (run *sarifRun) root(checkout string) string {
	if checkout == "" && len(run.Invocations) > 0 {
		return run.Invocations[0].WorkingDirectory.URI
	}
	return checkout
}

// file is the path of the first location, relative to the repository.
func (result *sarifResult) file(root string) string {
	if len(result.Locations) == 0 {
		return ""
	}
	uri := result.Locations[0].Physical.Artifact.URI
	if root != "" {
		uri = strings.TrimPrefix(uri, strings.TrimSuffix(root, "/")+"/")
	}
	plain, err := url.PathUnescape(uri)
	if err != nil {
		plain = uri
	}
	return path.Clean(plain)
}

// level is the result's own, or the rule's, or warning.
func (result *sarifResult) level(rule *sarifRule) string {
	switch {
	case result.Level != "":
		return result.Level
	case rule != nil && rule.Default.Level != "":
		return rule.Default.Level
	}
	return "warning"
}
