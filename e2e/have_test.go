package e2e_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// exitedWith reports whether a command ended with this exit code.
func exitedWith(err error, code int) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == code
}

// haveDocker reports whether an Engine answers on the standard socket.
var haveDocker = sync.OnceValue(func() bool {
	connection, err := net.Dial("unix", "/var/run/docker.sock")
	if err != nil {
		return false
	}
	return connection.Close() == nil
})

// condition answers the [name] guards of the scripts.
func condition(name string) (bool, error) {
	switch name {
	case "docker":
		return haveDocker(), nil
	case "buildkitd":
		return os.Getenv("GATE_BUILDKITD") != "" && haveProgram("runc"), nil
	case "registry":
		return os.Getenv("GATE_REGISTRY_BIN") != "", nil
	case "action":
		return os.Getenv("GATE_ACTION_IMAGE") != "", nil
	case "root":
		return os.Getuid() == 0, nil
	case "ci":
		return os.Getenv("CI") == "true", nil
	}
	if program, ok := strings.CutPrefix(name, "have:"); ok {
		return haveProgram(program), nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

func haveProgram(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}
