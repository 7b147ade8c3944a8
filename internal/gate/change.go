package gate

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
	Finding Finding
	Status  Status
}

// AllNew marks every finding as new: what is true when there is no baseline.
func AllNew(findings []Finding) []Change {
	changes := make([]Change, len(findings))
	for i, f := range findings {
		changes[i] = Change{Finding: f, Status: StatusNew}
	}
	return changes
}
