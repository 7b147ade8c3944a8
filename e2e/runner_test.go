package e2e_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"

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
// its mounts and environment: runner [-event KIND FILE] IMAGE WORKSPACE
// [NAME=VALUE…]. The files of commands are left in runner/. With -event the step
// belongs to such an event, whose payload the file is, and speaks to the GitHub
// that `github` started.
func cmdRunner(ts *testscript.TestScript, neg bool, args []string) {
	work := ts.MkAbs("runner")
	event := []string{"GITHUB_EVENT_NAME=push", "GITHUB_API_URL=https://api.github.invalid"}
	if len(args) > 2 && args[0] == "-event" {
		ts.Check(os.MkdirAll(filepath.Join(work, "_github_workflow"), 0o750))
		ts.Check(os.WriteFile(filepath.Join(work, "_github_workflow", "event.json"), []byte(ts.ReadFile(args[2])), 0o600))
		event = []string{
			"GITHUB_EVENT_NAME=" + args[1], "GITHUB_EVENT_PATH=/github/workflow/event.json",
			"GITHUB_API_URL=" + ts.Getenv("GITHUB_API"), "INPUT_GITHUB-TOKEN=ghs_opensesame",
		}
		args = args[3:]
	}
	if len(args) < 2 {
		ts.Fatalf("usage: runner [-event KIND FILE] IMAGE WORKSPACE [NAME=VALUE…]")
	}
	command := []string{
		"run", "--rm", "--workdir", "/github/workspace",
		"-v", "/var/run/docker.sock:/var/run/docker.sock", "-v", ts.MkAbs(args[1]) + ":/github/workspace",
	}
	for name, target := range map[string]string{
		"_temp": "/github/runner_temp", "_github_home": "/github/home",
		"_github_workflow": "/github/workflow", "_runner_file_commands": "/github/file_commands",
	} {
		ts.Check(os.MkdirAll(filepath.Join(work, name), 0o750))
		command = append(command, "-v", filepath.Join(work, name)+":"+target)
	}
	for _, file := range []string{"output", "summary"} {
		ts.Check(os.WriteFile(filepath.Join(work, "_runner_file_commands", file), nil, 0o600))
	}
	for _, pair := range slices.Concat(runnerEnvironment(), event, args[2:]) {
		command = append(command, "-e", pair)
	}
	command = append(command, args[0], "action")
	err := ts.Exec("docker", command...)
	if (err != nil) != neg {
		ts.Fatalf("the action's result: %v", err)
	}
}

// runnerEnvironment is what every step has.
func runnerEnvironment() []string {
	return []string{
		"HOME=/github/home", "GITHUB_ACTIONS=true", "CI=true", "GITHUB_WORKSPACE=/github/workspace",
		"GITHUB_OUTPUT=/github/file_commands/output", "GITHUB_STEP_SUMMARY=/github/file_commands/summary",
		"GITHUB_REPOSITORY=octo/app", "GITHUB_REF=refs/heads/main",
		"GITHUB_SHA=0123456789012345678901234567890123456789", "RUNNER_TEMP=/github/runner_temp",
		"GITHUB_RUN_ID=100", "GITHUB_RUN_ATTEMPT=1", "GITHUB_RUN_NUMBER=1", "GITHUB_JOB=gate", "GITHUB_WORKFLOW=gate",
		"GITHUB_WORKFLOW_REF=octo/app/.github/workflows/gate.yml@refs/heads/main", "GITHUB_ACTOR=octocat",
		"GITHUB_SERVER_URL=https://github.com",
	}
}
