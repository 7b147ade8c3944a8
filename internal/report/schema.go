package report

import _ "embed" // the schema lies beside the code that follows it

//go:embed report.schema.json
var schema []byte

// Schema returns the JSON schema (draft 2020-12) of the JSON report.
func Schema() []byte { return append([]byte(nil), schema...) }
