package config

import (
	"go.yaml.in/yaml/v3"

	"github.com/containergate/gate/internal/gate"
)

// bars are the keys of fail-on. Those of scan and lint are options as well.
func bars() []gate.Analyzer {
	return []gate.Analyzer{
		gate.AnalyzerScan, gate.ThresholdContext, gate.AnalyzerLint,
		gate.AnalyzerLicense, gate.AnalyzerPackages, gate.AnalyzerForeign,
	}
}

// failOn is one severity for vulnerabilities, or a mapping by analyzer.
func (d *document) failOn(node *yaml.Node, into map[gate.Analyzer]gate.Threshold) {
	if node.Kind != yaml.MappingNode {
		d.threshold(gate.AnalyzerScan, "fail-on", node, node, into)
		return
	}
	d.keys(node, "fail-on", plain(bars()), func(key string, keyNode, value *yaml.Node) {
		d.threshold(gate.Analyzer(key), "fail-on."+key, keyNode, value, into)
	})
}

func (d *document) threshold(analyzer gate.Analyzer, what string, keyNode, value *yaml.Node, into map[gate.Analyzer]gate.Threshold) {
	word, ok := d.text(value, what)
	if !ok {
		return
	}
	threshold, err := parseThreshold(analyzer, word, d.origin(keyNode))
	if err != nil {
		d.fail(value, "%s: %v", what, err)
		return
	}
	into[analyzer] = threshold
}

func failOnShape() shape {
	properties := shape{}
	for _, key := range bars() {
		properties[string(key)] = wordShape(thresholdWords(key))
	}
	return anyOf(
		wordShape(thresholdWords(gate.AnalyzerScan)),
		shape{"type": "object", "additionalProperties": false, "properties": properties},
	)
}

// settleOnlyFixed: whoever sets the bar for vulnerabilities and says nothing of
// only-fixed means all of them. Without either, the default is the fixed ones.
func settleOnlyFixed(policy *gate.Policy) {
	if policy.OnlyFixedOrigin != gate.OriginDefault {
		return
	}
	all := false
	for i := range policy.Overrides {
		o := &policy.Overrides[i]
		if bar, set := o.Thresholds[gate.AnalyzerScan]; set && o.OnlyFixed == nil {
			o.OnlyFixed, o.OnlyFixedOrigin = &all, bar.Origin
		}
	}
	if bar := policy.Thresholds[gate.AnalyzerScan]; bar.Origin != gate.OriginDefault {
		policy.OnlyFixed, policy.OnlyFixedOrigin = false, bar.Origin
	}
}
