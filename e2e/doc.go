// Package e2e holds no code, only the tests that run the real gate program
// against real builders, registries and image files. Each script of testdata
// is a session at a terminal.
//
// The tests run when GATE_BIN names the program (make e2e sees to it) and use
// what the other variables name: GATE_BUILDKITD a buildkitd, GATE_GRYPE the
// Grype command line, GATE_REGISTRY_BIN a docker-registry program, GATE_DOCKER a
// Docker client that builds with BuildKit, GATE_ACTION_IMAGE the action's image,
// GATE_ACT act and GATE_BUSYBOX what the steps of its workflow run in.
// A script that needs what is not there is skipped with its reason.
package e2e
