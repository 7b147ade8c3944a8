package gate

// Condition says which findings a rule is about. Everything that is set must
// hold; the zero Condition holds for every finding. Lists hold when one of
// their items does. Texts are patterns: * stands for anything but a slash, **
// for anything; case does not matter.
type Condition struct {
	All []Condition `json:"all,omitempty"`
	Any []Condition `json:"any,omitempty"`
	Not *Condition  `json:"not,omitempty"`

	Analyzers []Analyzer `json:"analyzer,omitempty"`
	// Severities are those that count: an unknown one is first taken for what
	// the policy says that it counts as.
	Severities []Severity `json:"severity,omitempty"`
	Statuses   []Status   `json:"status,omitempty"`
	// IDs are patterns over the rule and its aliases, Tags over its families.
	IDs  []string `json:"id,omitempty"`
	Tags []string `json:"tag,omitempty"`

	// Fix is the fix state; FixAge the days since a fixed version appeared and
	// AdvisoryAge those since the advisory did.
	Fix         []FixState `json:"fix,omitempty"`
	FixAge      *Bound     `json:"fixAge,omitempty"`
	AdvisoryAge *Bound     `json:"advisoryAge,omitempty"`
	// KEV is whether it is known to be exploited, Ransomware whether by ransomware.
	KEV        *bool `json:"kev,omitempty"`
	Ransomware *bool `json:"ransomware,omitempty"`
	// EPSS is the probability and EPSSPercentile its rank, both from 0 to 1;
	// Risk is from 0 to 100, CVSS the highest score that any scorer gives.
	EPSS           *Bound `json:"epss,omitempty"`
	EPSSPercentile *Bound `json:"epssPercentile,omitempty"`
	Risk           *Bound `json:"risk,omitempty"`
	CVSS           *Bound `json:"cvss,omitempty"`

	Images    []string `json:"image,omitempty"`
	Platforms []string `json:"platform,omitempty"`
	Distros   []string `json:"distro,omitempty"`
	// Sides are base and own: whether the base image brought it.
	Sides  []Side   `json:"from,omitempty"`
	Stages []string `json:"stage,omitempty"`
	// Sources are image and context.
	Sources []string `json:"source,omitempty"`
	// Paths are patterns over the place in the repository and the files in the image.
	Paths []string `json:"path,omitempty"`

	// Packages, Types and PURLs are patterns over the package; Versions is a
	// range such as ">=1.2, <2 || =3.0".
	Packages  []string   `json:"package,omitempty"`
	Types     []string   `json:"type,omitempty"`
	PURLs     []string   `json:"purl,omitempty"`
	Versions  string     `json:"version,omitempty"`
	Relations []Relation `json:"relation,omitempty"`
	Licenses  []string   `json:"license,omitempty"`
	// Tools are patterns over the names of other scanners.
	Tools []string `json:"tool,omitempty"`
}

// Bound compares a number.
type Bound struct {
	// Op is one of <, <=, =, >=, >.
	Op    string  `json:"op"`
	Value float64 `json:"value"`
}

// holds compares; an operator that does not exist never holds.
func (b Bound) holds(value float64) bool {
	switch b.Op {
	case "<":
		return value < b.Value
	case "<=":
		return value <= b.Value
	case "=":
		return value == b.Value
	case ">=":
		return value >= b.Value
	case ">":
		return value > b.Value
	}
	return false
}
