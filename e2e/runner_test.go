package e2e_test

import (
	"net"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// freeAddress finds a port of loopback that nobody uses.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// cmdRunner runs the action's image as the runner of GitHub Actions does, with
// its mounts and environment: runner IMAGE WORKSPACE [NAME=VALUE…]. The files
// of commands are left in runner/.
func cmdRunner(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: runner IMAGE WORKSPACE [NAME=VALUE…]")
	}
	work := ts.MkAbs("runner")
	mounts := map[string]string{
		"_temp": "/github/runner_temp", "_github_home": "/github/home",
		"_github_workflow": "/github/workflow", "_runner_file_commands": "/github/file_commands",
	}
	command := []string{
		"run", "--rm", "--workdir", "/github/workspace",
		"-v", "/var/run/docker.sock:/var/run/docker.sock", "-v", ts.MkAbs(args[1]) + ":/github/workspace",
	}
	for name, target := range mounts {
		ts.Check(os.MkdirAll(filepath.Join(work, name), 0o750))
		command = append(command, "-v", filepath.Join(work, name)+":"+target)
	}
	for _, file := range []string{"output", "summary"} {
		ts.Check(os.WriteFile(filepath.Join(work, "_runner_file_commands", file), nil, 0o600))
	}
	environment := append([]string{
		"HOME=/github/home", "GITHUB_ACTIONS=true", "CI=true", "GITHUB_WORKSPACE=/github/workspace",
		"GITHUB_OUTPUT=/github/file_commands/output", "GITHUB_STEP_SUMMARY=/github/file_commands/summary",
		"GITHUB_EVENT_NAME=push", "GITHUB_REPOSITORY=octo/app", "GITHUB_REF=refs/heads/main",
		"GITHUB_SHA=0123456789012345678901234567890123456789", "RUNNER_TEMP=/github/runner_temp",
	}, args[2:]...)
	for _, pair := range environment {
		command = append(command, "-e", pair)
	}
	command = append(command, args[0], "action")
	err := ts.Exec("docker", command...)
	if (err != nil) != neg {
		ts.Fatalf("the action's result: %v", err)
	}
}
