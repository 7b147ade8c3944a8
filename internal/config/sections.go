package config

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// section is a key of the policy file's top level that is no mere option.
type section struct {
	name  string
	usage string
	shape shape
	read  func(f *policyFile, d *document, key, value *yaml.Node)
}

// sections returns the table of them, in the order of the documentation.
func sections() []section {
	return slices.Concat(mainSections(), decidingSections(), trustSections(), waiverSections())
}

func mainSections() []section {
	return []section{
		{"version", "version of the file's form", shape{"enum": []any{1, "1"}}, func(_ *policyFile, d *document, _, value *yaml.Node) { d.version(value) }},
		{
			"extends", "policy files that this one rests on: a file, oci:NAME@sha256:DIGEST, or owner/repository/path@COMMIT", listOf(textShape()),
			func(f *policyFile, d *document, _, value *yaml.Node) { f.extend(d, value) },
		},
		{
			"images", "the images to examine", shape{"type": "array", "items": defined("image")},
			func(f *policyFile, d *document, _, value *yaml.Node) {
				for _, item := range d.sequence(value, "images") {
					f.image(d, item)
				}
			},
		},
		{
			"released", "images that are out there, which gate rescan scans again: references, and lists of them", releasedShape(),
			func(f *policyFile, d *document, _, value *yaml.Node) {
				for _, item := range d.sequence(value, "released") {
					f.release(d, item)
				}
			},
		},
		{
			"fail-on", "least severity that blocks: of vulnerabilities, or by the kind of finding", failOnShape(),
			func(f *policyFile, d *document, key, value *yaml.Node) {
				// The line of one word is that of its key.
				if value.Kind != yaml.MappingNode {
					d.threshold(gate.AnalyzerScan, "fail-on", key, value, f.thresholds)
					return
				}
				d.failOn(value, f.thresholds)
			},
		},
		{
			"lint-fail-on", "least severity at which a Dockerfile finding blocks; the same as fail-on's lint", wordShape(thresholdWords(gate.AnalyzerLint)),
			func(f *policyFile, d *document, key, value *yaml.Node) {
				d.threshold(gate.AnalyzerLint, "lint-fail-on", key, value, f.thresholds)
			},
		},
		{
			"sarif-in", "SARIF files of other scanners, whose findings go through this policy", foreignShape(),
			func(f *policyFile, d *document, _, value *yaml.Node) {
				for _, item := range d.sequence(value, "sarif-in") {
					f.foreignReport(d, item)
				}
			},
		},
	}
}

func decidingSections() []section {
	return []section{
		{
			"rules", "tried in order; the first that is about a finding decides", shape{"type": "array", "items": defined("rule")},
			func(f *policyFile, d *document, _, value *yaml.Node) { f.rules = append(f.rules, d.rules(value)...) },
		},
		{
			"grace", "days that a fix must have existed before a vulnerability of that severity blocks", graceShape(),
			func(f *policyFile, d *document, _, value *yaml.Node) { f.giveGrace(d, value) },
		},
		{
			"max", "how many vulnerabilities of a severity, and in total, are tolerated", maxShape(),
			func(f *policyFile, d *document, _, value *yaml.Node) { f.tolerate(d, value) },
		},
		{
			"budgets", "how many findings of a kind are tolerated", shape{"type": "array", "items": objectShape(budgetFields(), "max")},
			func(f *policyFile, d *document, _, value *yaml.Node) {
				for _, item := range d.list(value, "budgets") {
					f.budget(d, item)
				}
			},
		},
		{
			"licenses", "which licences packages may have", objectShape(licenseFields()),
			func(f *policyFile, d *document, key, value *yaml.Node) { f.licensing(d, key, value) },
		},
		{
			"packages", "packages that are denied or required", packagesShape(),
			func(f *policyFile, d *document, _, value *yaml.Node) { f.packageRules(d, value) },
		},
	}
}

func trustSections() []section {
	return []section{
		{
			"vex", "VEX documents (OpenVEX or CSAF) of the repository; patterns mean several", listOf(textShape()),
			func(f *policyFile, d *document, _, value *yaml.Node) { f.vex = append(f.vex, d.names(value, "vex")...) },
		},
		{
			"vex-signers", "whose VEX attestations on an image are believed", signersShape(),
			func(f *policyFile, d *document, _, value *yaml.Node) {
				for _, item := range d.list(value, "vex-signers") {
					f.signer(d, item)
				}
			},
		},
	}
}

func waiverSections() []section {
	return []section{
		{
			"waivers", "findings that are accepted for a while", waiversShape(),
			func(f *policyFile, d *document, _, value *yaml.Node) { f.eachWaiver(d, value) },
		},
		{
			"waiver-terms", "what waivers must say, and how long they may hold", objectShape(termFields()),
			func(f *policyFile, d *document, key, value *yaml.Node) {
				if fill(d, value, "waiver-terms", termFields(), &f.terms) {
					f.terms.origin = d.origin(key)
				}
			},
		},
		{
			"accept-waivers", "in an organisation's policy: whether a repository's waivers and allowed guards count against it", boolShape(),
			func(f *policyFile, d *document, key, value *yaml.Node) {
				on := d.truth(value, "accept-waivers")
				f.acceptWaivers, f.acceptOrigin = &on, d.origin(key)
			},
		},
		{
			"allow", "guards that may be open", allowShape(),
			func(f *policyFile, d *document, _, value *yaml.Node) {
				for _, item := range d.sequence(value, "allow") {
					f.allow(d, item)
				}
			},
		},
	}
}
