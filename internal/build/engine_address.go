package build

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/docker/cli/cli/connhelper"
	docker "github.com/moby/moby/client"
)

const unixScheme = "unix://"

// engineHosts lists where an Engine may be: where the plan or DOCKER_HOST
// says, or else the sockets where it usually listens.
func engineHosts(planned string) ([]string, error) {
	if planned == "" {
		planned = os.Getenv("DOCKER_HOST")
	}
	if planned != "" {
		if strings.HasPrefix(planned, "/") {
			planned = unixScheme + planned
		}
		if !strings.Contains(planned, "://") {
			return nil, inputErrorf("Docker host %q has no scheme: write unix:///path, tcp://host:port or ssh://user@host", planned)
		}
		return []string{planned}, nil
	}
	hosts := []string{docker.DefaultDockerHost}
	for _, socket := range []struct{ base, rest string }{
		{os.Getenv("XDG_RUNTIME_DIR"), "docker.sock"},
		{os.Getenv("HOME"), ".docker/run/docker.sock"},
	} {
		if socket.base == "" {
			continue
		}
		path := filepath.Join(socket.base, socket.rest)
		if _, err := os.Stat(path); err == nil {
			hosts = append(hosts, unixScheme+path)
		}
	}
	return hosts, nil
}

// engineOptions are the client's options for a host: TLS as DOCKER_TLS_VERIFY
// and DOCKER_CERT_PATH say, and ssh through the ssh program.
func engineOptions(host string) ([]docker.Opt, error) {
	helper, err := connhelper.GetConnectionHelper(host)
	if err != nil {
		return nil, inputErrorf("Docker host %s: %w", host, err)
	}
	if helper != nil {
		return []docker.Opt{docker.WithHost(helper.Host), docker.WithDialContext(helper.Dialer)}, nil
	}
	options := []docker.Opt{}
	if strings.HasPrefix(host, "tcp://") || strings.HasPrefix(host, "https://") {
		options = append(options, engineTLS())
	}
	return append(options, docker.WithHost(host)), nil
}

func engineTLS() docker.Opt {
	if os.Getenv("DOCKER_CERT_PATH") != "" || os.Getenv("DOCKER_TLS_VERIFY") == "" {
		return docker.WithTLSClientConfigFromEnv()
	}
	// Docker's own program looks there too when only DOCKER_TLS_VERIFY is set.
	dir := filepath.Join(os.Getenv("HOME"), ".docker")
	return docker.WithTLSClientConfig(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
}
