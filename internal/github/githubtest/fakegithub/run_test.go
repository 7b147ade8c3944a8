package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const scenario = `{
  "tokens": {"ghs_of-the-container": {"login": "github-actions[bot]", "permissions": {"pull-requests": "write"}}},
  "repositories": [{"name": "octo/app", "pulls": [{"number": 7, "head": {"ref": "topic", "sha": "abc"}, "base": {"ref": "main", "sha": "def"}}]}],
  "faults": [{"match": {"method": "POST", "path": "/repos/*/*/issues/*/comments"}, "kind": "secondary-limit", "times": 1}]
}`

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file.json")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestItServesAScenarioAndDumpsTheState(t *testing.T) {
	dump := filepath.Join(t.TempDir(), "dump.json")
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"-scenario", file(t, scenario), "-dump", dump}, writer)
		writer.Close()
	}()
	lines := bufio.NewScanner(reader)
	said := map[string]string{}
	for len(said) < 3 && lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), "=")
		said[name] = value
	}
	if !strings.HasPrefix(said["api"], "http://127.0.0.1:") || !strings.HasPrefix(said["other"], "http://localhost:") {
		t.Fatalf("said %v: %v", said, <-done)
	}
	for _, want := range []int{403, 201} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, said["api"]+"/repos/octo/app/issues/7/comments", strings.NewReader(`{"body":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer ghs_of-the-container")
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%d, want %d", response.StatusCode, want)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Repositories []struct {
			Comments []struct{ Author, Body string }
		}
		Requests []struct{ Status int }
	}
	if err := json.Unmarshal(data, &state); err != nil {
		t.Fatal(err)
	}
	if len(state.Requests) != 2 || len(state.Repositories[0].Comments) != 1 || state.Repositories[0].Comments[0].Author != "github-actions[bot]" {
		t.Errorf("%s", data)
	}
	if strings.Contains(string(data), "ghs_of") {
		t.Error("the dump holds the token")
	}
}

func TestItSaysWhatIsWrong(t *testing.T) {
	for word, arguments := range map[string][]string{
		"unexpected argument":      {"now"},
		"not defined":              {"-nope"},
		"read the scenario":        {"-scenario", "absent.json"},
		`unknown field "repos"`:    {"-scenario", file(t, `{"repos": []}`)},
		`the fault "x" is not`:     {"-scenario", file(t, `{"faults": [{"kind": "x"}]}`)},
		"load absent-openapi.json": {"-openapi", "absent-openapi.json"},
		"write the state":          {"-dump", filepath.Join(t.TempDir(), "no", "dump")},
	} {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := run(ctx, arguments, io.Discard); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%v: %v, want %q", arguments, err, word)
		}
	}
	if err := run(t.Context(), []string{"-help"}, io.Discard); err != nil {
		t.Errorf("-help: %v", err)
	}
}
