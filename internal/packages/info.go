package packages

import (
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// The rules of this package.
const (
	RuleLicenseDenied  = "license-denied"
	RuleLicenseReview  = "license-review"
	RuleLicenseUnknown = "license-unknown"
	RuleDenied         = "package-denied"
	RuleMissing        = "package-missing"
)

// Rules describes the findings that the package makes, sorted by id. The
// severities of license-unknown, package-denied and package-missing are the
// policy's; here they are what is usual.
func Rules() []gate.RuleInfo {
	return []gate.RuleInfo{
		{
			ID: RuleLicenseDenied, Title: "Package has a denied licence", Severity: gate.SeverityHigh,
			Why: "The policy does not let packages with this licence into the image: it denies it, or lists what is allowed without it.",
			Fix: "Replace the package with one under another licence, or leave it out. Where the licence is all right for this package, add an exception for its package URL.",
		},
		{
			ID: RuleLicenseReview, Title: "Package has a licence that needs a review", Severity: gate.SeverityLow,
			Why: "The policy lets packages with this licence in, but wants somebody to look at how they are used.",
			Fix: "Let it be reviewed, and add an exception for the package's URL once it was.",
		},
		{
			ID: RuleLicenseUnknown, Title: "Package has no licence that can be told", Severity: gate.SeverityMedium,
			Why: "The package names no licence, or in words that are not known, so that it can't be held against the policy's lists.",
			Fix: "Look the licence up. If it is all right, add an exception for the package's URL; words that are a licence's name can be put on the lists as they are.",
		},
		{
			ID: RuleDenied, Title: "Package is denied", Severity: gate.SeverityHigh,
			Why: "The policy does not let this package into the image.",
			Fix: "Remove the package, or take a version that the policy does not deny.",
		},
		{
			ID: RuleMissing, Title: "Required package is missing", Severity: gate.SeverityHigh,
			Why: "The policy wants this package in the image, and it is not there, or not in a version that will do.",
			Fix: "Install the package in the image.",
		},
	}
}

// rulesOf are the descriptions of the rules that findings name.
func rulesOf(findings []gate.Finding) []gate.RuleInfo {
	return slices.DeleteFunc(Rules(), func(info gate.RuleInfo) bool {
		return !slices.ContainsFunc(findings, func(f gate.Finding) bool { return f.Rule == info.ID })
	})
}
