package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/lint/rules"
)

const rulesFolder = "../../docs/rules"

// TestGeneratedRulePages makes a page of each lint rule from its metadata and
// its first cases, and the index with the tables of aliases and families.
func TestGeneratedRulePages(t *testing.T) {
	all := rules.All()
	wanted := map[string]bool{"README.md": true}
	for _, rule := range all {
		name := rule.Info.ID + ".md"
		wanted[name] = true
		hold(t, filepath.Join(rulesFolder, name), rulePage(t, rule))
	}
	hold(t, filepath.Join(rulesFolder, "README.md"), ruleIndex(all))
	entries, err := os.ReadDir(rulesFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !wanted[entry.Name()] {
			t.Errorf("docs/rules/%s is the page of no rule: delete it", entry.Name())
		}
	}
}

const madeFromCatalog = "<!-- Made from the catalog by \"make generate\"; edit internal/lint/rules instead. -->\n\n"

func rulePage(t *testing.T, rule lint.Rule) string {
	t.Helper()
	info := rule.Info
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s%s.\n\n", info.ID, madeFromCatalog, info.Title)
	fmt.Fprintf(&b, "| | |\n| --- | --- |\n| severity | %s |\n| profiles | %s |\n", info.Severity, profilesOf(rule))
	if len(info.Aliases) > 0 {
		fmt.Fprintf(&b, "| also called | %s |\n", codeList(info.Aliases))
	}
	if len(info.Tags) > 0 {
		fmt.Fprintf(&b, "| families | %s |\n", strings.Join(info.Tags, ", "))
	}
	fmt.Fprintf(&b, "\n## Why\n\n%s\n\n## What to do\n\n%s\n", info.Why, info.Fix)
	bad, good := firstCases(t, info.ID)
	fmt.Fprintf(&b, "\n## Refused\n\n%s\n## Accepted\n\n%s", fenced(bad), fenced(good))
	fmt.Fprintf(&b, "\nTo silence it for one instruction, with a reason:\n\n    # gate ignore=%s the reason\n", info.ID)
	return b.String()
}

// fenced is a code block whose fence is longer than any in the text.
func fenced(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "dockerfile\n" + strings.TrimRight(text, "\n") + "\n" + fence + "\n"
}

// firstCases are the rule's first bad and first good Dockerfile.
func firstCases(t *testing.T, id string) (bad, good string) {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("../../internal/lint/rules/testdata", id+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.Files {
		folder, base := filepath.Split(file.Name)
		switch {
		case base != "Dockerfile":
		case strings.HasPrefix(folder, "bad") && bad == "":
			bad = string(file.Data)
		case strings.HasPrefix(folder, "good") && good == "":
			good = string(file.Data)
		}
	}
	if bad == "" || good == "" {
		t.Fatalf("%s has no bad or no good case", id)
	}
	return bad, good
}

func profilesOf(rule lint.Rule) string {
	var names []string
	for _, p := range rule.Profiles {
		names = append(names, string(p))
	}
	if len(names) == 0 {
		return "all"
	}
	return strings.Join(names, ", ")
}

func codeList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "`" + w + "`"
	}
	return strings.Join(quoted, ", ")
}

func ruleIndex(all []lint.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Dockerfile rules\n\n%s", madeFromCatalog)
	fmt.Fprintf(&b, "%d rules. A rule goes by its id and by every alias, in `ignore`, in waivers and in\npragmas. An alias stands on exactly the findings that its own tool would report,\nso a finding may carry fewer than its rule has.\n\n", len(all))
	b.WriteString("| rule | severity | profiles | what it says | also called |\n| --- | --- | --- | --- | --- |\n")
	for _, rule := range all {
		info := rule.Info
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s | %s | %s |\n",
			info.ID, info.ID, info.Severity, profilesOf(rule), strings.ReplaceAll(info.Title, "|", `\|`), codeList(info.Aliases))
	}
	b.WriteString("\n## By family\n\n| family | rules |\n| --- | --- |\n")
	for _, row := range families(all) {
		fmt.Fprintf(&b, "| %s | %s |\n", row.tag, strings.Join(row.rules, ", "))
	}
	return b.String()
}

type family struct {
	tag   string
	rules []string
}

func families(all []lint.Rule) []family {
	byTag := map[string][]string{}
	for _, rule := range all {
		for _, tag := range rule.Info.Tags {
			byTag[tag] = append(byTag[tag], fmt.Sprintf("[%s](%s.md)", rule.Info.ID, rule.Info.ID))
		}
	}
	var rows []family
	for tag, names := range byTag {
		rows = append(rows, family{tag, names})
	}
	slices.SortFunc(rows, func(a, b family) int {
		return cmp.Or(cmp.Compare(word(a.tag), word(b.tag)), cmp.Compare(number(a.tag), number(b.tag)), cmp.Compare(a.tag, b.tag))
	})
	return rows
}

// word and number part a tag (CIS 4.10, CWE-250), so that 4.10 comes after 4.9.
func word(tag string) string { return strings.TrimRight(tag, "0123456789. -") }

func number(tag string) int {
	digits := tag[strings.LastIndexFunc(tag, func(r rune) bool { return r < '0' || r > '9' })+1:]
	n := 0
	_, _ = fmt.Sscan(digits, &n)
	return n
}

// TestEveryRuleSaysWhatItIs holds the catalog to what pages and SARIF need.
func TestEveryRuleSaysWhatItIs(t *testing.T) {
	for _, info := range lint.Catalog(rules.All()) {
		if info.ID == "" || info.Title == "" || info.Why == "" || info.Fix == "" || info.Severity == gate.SeverityUnknown {
			t.Errorf("rule %q lacks a part of its description: %+v", info.ID, info)
		}
	}
}
