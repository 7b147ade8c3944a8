package report

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// helpFile is what GitHub shows of a SARIF file: texts, and help in Markdown.
type helpFile struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID                                string
					ShortDescription, FullDescription struct{ Text string }
					Help                              struct{ Text, Markdown string }
				}
			}
		}
		Results []struct {
			Message          struct{ Text string }
			RelatedLocations []struct{ Message struct{ Text string } }
		}
	}
}

// embedded is SARIF's own form of a link within a text.
var embedded = regexp.MustCompile(`\]\([^)]`)

// helpFaults says where the texts of a SARIF file are more than text.
func helpFaults(t *testing.T, data []byte) []string {
	t.Helper()
	var file helpFile
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var faults []string
	plainly := func(what, text string) {
		if embedded.MatchString(text) {
			faults = append(faults, fmt.Sprintf("sarif: a link in the %s %q", what, text))
		}
	}
	for _, run := range file.Runs {
		for _, rule := range run.Tool.Driver.Rules {
			plainly("short description", rule.ShortDescription.Text)
			plainly("full description", rule.FullDescription.Text)
			plainly("help", rule.Help.Text)
			if strings.TrimSpace(rule.Help.Markdown) == "" {
				faults = append(faults, "sarif: no help in Markdown for "+rule.ID)
			}
			faults = append(faults, markdownHelpFaults([]byte(rule.Help.Markdown))...)
		}
		for _, r := range run.Results {
			plainly("message", r.Message.Text)
			for _, related := range r.RelatedLocations {
				plainly("related location", related.Message.Text)
			}
		}
	}
	return faults
}

func markdownHelpFaults(help []byte) []string {
	var faults []string
	known := ourLinks(Options{})
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(help))
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := n.(type) {
		case *ast.AutoLink:
			if !known.Match(node.URL(help)) {
				faults = append(faults, fmt.Sprintf("sarif: help leads to %q", node.URL(help)))
			}
		case *ast.Document, *ast.Paragraph, *ast.TextBlock, *ast.Text, *ast.CodeSpan, *ast.List, *ast.ListItem:
		case *ast.RawHTML:
			if tag := string(node.Segments.Value(help)); tag != "<span>" && tag != "</span>" {
				faults = append(faults, fmt.Sprintf("sarif: help has the tag %q", tag))
			}
		case *ast.Emphasis:
			if node.Level != 2 {
				faults = append(faults, "sarif: help has an emphasis")
			}
		default:
			faults = append(faults, fmt.Sprintf("sarif: help has a %s: %q", n.Kind(), help))
		}
		return ast.WalkContinue, nil
	})
	return faults
}

func TestEveryRuleHasHelp(t *testing.T) {
	for _, n := range sharedReports() {
		for _, fault := range helpFaults(t, written(t, "sarif", n.report, Options{})) {
			t.Errorf("%s: %s", n.name, fault)
		}
	}
}
