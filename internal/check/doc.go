// Package check is the straight line, written once: a plan goes in, a report
// comes out. It fits build, lint, scan and the decision together and holds no
// knowledge of its own about any of them.
//
// What goes wrong on the way is never lost and never green: a failed build or
// analyzer becomes a gap in the report, and only what the user must correct in
// the plan itself (a missing context, an unknown target) comes back as an error.
package check
