package migrate

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/waiverfile"
)

// sections are the keys of the policy that may be written, in their order, and
// whether lines stand below them.
var sections = [...]struct {
	key   string
	below bool
}{
	{"fail-on", true},
	{"only-fixed", false},
	{"max-db-age", false},
	{"vex", true},
	{"ignore", true},
	{"trusted-registries", true},
	{"rule-severity", true},
	{"required-labels", true},
	{"strict-labels", false},
	{"lint-pragmas", false},
}

// policy writes the .gate.yaml.
func (d *draft) policy() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Made by \"gate import\" from %s.\n", strings.Join(d.names(), ", "))
	b.WriteString("# Patterns hold in any case: * is anything but a slash, ** is anything.\nversion: 1\n")
	for _, section := range sections {
		d.section(&b, section.key, section.below)
	}
	if len(d.rules) > 0 {
		b.WriteString("\n# The first rule that is about a finding decides. Unlike a waiver, a rule does not expire.\nrules:\n")
	}
	for _, r := range d.rules {
		fmt.Fprintf(&b, "  # %s\n  - name: %s\n    action: ignore\n    reason: %s\n    when:\n", r.where, waiverfile.Scalar(r.name), waiverfile.Scalar(r.reason))
		for _, line := range r.when {
			b.WriteString("      " + line + "\n")
		}
	}
	if len(d.notes) > 0 {
		b.WriteString("\n# What gate import had to say:\n")
	}
	for _, note := range d.notes {
		b.WriteString("# " + note.String() + "\n")
	}
	return []byte(b.String())
}

// section writes one key with what is set for it.
func (d *draft) section(b *strings.Builder, key string, below bool) {
	begun := false
	for _, s := range d.settings {
		if s.section != key {
			continue
		}
		if !below {
			fmt.Fprintf(b, "%s: %s # %s\n", key, s.line(), s.where)
			return
		}
		if !begun {
			b.WriteString(key + ":\n")
		}
		begun = true
		fmt.Fprintf(b, "  %s # %s\n", s.line(), s.where)
	}
}

func (d *draft) names() []string {
	var names []string
	for _, name := range d.files {
		names = append(names, oneLine(name))
	}
	if len(names) == 0 {
		return []string{"nothing"}
	}
	return names
}

// written is the .gate-waivers.yaml; empty without waivers.
func written(waivers []entry) []byte {
	if len(waivers) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("# What is accepted for a while. After its last day, a waiver holds nothing.\nversion: 1\nwaivers:\n")
	for _, w := range waivers {
		fmt.Fprintf(&b, "  # %s\n%s", strings.Join(w.where, ", "), waiverfile.Snippet(w.waiver))
	}
	return []byte(b.String())
}
