package build

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// daemonPrograms are the programs that a buildkitd of our own is made of.
type daemonPrograms struct {
	// buildkitd, and the program that puts it into namespaces of its own:
	// unshare as root (optional), rootlesskit otherwise.
	buildkitd, unshare, rootlesskit string
}

// findPrograms looks for them on PATH. root says whether we are root.
func findPrograms(given string, root bool) (daemonPrograms, error) {
	var found daemonPrograms
	var err error
	name := given
	if name == "" {
		name = "buildkitd"
	}
	if found.buildkitd, err = exec.LookPath(name); err != nil {
		if given != "" {
			return found, inputErrorf("buildkitd %s: %w", given, err)
		}
		return found, kindErrorf(ErrNoBuilder, "buildkitd is not on PATH: install BuildKit, or name the program")
	}
	// It is started in a directory of its own.
	if found.buildkitd, err = filepath.Abs(found.buildkitd); err != nil {
		return found, kindErrorf(ErrNoBuilder, "find %s: %w", name, err)
	}
	if !onPath("buildkit-runc") && !onPath("runc") {
		return found, kindErrorf(ErrNoBuilder, "buildkitd needs runc (or buildkit-runc) on PATH: install it, with apt-get install runc for example")
	}
	if root {
		found.unshare, _ = exec.LookPath("unshare")
		return found, nil
	}
	if found.rootlesskit, err = exec.LookPath("rootlesskit"); err != nil || !onPath("newuidmap") {
		return found, kindErrorf(ErrNoBuilder, "buildkitd without root needs rootlesskit and newuidmap on PATH: install them (apt-get install rootlesskit uidmap), or run as root")
	}
	return found, nil
}

func onPath(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// isolation are the arguments of unshare that give the daemon a process and a
// mount namespace: when it ends, everything it started and mounted is gone.
func isolation() []string {
	return []string{"--mount", "--pid", "--fork", "--mount-proc", "--kill-child"}
}

// commandLine is the program and its arguments, without a shell.
func (p daemonPrograms) commandLine(ctx context.Context, dir, socket string) []string {
	daemon := []string{
		p.buildkitd,
		"--root", filepath.Join(dir, "root"),
		"--addr", unixScheme + socket,
		"--config", filepath.Join(dir, configName),
		"--oci-worker=true",
		"--containerd-worker=false",
		"--oci-worker-gc=false",
		"--cdi-disabled",
		// Granted to a build only when it asks for the host's network.
		"--allow-insecure-entitlement", "network.host",
	}
	switch {
	case p.rootlesskit != "":
		kit := []string{p.rootlesskit, "--state-dir=" + filepath.Join(dir, "rootlesskit"), "--net=host", "--pidns"}
		return slices.Concat(kit, daemon, []string{"--rootless"})
	case p.unshare != "" && canIsolate(ctx, p):
		return slices.Concat([]string{p.unshare}, isolation(), daemon)
	default:
		return daemon
	}
}

// canIsolate tries whether namespaces can be made here at all.
func canIsolate(ctx context.Context, p daemonPrograms) bool {
	probe := exec.CommandContext(ctx, p.unshare, append(isolation(), p.buildkitd, "--version")...)
	probe.Env = daemonEnv(os.TempDir())
	return probe.Run() == nil
}

// daemonEnv is all that the daemon sees of our environment: where programs
// are, the proxies and where certificates stand. Never a token.
func daemonEnv(dir string) []string {
	env := []string{"HOME=" + dir, "TMPDIR=" + dir, "XDG_RUNTIME_DIR=" + dir}
	for _, name := range []string{"PATH", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

const configName = "buildkitd.toml"

// writeConfig gives the daemon a configuration of its own, so that the
// machine's does not count: registries that are spoken to without TLS, and
// the one socket whose place is elsewhere otherwise, named beside ours.
func writeConfig(dir, socket string, registry gate.RegistryPlan) error {
	var text strings.Builder
	fmt.Fprintf(&text, "[otel]\n  socketPath = %q\n", socket+"-otel")
	for _, host := range registry.Insecure {
		if strings.ContainsAny(host, "\"\\\n\r") {
			return inputErrorf("insecure registry %q is not a host", host)
		}
		fmt.Fprintf(&text, "[registry.%q]\n  http = true\n  insecure = true\n", host)
	}
	if err := os.WriteFile(filepath.Join(dir, configName), []byte(text.String()), 0o600); err != nil {
		return spaceError("configure buildkitd", err)
	}
	return nil
}
