package e2e_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/containergate/gate/internal/github/githubtest"
)

// fakes are the GitHubs of the running scripts, by script.
type fakes struct {
	mu      sync.Mutex
	servers map[*testscript.TestScript]*githubtest.Server
}

func (f *fakes) commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){"github": f.start, "github-state": f.state}
}

// start runs a GitHub with a scenario, which containers reach at $GITHUB_API:
// github SCENARIO.
func (f *fakes) start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: github SCENARIO")
	}
	var scenario githubtest.Scenario
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &scenario); err != nil {
		ts.Fatalf("parse %s: %v", args[0], err)
	}
	address, err := bridgeAddress(ts)
	ts.Check(err)
	server, err := githubtest.Start(githubtest.Options{Scenario: scenario, Listen: address + ":0", ListenOther: address + ":0", OtherName: address})
	ts.Check(err)
	ts.Defer(server.Close)
	ts.Setenv("GITHUB_API", server.URL())
	f.mu.Lock()
	defer f.mu.Unlock()
	f.servers[ts] = server
}

// bridgeAddress is the machine as containers see it; the loopback without an Engine.
func bridgeAddress(ts *testscript.TestScript) (string, error) {
	if !haveDocker() {
		return "127.0.0.1", nil
	}
	out, err := exec.CommandContext(context.Background(), "docker", "--host", dockerHost(ts), "network", "inspect", "bridge",
		"--format", "{{(index .IPAM.Config 0).Gateway}}").Output()
	return strings.TrimSpace(string(out)), err
}

func dockerHost(ts *testscript.TestScript) string {
	if host := ts.Getenv("DOCKER_HOST"); host != "" {
		return host
	}
	return "unix:///var/run/docker.sock"
}

// state writes what GitHub knows into a file, and fails when it was asked
// anything that the real one would not understand, or got the token elsewhere:
// github-state FILE.
func (f *fakes) state(ts *testscript.TestScript, neg bool, args []string) {
	f.mu.Lock()
	server := f.servers[ts]
	f.mu.Unlock()
	if neg || len(args) != 1 || server == nil {
		ts.Fatalf("usage: github SCENARIO, then github-state FILE")
	}
	for _, violation := range server.Violations() {
		ts.Fatalf("GitHub would not understand: %s", violation)
	}
	if leaks := server.Leaks(); len(leaks) > 0 {
		ts.Fatalf("another host got the token: %+v", leaks)
	}
	data, err := server.Snapshot()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}
