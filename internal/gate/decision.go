package gate

// Action is what the policy says of one finding.
type Action string

// The actions there are.
const (
	ActionBlock  Action = "block"
	ActionWarn   Action = "warn"
	ActionIgnore Action = "ignore"
	ActionWaived Action = "waived"
)

// Stricter reports whether a is a stricter action than b: block before warn
// before waived before ignore.
func (a Action) Stricter(b Action) bool { return a.rank() > b.rank() }

func (a Action) rank() int {
	switch a {
	case ActionBlock:
		return 3
	case ActionWarn:
		return 2
	case ActionWaived:
		return 1
	default:
		return 0
	}
}

// Decision is a change, what the policy says of it, and why.
type Decision struct {
	Change Change
	Action Action
	// Rule is the name of the rule, or the budget, that decided; empty for
	// waivers and VEX statements.
	Rule string
	// Why is one sentence for a person; Origin is the piece of policy that decided.
	Why    string
	Origin Origin
	// WouldBlock is true for a warning that only the policy's mode keeps from blocking.
	WouldBlock bool
}

// Outcome is the verdict's word.
type Outcome string

// The outcomes there are.
const (
	Pass Outcome = "pass"
	Fail Outcome = "fail"
)

// Verdict is the end of the line: may it ship. An incomplete verdict is never
// a pass.
type Verdict struct {
	Outcome  Outcome `json:"outcome"`
	Complete bool    `json:"complete"`
	// Reasons say why the outcome is fail: first what blocks, then what is missing.
	Reasons []string `json:"reasons"`
	// Gaps are what made the verdict incomplete; Allowed the gaps that the
	// policy let pass.
	Gaps    []Gap `json:"gaps"`
	Allowed []Gap `json:"allowed,omitempty"`

	Blocked int `json:"blocked"`
	// WouldBlock counts the warnings that only the policy's mode keeps from blocking.
	WouldBlock int `json:"wouldBlock,omitempty"`
	Warned     int `json:"warned"`
	Ignored    int `json:"ignored"`
	Waived     int `json:"waived"`
	New        int `json:"new"`
	// Fixed counts what the baseline had and this has not; 0 without a baseline.
	Fixed int `json:"fixed"`
	// Severities counts all findings that are not fixed, by severity name.
	Severities map[Severity]int `json:"severities"`
	// Analyzers counts the blocking findings by analyzer.
	Analyzers map[Analyzer]int `json:"blockedBy"`
}

// The exit codes of a run.
const (
	ExitPass       = 0
	ExitBlocked    = 1
	ExitUsage      = 2
	ExitIncomplete = 3
)

// ExitCode is the process exit code that the verdict asks for.
func (v Verdict) ExitCode() int {
	switch {
	case v.Blocked > 0:
		return ExitBlocked
	case !v.Complete || v.Outcome != Pass:
		return ExitIncomplete
	default:
		return ExitPass
	}
}
