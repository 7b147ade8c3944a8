package advise

import (
	"github.com/containergate/gate/internal/gate"
)

// Difference is what taking another image would change.
type Difference struct {
	// Removed are the findings that go, as the image that is used has them, and
	// Added those that come. Both are sorted by gate.Compare.
	Removed, Added []gate.Finding
	// Blocking are the findings of the other image that block, sorted likewise.
	Blocking []gate.Finding
	// RemovedBy, AddedBy and LeftBy count by severity what goes, what comes and
	// what the other image has altogether. Every severity is in them.
	RemovedBy, AddedBy, LeftBy map[gate.Severity]int
}

// Compare sums up what another image changes. changes are its findings held
// against those of the image that is used, both under one logical name, as
// baseline.Mark gives them: a package that moved to another version with the same
// fault has neither lost nor gained it. decisions are what the policy says of
// the other image's findings; those that would block but for the policy's mode
// count as blocking.
func Compare(changes []gate.Change, decisions []gate.Decision) Difference {
	d := Difference{RemovedBy: counts(), AddedBy: counts(), LeftBy: counts()}
	for _, c := range changes {
		f := c.Finding
		if c.Status == gate.StatusFixed {
			d.Removed = append(d.Removed, f)
			d.RemovedBy[f.Severity]++
			continue
		}
		d.LeftBy[f.Severity]++
		if c.Status == gate.StatusNew {
			d.Added = append(d.Added, f)
			d.AddedBy[f.Severity]++
		}
	}
	for _, decision := range decisions {
		if blocks(decision) {
			d.Blocking = append(d.Blocking, decision.Change.Finding)
		}
	}
	for _, list := range [...][]gate.Finding{d.Removed, d.Added, d.Blocking} {
		gate.SortFindings(list)
	}
	return d
}

// blocks reports whether a decision blocks, or would in another mode.
func blocks(d gate.Decision) bool {
	return d.Change.Status != gate.StatusFixed && (d.Action == gate.ActionBlock || d.WouldBlock)
}

func counts() map[gate.Severity]int {
	out := map[gate.Severity]int{}
	for _, severity := range gate.Severities() {
		out[severity] = 0
	}
	return out
}
