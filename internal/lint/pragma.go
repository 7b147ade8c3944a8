package lint

import (
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// pragma is a comment that silences findings: on the lines first to last, by
// any of their names.
type pragma struct {
	// tool is the one whose spelling it has: gate, hadolint, check, checkov or trivy.
	tool        string
	ids         []string
	first, last int
	// at is where the comment stands.
	at dockerfile.Position
	// until is the last day on which it holds, as written; empty for ever.
	until string
	// expired and fault keep it from silencing anything.
	expired bool
	fault   string
	// every is true for "check=skip=all", which is meant to be of use for some.
	every bool
	// used has the ids that silenced something.
	used map[string]bool
}

const everyLine = int(^uint(0) >> 1)

// pragmas reads the silencing comments of a file. Hadolint's profile knows
// those that hadolint knows, and gate's own.
func pragmas(file *dockerfile.File, opts Options) *pragmaIndex {
	var found []pragma
	for _, comment := range file.Comments {
		own, ok := ownPragma(file, comment)
		if !ok && opts.Profile != Hadolint {
			own, ok = foreignPragma(file, comment)
		}
		if ok {
			own.at = comment.Position
			found = append(found, own)
		}
	}
	if opts.Profile != Hadolint {
		found = append(found, checkPragmas(file)...)
	}
	index := &pragmaIndex{near: map[int][]*pragma{}}
	for n := range found {
		p := &found[n]
		p.used = map[string]bool{}
		p.judgeDate(opts.Now)
		index.add(p)
	}
	return index
}

// pragmaIndex finds the pragmas that speak for a line, as there can be as many
// of them as findings.
type pragmaIndex struct {
	all []*pragma
	// near are those for a few lines, by each line; far are all others.
	near map[int][]*pragma
	far  []*pragma
}

// maxNear is for how many lines a pragma may speak to be looked up by them.
const maxNear = 200

func (x *pragmaIndex) add(p *pragma) {
	x.all = append(x.all, p)
	if p.last-p.first > maxNear {
		x.far = append(x.far, p)
		return
	}
	for line := p.first; line <= p.last; line++ {
		x.near[line] = append(x.near[line], p)
	}
}

// any reports whether there are pragmas at all.
func (x *pragmaIndex) any() bool { return x != nil && len(x.all) > 0 }

// covers reports whether one of the pragmas silences a finding. Each of them
// notes that it is of use.
func (x *pragmaIndex) covers(f gate.Finding) bool {
	if x == nil {
		return false
	}
	covered := false
	for _, list := range [...][]*pragma{x.near[f.Location.Line], x.far} {
		for _, p := range list {
			covered = p.covers(f) || covered
		}
	}
	return covered
}

// judgeDate reads the day on which the pragma ends. It still holds on that day,
// everywhere on earth.
func (p *pragma) judgeDate(now time.Time) {
	if p.until == "" {
		return
	}
	day, err := time.Parse(time.DateOnly, p.until)
	if err != nil {
		p.fault = "the day " + p.until + " is not written as YYYY-MM-DD"
		return
	}
	const lastZone = 36 * time.Hour
	p.expired = !now.IsZero() && !now.Before(day.Add(lastZone))
}

// covers reports whether the pragma silences a finding, and notes by which of
// its ids.
func (p *pragma) covers(f gate.Finding) bool {
	if p.expired || p.fault != "" || f.Location.Line < p.first || f.Location.Line > p.last {
		return false
	}
	covered := false
	for _, id := range p.ids {
		if f.Is(id) {
			p.used[id], covered = true, true
		}
	}
	return covered
}

// hasPrefixFold is strings.HasPrefix without regard to case.
func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// isKnown reports whether an id is one of the names, in any case.
func isKnown(names map[string]bool, id string) bool {
	return names[strings.ToLower(id)] || isShellCheckID(id)
}

// namesOf are all names of rules, in lower case.
func namesOf(infos []gate.RuleInfo) map[string]bool {
	names := map[string]bool{}
	for _, info := range infos {
		for _, name := range slices.Concat([]string{info.ID}, info.Aliases) {
			names[strings.ToLower(name)] = true
		}
	}
	return names
}
