package tracking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// Slack's limits: characters of a section, of which we count the bytes, and
// images and lines that somebody would still read.
const (
	sectionMost = 2900
	imagesMost  = 20
	linesMost   = 8
)

// message is the body of a Slack webhook.
type message struct {
	// Text is for notifications, and for who shows no blocks.
	Text   string  `json:"text"`
	Blocks []block `json:"blocks"`
	// Unfurl would fetch the links.
	Unfurl bool `json:"unfurl_links"`
}

type block struct {
	Type string    `json:"type"`
	Text blockText `json:"text"`
}

type blockText struct {
	Type string `json:"type"`
	Text string `json:"text"`
	// Verbatim keeps Slack from making links and mentions of plain words.
	Verbatim bool `json:"verbatim"`
}

func section(text string) block {
	return block{Type: "section", Text: blockText{Type: "mrkdwn", Text: text, Verbatim: true}}
}

// Unscanned names what could not be scanned, sorted and each once: releases by
// reference and platform, and what a gap of the whole fleet is about.
func Unscanned(fleet gate.Fleet) []string {
	var names []string
	for _, g := range fleet.Gaps {
		names = append(names, strings.TrimSpace("fleet "+string(g.Guard)+" "+g.Image))
	}
	for _, image := range fleet.Images {
		for _, r := range image.Releases {
			if len(r.Gaps) > 0 {
				names = append(names, strings.TrimSpace(r.Reference+" "+r.Platform))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// messageOf is what is new; nil when nothing is.
func messageOf(fleet gate.Fleet, o PostOptions) *message {
	var sections []block
	findings, images := 0, 0
	for _, image := range fleet.Images {
		fresh := slices.DeleteFunc(rowsOf(image), func(r row) bool { return !r.fresh })
		if len(fresh) == 0 {
			continue
		}
		findings, images = findings+len(fresh), images+1
		if images <= imagesMost {
			sections = append(sections, section(slackImage(image, fresh)))
		}
	}
	var unscanned []string
	for _, name := range Unscanned(fleet) {
		if !slices.Contains(o.Known, name) {
			unscanned = append(unscanned, name)
		}
	}
	if findings == 0 && len(unscanned) == 0 {
		return nil
	}
	text := slackHeadline(findings, images, len(unscanned))
	blocks := append([]block{section("*" + text + "*" + slackLink(o.RunURL, "run"))}, sections...)
	if images > imagesMost {
		blocks = append(blocks, section(fmt.Sprintf("… and %s", count(images-imagesMost, "more image", "more images"))))
	}
	if len(unscanned) > 0 {
		blocks = append(blocks, section(slackUnscanned(unscanned)))
	}
	return &message{Text: text, Blocks: blocks}
}

func slackHeadline(findings, images, unscanned int) string {
	var parts []string
	if findings > 0 {
		parts = append(parts, count(findings, "finding", "findings")+", new or worse, in "+count(images, "released image", "released images"))
	}
	if unscanned > 0 {
		parts = append(parts, count(unscanned, "release or list", "releases or lists")+" could not be scanned")
	}
	return "gate: " + strings.Join(parts, "; ")
}

func slackImage(image gate.FleetImage, fresh []row) string {
	var all []string
	for _, r := range fresh[:min(len(fresh), linesMost)] {
		line := "• " + slackText(r.finding.Rule) + " " + r.mark.severity.String()
		if r.mark.exploited {
			line += ", KEV"
		}
		if words := epssWords(r.epss); words != "" {
			line += ", " + words
		}
		if r.finding.Package != nil {
			line += " in " + slackText(strings.TrimSpace(r.packageName()+" "+strings.Join(r.versions, ", ")))
		}
		if len(r.fixes) > 0 {
			line += ", fixed in " + slackText(strings.Join(r.fixes, ", "))
		}
		all = append(all, line)
	}
	if more := len(fresh) - linesMost; more > 0 {
		all = append(all, "• and "+count(more, "more", "more"))
	}
	head := "*" + slackText(image.Name) + "*" + slackLink(image.Issue, "issue") + "\n"
	return head + slackLines(all, sectionMost-len(head))
}

func slackUnscanned(names []string) string {
	head := "*Could not be scanned*, and is not counted as clean\n"
	all := make([]string, 0, len(names))
	for _, name := range names[:min(len(names), linesMost)] {
		all = append(all, "• "+slackText(strings.TrimPrefix(name, "fleet ")))
	}
	if more := len(names) - linesMost; more > 0 {
		all = append(all, "• and "+count(more, "more", "more"))
	}
	return head + slackLines(all, sectionMost-len(head))
}

func slackLines(all []string, most int) string {
	return strings.TrimSuffix(lines(all, most, func(n int) string { return "• and " + count(n, "more", "more") }), "\n")
}

// slackText is foreign text for Slack: no control sequence such as <!channel>
// can come of it, nor a mention for those who take Slack's form.
func slackText(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "@\u200b", "*", "∗", "`", "ˋ", "~", "∼").
		Replace(plain.Word(text))
}

// slackLink is a page as a link; empty when the address is none.
func slackLink(address, word string) string {
	if runLink(address) == "" {
		return ""
	}
	return " (<" + strings.ReplaceAll(address, "&", "&amp;") + "|" + word + ">)"
}
