package gate

import "cmp"

// Status says how a finding relates to the baseline.
type Status string

// The statuses there are. Without a baseline every finding is StatusNew and
// what was fixed is not known.
const (
	StatusNew      Status = "new"
	StatusExisting Status = "existing"
	StatusFixed    Status = "fixed"
	StatusWorse    Status = "worse"
)

// Change is a finding and how it relates to the baseline.
type Change struct {
	// Finding is the head's; where Status is StatusFixed it is the base's.
	Finding Finding
	Status  Status
	// Before is the finding as the baseline has it, with the severity and the
	// known exploitation of that time. Set where Status is StatusWorse, and
	// nowhere else.
	Before *Finding
	// Disclosed is true for a finding that was in the base already and that
	// nobody knew of when the baseline was kept: its advisory is younger than
	// the baseline, and the change did not bring it. Status is then StatusExisting.
	Disclosed bool
}

// AllNew marks every finding as new: what is true when there is no baseline.
func AllNew(findings []Finding) []Change {
	changes := make([]Change, len(findings))
	for i, f := range findings {
		changes[i] = Change{Finding: f, Status: StatusNew}
	}
	return changes
}

// CompareChanges orders changes by their findings, then by status and by what
// they were before. Changes that compare as equal look equal to every reader.
func CompareChanges(a, b Change) int {
	return cmp.Or(
		Compare(a.Finding, b.Finding), cmp.Compare(a.Finding.Anchor, b.Finding.Anchor), cmp.Compare(a.Status, b.Status),
		cmp.Compare(truthOf(a.Disclosed), truthOf(b.Disclosed)), compareBefore(a.Before, b.Before),
	)
}

func compareBefore(a, b *Finding) int {
	if a == nil || b == nil {
		return cmp.Compare(truthOf(a != nil), truthOf(b != nil))
	}
	return Compare(*a, *b)
}
