package foreign

import "encoding/json"

// The parts of SARIF that are read. Whatever is not listed is passed over.

type result struct {
	RuleID              string        `json:"ruleId"`
	RuleIndex           *number       `json:"ruleIndex"`
	Rule                *reference    `json:"rule"`
	Kind                string        `json:"kind"`
	Level               string        `json:"level"`
	Message             message       `json:"message"`
	Locations           []location    `json:"locations"`
	Suppressions        []suppression `json:"suppressions"`
	BaselineState       string        `json:"baselineState"`
	Fingerprints        bag           `json:"fingerprints"`
	PartialFingerprints bag           `json:"partialFingerprints"`
	CorrelationGUID     string        `json:"correlationGuid"`
	Properties          bag           `json:"properties"`
}

type suppression struct {
	Kind   string `json:"kind"`
	Status string `json:"status"`
}

// message is a text, or the id of one that the rule or tool has, with its arguments.
type message struct {
	Text      string `json:"text"`
	Markdown  string `json:"markdown"`
	ID        string `json:"id"`
	Arguments []any  `json:"arguments"`
}

type location struct {
	Physical struct {
		Artifact artifactLocation `json:"artifactLocation"`
		Region   struct {
			StartLine   number `json:"startLine"`
			StartColumn number `json:"startColumn"`
			EndLine     number `json:"endLine"`
			EndColumn   number `json:"endColumn"`
		} `json:"region"`
	} `json:"physicalLocation"`
	Logical []struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
	} `json:"logicalLocations"`
}

type artifactLocation struct {
	URI   string  `json:"uri"`
	Base  string  `json:"uriBaseId"`
	Index *number `json:"index"`
}

type artifact struct {
	Location artifactLocation `json:"location"`
}

// reference names a rule, and where it is described.
type reference struct {
	ID        string  `json:"id"`
	Index     *number `json:"index"`
	Component *struct {
		Index *number `json:"index"`
	} `json:"toolComponent"`
}

type descriptor struct {
	ID             string             `json:"id"`
	Name           string             `json:"name"`
	DeprecatedIDs  []string           `json:"deprecatedIds"`
	Short          message            `json:"shortDescription"`
	Full           message            `json:"fullDescription"`
	Help           message            `json:"help"`
	HelpURI        string             `json:"helpUri"`
	MessageStrings map[string]message `json:"messageStrings"`
	Default        *configuration     `json:"defaultConfiguration"`
	Properties     bag                `json:"properties"`
}

type configuration struct {
	Level string `json:"level"`
}

type component struct {
	Name            string             `json:"name"`
	Version         string             `json:"version"`
	SemanticVersion string             `json:"semanticVersion"`
	Rules           []descriptor       `json:"rules"`
	GlobalMessages  map[string]message `json:"globalMessageStrings"`
}

type tool struct {
	Driver     component   `json:"driver"`
	Extensions []component `json:"extensions"`
}

type invocation struct {
	Successful    *bool          `json:"executionSuccessful"`
	Execution     []notification `json:"toolExecutionNotifications"`
	Configuration []notification `json:"toolConfigurationNotifications"`
	Overrides     []struct {
		Configuration configuration `json:"configuration"`
		Descriptor    reference     `json:"descriptor"`
	} `json:"ruleConfigurationOverrides"`
}

type notification struct {
	Level   string  `json:"level"`
	Message message `json:"message"`
}

// bag is a property bag. Tools that know of no empty objects write an empty
// list, which is an empty bag too.
type bag map[string]any

// UnmarshalJSON reads an object; anything else is empty.
func (b *bag) UnmarshalJSON(data []byte) error {
	var values map[string]any
	if len(data) == 0 || data[0] != '{' {
		return nil
	}
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	*b = values
	return nil
}
