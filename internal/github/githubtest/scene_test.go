package githubtest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containergate/gate/internal/github/githubtest"
)

const (
	app    = "/repos/octo/app"
	token  = "ghs_a-token-of-the-tests"
	person = "ghp_somebody-of-the-tests"
)

// scene is a repository with a pull request from a fork and a bit of everything.
func scene() githubtest.Scenario {
	base, side, head, merge := githubtest.SHA("base"), githubtest.SHA("side"), githubtest.SHA("head"), githubtest.SHA("merge")
	published := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	return githubtest.Scenario{
		Tokens: map[string]githubtest.Token{
			token:                   githubtest.ActionsToken(),
			person:                  {Login: "mona", Person: true, Permissions: githubtest.ActionsToken().Permissions},
			"ghs_a-token-of-a-fork": githubtest.ForkToken(),
		},
		Repositories: []githubtest.Repository{{
			Name: "octo/app",
			Commits: []githubtest.Commit{
				{SHA: base, Message: "start", Files: map[string]string{
					"Dockerfile": "FROM alpine\nRUN true\n", ".gate.yaml": "version: 1\n", "docs/a b.md": "hello\n", "docs/deep/x.md": "x\n",
				}, Links: map[string]string{"link": "Dockerfile", "away": "/etc/passwd"}},
				{SHA: side, Parents: []string{base}, Changed: map[string]string{"side": "1"}},
				{SHA: head, Parents: []string{base}, Changed: map[string]string{"Dockerfile": "FROM alpine:3\nRUN true\n", "new": "n"}, Removed: []string{".gate.yaml"}},
				{SHA: merge, Parents: []string{base, head}, Changed: map[string]string{"Dockerfile": "FROM alpine:3\nRUN true\n"}},
			},
			Branches: map[string]string{"main": base, "feature/side": side},
			Tags:     map[string]string{"v1": base},
			Roles:    map[string]string{"mona": "admin"},
			Pulls: []githubtest.Pull{
				{Number: 7, Title: "more", Author: "fork-owner", MergeSHA: merge, Head: githubtest.Side{Repository: "fork-owner/app", Ref: "topic", SHA: head}},
				{Number: 8, Locked: true, Head: githubtest.Side{Ref: "gone", SHA: head, Gone: true}},
			},
			Issues:   []githubtest.Issue{{Number: 1, Title: "first", Author: "mona", Labels: []string{"bug"}}},
			Labels:   []githubtest.Label{{Name: "bug", Color: "ff0000"}},
			Comments: []githubtest.Comment{{ID: 500, Issue: 7, Author: "mona", Body: "hello"}},
			Releases: []githubtest.Release{
				{ID: 31, Tag: "v1", Name: "one", Published: published, Assets: []githubtest.Asset{{ID: 41, Name: "gate", Text: "bytes"}}},
				{ID: 32, Tag: "v2-rc", Prerelease: true, Published: published.Add(time.Hour)},
				{ID: 33, Tag: "v3", Draft: true},
			},
			Runs: []githubtest.Run{{ID: 51, Event: "pull_request", Path: ".github/workflows/gate.yml", HeadSHA: head, HeadBranch: "topic",
				HeadRepository: "fork-owner/app", Conclusion: "success"}},
			Artifacts: []githubtest.Artifact{
				{ID: 61, Name: "gate-report", Run: 51, Files: map[string]string{"report.json": "{}"}},
				{ID: 62, Name: "old", Run: 51, Expired: true},
			},
			Attestations: []githubtest.Attestation{{Digest: "sha256:1", Bundle: json.RawMessage(`{"mediaType":"x"}`)}},
		}, {
			Name: "octo/secret", Private: true,
		}},
		Packages: []githubtest.Package{{ID: 71, Owner: "octo", Name: "app/web", Type: "container",
			Versions: []githubtest.PackageVersion{{ID: 81, Name: "sha256:1", Tags: []string{"v1"}}}}},
	}
}

// described loads GitHub's description once for all tests; it is only read.
var described = sync.OnceValues(githubtest.FindDescription)

// options are a scenario with the shared description.
func options(t *testing.T, scenario githubtest.Scenario) githubtest.Options {
	t.Helper()
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	return githubtest.Options{Scenario: scenario, Description: description}
}

// recorder starts a server whose violations are looked at, not reported.
func recorder(t *testing.T, scenario githubtest.Scenario) *githubtest.Server {
	t.Helper()
	s, err := githubtest.Start(options(t, scenario))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	text   string
}

// at digs a value out of a JSON reply: "user", "login" or 0 for an index.
func (r reply) at(t *testing.T, keys ...any) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(r.text), &value); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, r.text)
	}
	for _, key := range keys {
		switch k := key.(type) {
		case string:
			o, ok := value.(map[string]any)
			if !ok {
				t.Fatalf("no object at %v of %v: %s", k, keys, r.text)
			}
			value = o[k]
		case int:
			list, ok := value.([]any)
			if !ok || k >= len(list) {
				t.Fatalf("no element %d of %v: %s", k, keys, r.text)
			}
			value = list[k]
		}
	}
	return value
}

// ask sends a request: "GET /path", a body that is text or becomes JSON, and
// headers as "Name: value". The token is the tests' own unless a header says otherwise.
func ask(t *testing.T, s *githubtest.Server, line string, body any, headers ...string) reply {
	t.Helper()
	r, err := tryAsk(t, s, line, body, headers...)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return r
}

func tryAsk(t *testing.T, s *githubtest.Server, line string, body any, headers ...string) (reply, error) {
	t.Helper()
	method, path, _ := strings.Cut(line, " ")
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Set(name, value)
		if value == "" {
			request.Header.Del(name)
		}
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	return reply{status: response.StatusCode, header: response.Header, text: string(data)}, err
}

type m = map[string]any

// packed is gzip and base64.
func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// result is a SARIF result of the rule r1 with a fingerprint.
func result(file, hash string, line int) m {
	return m{"ruleId": "r1", "message": m{"text": "old " + hash}, "partialFingerprints": m{"primaryLocationLineHash": hash},
		"locations": []any{m{"physicalLocation": m{"artifactLocation": m{"uri": file}, "region": m{"startLine": line}}}}}
}

// sarif is a file with one run.
func sarif(category string, results ...any) m {
	if results == nil {
		results = []any{}
	}
	text := m{"text": "words"}
	return m{"version": "2.1.0", "runs": []any{m{
		"tool": m{"driver": m{"name": "gate", "rules": []any{m{"id": "r1", "shortDescription": text, "fullDescription": text, "help": text,
			"properties": m{"security-severity": "9.8", "tags": []any{"security"}}}}}},
		"automationDetails": m{"id": category + "/"}, "results": results,
	}}}
}

// upload sends a SARIF file for a word's commit and a ref.
func upload(t *testing.T, s *githubtest.Server, commit, ref string, file any) reply {
	t.Helper()
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return ask(t, s, "POST "+app+"/code-scanning/sarifs", m{"commit_sha": githubtest.SHA(commit), "ref": ref, "sarif": packed(t, string(data))})
}

// processed is the state and the errors of an upload that was taken.
func processed(t *testing.T, s *githubtest.Server, receipt reply) (string, string) {
	t.Helper()
	if receipt.status != http.StatusAccepted {
		t.Fatalf("the upload was refused: %d %s", receipt.status, receipt.text)
	}
	state := ask(t, s, fmt.Sprintf("GET %s/code-scanning/sarifs/%s", app, receipt.at(t, "id")), nil)
	return fmt.Sprint(state.at(t, "processing_status")), fmt.Sprint(state.at(t, "errors"))
}
