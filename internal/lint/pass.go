package lint

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// Pass is a rule's look at one file, one rule after the other.
type Pass struct {
	// File is the file, which the rule does not change.
	File *dockerfile.File

	options Options
	rule    *Rule
	found   []gate.Finding
	secrets []string
	texts   texts
	ignores []Ignore
	// repairs has the edits that undo findings, by their index in found; it is
	// nil unless they are asked for.
	repairs map[int][]Edit
}

// texts remember what findings say of the instructions they are in, as many of
// them can be in one, which can be long.
type texts map[*dockerfile.Instruction]instructionText

type instructionText struct {
	// short is the text for people, anchor the one for keys.
	short, anchor string
}

func (t texts) of(i *dockerfile.Instruction) instructionText {
	if i == nil {
		return instructionText{}
	}
	text, known := t[i]
	if !known {
		line := oneLine(i)
		text = instructionText{short: shorten(line), anchor: anchor(i, line)}
		t[i] = text
	}
	return text
}

// Profile returns the profile of the run.
func (p *Pass) Profile() Profile { return p.options.Profile }

// TrustedRegistries returns the registries that base images may come from;
// none means any.
func (p *Pass) TrustedRegistries() []string { return p.options.TrustedRegistries }

// Dockerignore returns the text of the build context's .dockerignore. known is
// false when there is no context to know it from.
func (p *Pass) Dockerignore() (text []byte, known bool) {
	return p.options.Dockerignore, p.options.Dockerignore != nil
}

// Labels returns the labels that an image must have.
func (p *Pass) Labels() []Label { return p.options.Labels }

// StrictLabels reports whether an image may have no other labels than those.
func (p *Pass) StrictLabels() bool { return p.options.StrictLabels }

// Place is where a finding is.
type Place struct {
	instruction *dockerfile.Instruction
	at          dockerfile.Position
	end         int
	// endColumn is one past the last character, 0 when not known.
	endColumn int
}

// At is the place of a whole instruction.
func At(i *dockerfile.Instruction) Place {
	return Place{instruction: i, at: i.Start(), end: i.EndLine}
}

// AtPosition is a place inside an instruction.
func AtPosition(i *dockerfile.Instruction, at dockerfile.Position) Place {
	if at.Line == 0 {
		return At(i)
	}
	return Place{instruction: i, at: at, end: at.Line}
}

// AtCommand is the place of a command inside an instruction.
func AtCommand(i *dockerfile.Instruction, c *dockerfile.Command) Place {
	end := c.Line
	for _, arg := range c.Args {
		end = max(end, arg.Line)
	}
	place := AtPosition(i, c.Position)
	place.end = max(place.end, end)
	return place
}

// AtLine is a place outside all instructions.
func AtLine(at dockerfile.Position) Place { return Place{at: at, end: at.Line} }

// Detail is something to say about one finding that is not so for all of its rule.
type Detail func(*gate.Finding, *Pass)

// Aliases sets the aliases of the finding: the ids under which other tools
// report exactly this. Without it a finding has all aliases of its rule. The
// controls that the rule is the check of are not for other tools to choose, and
// stay.
func Aliases(ids ...string) Detail {
	return func(f *gate.Finding, p *Pass) {
		f.Aliases = slices.Clone(ids)
		for _, alias := range p.rule.Info.Aliases {
			if IsControl(alias) {
				f.Aliases = append(f.Aliases, alias)
			}
		}
	}
}

// Beside takes the controls off the finding: what it says is not what they ask.
func Beside() Detail {
	return func(f *gate.Finding, _ *Pass) { f.Aliases = slices.DeleteFunc(slices.Clone(f.Aliases), IsControl) }
}

// IsControl holds for the names of what the CIS Docker Benchmark and OWASP's
// Docker Top 10 ask for: CIS 4.1, D01. Several rules can check one of them.
func IsControl(alias string) bool {
	if number, ok := strings.CutPrefix(alias, "CIS "); ok {
		return number != "" && strings.Trim(number, "0123456789.") == ""
	}
	return len(alias) == 3 && alias[0] == 'D' && strings.Trim(alias[1:], "0123456789") == ""
}

// Severe sets the severity of the finding.
func Severe(s gate.Severity) Detail {
	return func(f *gate.Finding, _ *Pass) { f.Severity = s }
}

// Tags adds tags to those of the rule.
func Tags(tags ...string) Detail {
	return func(f *gate.Finding, _ *Pass) { f.Tags = append(slices.Clone(f.Tags), tags...) }
}

// Hide keeps a value out of everything that is reported about the file.
func Hide(value string) Detail {
	return func(_ *gate.Finding, p *Pass) {
		if len(value) > 3 {
			p.secrets = append(p.secrets, value)
		}
	}
}

// Report makes a finding of the rule.
func (p *Pass) Report(place Place, message string, details ...Detail) {
	info := p.rule.Info
	text := p.texts.of(place.instruction)
	finding := gate.Finding{
		Rule: info.ID, Aliases: info.Aliases, Tags: info.Tags,
		Analyzer: gate.AnalyzerLint, Severity: info.Severity, Image: p.options.Image,
		Location: gate.Location{Path: p.File.Path, Line: place.at.Line, Column: place.at.Column, EndLine: place.end, EndColumn: place.endColumn, Instruction: text.short},
		Message:  message,
		Anchor:   text.anchor,
	}
	for _, detail := range details {
		detail(&finding, p)
	}
	if place.instruction != nil && place.instruction.Trigger {
		finding.Aliases = slices.DeleteFunc(slices.Clone(finding.Aliases), skipsTriggers)
	}
	finding.Aliases = sorted(finding.Aliases)
	finding.Tags = sorted(finding.Tags)
	p.found = append(p.found, finding)
}

// skipsTriggers holds for the names that tools give which do not look inside
// ONBUILD: Trivy, Checkov and Dockle.
func skipsTriggers(alias string) bool {
	for _, prefix := range [...]string{"DS-", "CKV", "CIS-", "DKL-"} {
		if strings.HasPrefix(alias, prefix) {
			return true
		}
	}
	return false
}

// sorted returns a sorted copy without repetitions.
func sorted(words []string) []string {
	words = append([]string{}, words...)
	slices.Sort(words)
	return slices.Compact(words)
}

// anchor identifies a place without line numbers: by its stage and the
// instruction's text.
func anchor(i *dockerfile.Instruction, line string) string {
	stage := ""
	if i.Stage != nil {
		stage = i.Stage.Label()
	}
	return stage + "\x00" + line
}

// oneLine is the instruction's text with single blanks.
func oneLine(i *dockerfile.Instruction) string {
	words := []string{i.Name}
	if i.Trigger {
		words = []string{"ONBUILD", i.Name}
	}
	for _, flag := range i.Flags {
		words = append(words, "--"+flag.Name+"="+flag.Value)
	}
	return strings.Join(append(words, strings.Fields(i.Text)...), " ")
}

const maxInstruction = 160

// shorten cuts text to what fits in a report.
func shorten(text string) string {
	runes := []rune(text)
	if len(runes) <= maxInstruction {
		return text
	}
	return string(runes[:maxInstruction-1]) + "…"
}
