package foreign_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

func TestPlaces(t *testing.T) {
	tests := []struct{ name, bases, artifact, want string }{
		{"relative", "", `"uri":"a/./b/../Dockerfile"`, "a/Dockerfile"},
		{"percent-encoded", "", `"uri":"a%20b%23c"`, "a b#c"},
		{"a tool that does not encode", "", `"uri":"100%"`, "100%"},
		{"absolute, within", "", `"uri":"file:///repo/a/Dockerfile"`, "a/Dockerfile"},
		{"absolute, within, with a host", "", `"uri":"file://localhost/repo/a"`, "a"},
		{"a bare absolute path", "", `"uri":"/repo/a"`, "a"},
		{"absolute, outside", "", `"uri":"file:///etc/passwd"`, "/etc/passwd"},
		{"out of the repository by dots", "", `"uri":"file:///repo/../etc/passwd"`, "/etc/passwd"},
		{"beside the repository", "", `"uri":"file:///repository/a"`, "/repository/a"},
		{"a base within", `"ROOT":{"uri":"file:///repo/sub/"}`, `"uri":"go.mod","uriBaseId":"ROOT"`, "sub/go.mod"},
		{"a base of a base", `"A":{"uri":"file:///repo/"},"B":{"uri":"x/","uriBaseId":"A"}`, `"uri":"y","uriBaseId":"B"`, "x/y"},
		{"a base of a container", `"ROOT":{"uri":"file:///src/"}`, `"uri":"./go.mod","uriBaseId":"ROOT"`, "go.mod"},
		{"a base that nobody tells", `"%SRCROOT%":{"description":{"text":"x"}}`, `"uri":"go.mod","uriBaseId":"%SRCROOT%"`, "go.mod"},
		{"bases in a circle", `"A":{"uri":"a/","uriBaseId":"B"},"B":{"uri":"b/","uriBaseId":"A"}`, `"uri":"y","uriBaseId":"A"`, "y"},
		{"an address", "", `"uri":"https://example.com/a"`, "https://example.com/a"},
		{"a path of Windows", "", `"uri":"src\\app\\Dockerfile"`, "src/app/Dockerfile"},
		{"a drive", "", `"uri":"C:\\src\\Dockerfile"`, "C:/src/Dockerfile"},
		{"an escape sequence", "", `"uri":"a\u001b[31mb"`, "a\ufffd[31mb"},
		{"nothing", "", `"uriBaseId":"ROOT"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := finding(t, oneRun(`}},"originalUriBaseIds":{`+tt.bases+`},"results":[{"ruleId":"R","message":{"text":"m"},
				"locations":[{"physicalLocation":{"artifactLocation":{`+tt.artifact+`},"region":{"startLine":"3","startColumn":2.0,"endLine":1}}}]}]`))
			if f.Location.Path != tt.want {
				t.Errorf("path %q, want %q", f.Location.Path, tt.want)
			}
			if tt.want != "" && (f.Location.Line != 3 || f.Location.Column != 2 || f.Location.EndLine != 3) {
				t.Errorf("location %+v", f.Location)
			}
		})
	}
}

func TestAWaiverForACVEHoldsOnlyWhereThatIsTheFault(t *testing.T) {
	tests := []struct {
		name, id, rule, result string
		want                   []string
	}{
		{"in the id", "CVE-2024-12345-zlib1g", "", "", []string{"CVE-2024-12345"}},
		{"the id itself", "CVE-2024-12345", "", "", nil},
		{"both names", "osv", `"properties":{"tags":["cve-2024-12345","GHSA-jfh8-C2jp-5v3q"]}`, "", []string{"CVE-2024-12345", "GHSA-jfh8-c2jp-5v3q"}},
		{"a property", "SNYK-1", "", `"properties":{"cve_id":["CVE-2024-1111"]}`, []string{"CVE-2024-1111"}},
		{"the id before the tags", "CVE-2024-1111-x", `"properties":{"tags":["CVE-2024-2222"]}`, "", []string{"CVE-2024-1111"}},
		{"two CVEs", "N-1", `"properties":{"tags":["CVE-2024-1111","CVE-2024-2222"]}`, "", nil},
		{"a text that speaks of one", "N-1", `"properties":{"cve":"like CVE-2024-1111"}`, `"properties":{"note":"CVE-2024-1111"}`, nil},
		{"a longer number", "XCVE-2024-1111", "", "", nil},
		{"former ids", "R2", `"deprecatedIds":["R1","R0"]`, "", []string{"R0", "R1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rule, result := "", ""
			if tt.rule != "" {
				rule = "," + tt.rule
			}
			if tt.result != "" {
				result = "," + tt.result
			}
			f := finding(t, oneRun(`,"rules":[{"id":"`+tt.id+`"`+rule+`}]`, results(`{"ruleId":"`+tt.id+`","message":{"text":"m"}`+result+`}`)))
			if len(f.Aliases) != len(tt.want) || !cmp.Equal(append([]string{}, f.Aliases...), append([]string{}, tt.want...)) {
				t.Errorf("aliases %v, want %v", f.Aliases, tt.want)
			}
		})
	}
}

func TestPackagesAreNotInvented(t *testing.T) {
	purl := `"properties":{"purl":"pkg:maven/org.apache/log4j-core@2.17.0?type=jar"}`
	tests := []struct {
		name, tool, result string
		want               *gate.Package
	}{
		{"a package URL", "Tool", purl, &gate.Package{Name: "org.apache:log4j-core", Version: "2.17.0", Type: "java-archive", PURL: "pkg:maven/org.apache/log4j-core@2.17.0?type=jar"}},
		{"two package URLs", "Tool", `"properties":{"purls":["pkg:npm/a@1","pkg:npm/b@1"]}`, nil},
		{"no package URL", "Tool", `"properties":{"purl":"npm/a@1"}`, nil},
		{"a name with its scope", "Tool", `"properties":{"purl":"pkg:npm/%40acme/a@1%2B2"}`, &gate.Package{Name: "@acme/a", Version: "1+2", Type: "npm", PURL: "pkg:npm/%40acme/a@1%2B2"}},
		{"the sentence of Grype by another tool", "Tool", "", nil},
		{"the sentence of Grype", "grype", "", &gate.Package{Name: "zlib1g", Version: "1.2", Type: "deb"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			result := tt.result
			if result != "" {
				result = "," + result
			}
			text := oneRun(results(`{"ruleId":"R","message":{"text":"A high vulnerability in deb package: zlib1g, version 1.2 was found at: /x"}` + result + `}`))
			f := finding(t, strings.Replace(text, `"Tool"`, strconv.Quote(tt.tool), 1))
			if diff := cmp.Diff(tt.want, f.Package); diff != "" {
				t.Errorf("package (-want +got):\n%s", diff)
			}
		})
	}
}
