package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// helpPage is a rule's help, written as text and as Markdown at once.
type helpPage struct{ text, markdown []string }

// add adds a paragraph that is the same in both but for its markup.
func (h *helpPage) add(text, markdown string) {
	if text != "" {
		h.text, h.markdown = append(h.text, text), append(h.markdown, markdown)
	}
}

// section adds a paragraph of foreign text with a title of ours.
func (h *helpPage) section(title, body string) {
	if body = unlinked(body); body != "" {
		h.add(title+": "+body, "**"+title+".** "+plain.Escape(body))
	}
}

func (h *helpPage) names(names []string) {
	if len(names) > 0 {
		h.add("Other names: "+unlinked(strings.Join(names, ", ")), "Other names: "+plain.Codes(names))
	}
}

func (h *helpPage) into(rule *sarif.Rule) {
	rule.HelpText, rule.HelpMarkdown = strings.Join(h.text, "\n\n"), strings.Join(h.markdown, "\n\n")
}

// describeRule describes a lint or policy rule from its metadata, as far as
// there is any.
func describeRule(rule *sarif.Rule, info gate.RuleInfo, f gate.Finding, names []string) {
	rule.Name = pascal(rule.ID)
	rule.Short = cmp.Or(unlinked(info.Title), unlinked(f.Message), rule.ID)
	rule.Full = cmp.Or(unlinked(info.Why), rule.Short)
	rule.HelpURI = sarif.WebAddress(info.URL)
	var page helpPage
	page.section("Why", rule.Full)
	page.section("What to do", info.Fix)
	page.names(names)
	page.into(rule)
}

// describeVulnerability describes an advisory by the findings that name it.
func describeVulnerability(rule *sarif.Rule, findings []gate.Finding, names []string) {
	const longest, addresses = 4000, 10
	rule.Name = "VulnerablePackage"
	packages, lines := affected(findings)
	rule.Short = unlinked(rule.ID + " in " + fewNames(packages))
	advisory := firstAdvisory(findings)
	rule.Full = cmp.Or(plain.Cut(unlinked(advisory.Description), longest), unlinked(findings[0].Message), rule.Short)
	var page helpPage
	page.add(rule.Full, plain.Escape(rule.Full))
	var list, marked []string
	for _, f := range lines {
		list = append(list, "- "+unlinked(packageWords(f)))
		marked = append(marked, "- "+plain.Code(packageWords(f)))
	}
	if len(list) > 0 {
		page.add("Affected:", "**Affected:**")
		page.add(strings.Join(list, "\n"), strings.Join(marked, "\n"))
	}
	page.section("Attacks", strings.Join(worstMarks(findings), ", "))
	page.names(names)
	// Addresses of the database may lead anywhere: only those that follow from
	// an id's form are links, and the others are shown.
	own := plain.AdvisoryAddress(rule.ID)
	page.add(own, "<"+own+">")
	rule.HelpURI = own
	for _, address := range upTo(advisory.URLs, addresses) {
		if address = sarif.WebAddress(address); address != "" && address != own {
			rule.HelpURI = cmp.Or(rule.HelpURI, address)
			page.add(address, plain.Code(address))
		}
	}
	page.into(rule)
}

// worstMarks are the words about attacks of the finding that has most of them.
func worstMarks(findings []gate.Finding) []string {
	var worst []string
	for _, f := range findings {
		if words := marks(f); len(words) > len(worst) {
			worst = words
		}
	}
	return worst
}

// affected returns the distinct package names, and one finding for each
// distinct package and version up to a limit.
func affected(findings []gate.Finding) (names []string, lines []gate.Finding) {
	const most = 20
	seen := map[string]bool{}
	for _, f := range findings {
		if f.Package == nil {
			continue
		}
		names = append(names, plain.Word(f.Package.Name))
		if text := packageWords(f); !seen[text] && len(lines) < most {
			seen[text] = true
			lines = append(lines, f)
		}
	}
	slices.Sort(names)
	return distinct(names), lines
}

func fewNames(names []string) string {
	const most = 3
	switch {
	case len(names) == 0:
		return "the image"
	case len(names) > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	default:
		return strings.Join(names, ", ")
	}
}

func firstAdvisory(findings []gate.Finding) gate.Advisory {
	best := gate.Advisory{}
	for _, f := range findings {
		if f.Advisory != nil && (best.Source == "" || best.Description == "" && f.Advisory.Description != "") {
			best = *f.Advisory
		}
	}
	return best
}

// pascal turns a kebab-case id into the form SARIF likes for names.
func pascal(id string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(id, "-") {
		first, size := utf8.DecodeRuneInString(part)
		if size > 0 {
			b.WriteRune(unicode.ToUpper(first))
			b.WriteString(part[size:])
		}
	}
	return b.String()
}
