package gate

// RuleInfo is the metadata of a rule, apart from its code, so that
// configuration, documentation and SARIF can speak of rules without importing
// the catalog.
type RuleInfo struct {
	ID string `json:"id"`
	// Title is one line, without a full stop.
	Title string `json:"title"`
	// Why says what goes wrong; Fix says what to do instead. Both are
	// Markdown-free text of a few sentences.
	Why      string   `json:"why"`
	Fix      string   `json:"fix"`
	Severity Severity `json:"severity"`
	// Aliases are all aliases that findings of this rule may carry, sorted.
	Aliases []string `json:"aliases,omitempty"`
	// Tags are families: CIS 4.1, OWASP D01, CWE-250; sorted.
	Tags []string `json:"tags,omitempty"`
	URL  string   `json:"url,omitempty"`
}
