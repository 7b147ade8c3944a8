package lint

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// Ignore is a comment of the file that silences findings, or would like to:
// what it says of one rule.
type Ignore struct {
	// Tool is the one whose spelling it has: gate, hadolint, check (BuildKit),
	// checkov or trivy.
	Tool string
	// ID is the name of the rule, as written.
	ID string
	// Fault says why the comment as a whole has no effect; empty when it has one.
	Fault string
	// Unknown is true when no rule has this name.
	Unknown bool
	// Until is the last day on which it holds, and Expired says that it is past.
	Until   string
	Expired bool
	// Unused is true when there is nothing to silence, in whatever profile.
	Unused bool
	dockerfile.Position
}

// Ignores returns the comments that silence findings of the file, for rules
// that look last. It is empty where comments have no effect.
func (p *Pass) Ignores() []Ignore { return p.ignores }

// ignoresOf judges the silencing comments, once all findings are known.
// shell is true when ShellCheck has read the scripts.
func ignoresOf(in Input, rules []Rule, comments *pragmaIndex, shell bool) []Ignore {
	names := namesOf(Catalog(rules))
	for _, f := range othersFindings(in, rules, comments) {
		comments.covers(f)
	}
	ignores := []Ignore{}
	for _, p := range comments.all {
		for _, id := range p.ids {
			if p.every {
				break
			}
			i := Ignore{Tool: p.tool, ID: id, Fault: p.fault, Until: p.until, Expired: p.expired, Position: p.at}
			i.Unknown = p.isOwn(id) && !isKnown(names, id)
			i.Unused = p.fault == "" && !p.expired && !p.used[id] && isKnown(names, id) &&
				(shell || !isShellCheckID(id)) && in.File.Complete() && !strings.EqualFold(id, ParseError)
			ignores = append(ignores, i)
		}
		if len(p.ids) == 0 {
			ignores = append(ignores, Ignore{Tool: p.tool, Fault: p.fault, Position: p.at})
		}
	}
	return ignores
}

// isOwn reports whether an id is one of those that a Dockerfile linter should
// know: Checkov's and Trivy's comments also name checks of other kinds of files.
func (p *pragma) isOwn(id string) bool {
	switch p.tool {
	case "checkov":
		return hasPrefixFold(id, "CKV_DOCKER_") || hasPrefixFold(id, "CKV2_DOCKER_")
	case "trivy":
		return strings.HasPrefix(id, "DS-")
	}
	return true
}

// othersFindings are those that the other profiles have: a comment that
// silences one of them is of use to somebody. They are only made when a comment
// would count as unused without them.
func othersFindings(in Input, rules []Rule, comments *pragmaIndex) []gate.Finding {
	if !slices.ContainsFunc(comments.all, func(p *pragma) bool { return len(p.used) < len(p.ids) }) {
		return nil
	}
	var found []gate.Finding
	for _, profile := range Profiles() {
		if profile == in.Options.Profile {
			continue
		}
		opts := in.Options
		opts.Profile = profile
		more, _ := check(in.File, rules, opts, nil)
		found = append(found, more...)
	}
	return found
}
