// Package gate holds the words that every other package speaks (Severity,
// Location, Finding, Analysis, Change, Policy, Decision, Verdict, Report) and
// Decide, the pure function that turns findings and a policy into a verdict.
//
// It imports the standard library only, so that its tests run in a second and
// nothing heavy can creep into a decision.
package gate
