package origin_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// squasher is a Docker Engine of its own that may squash images, which is an
// experimental feature and off elsewhere.
type squasher struct {
	dir, host string
	// world is the test that the Engine lives as long as.
	world *testing.T
}

func newSquasher(t *testing.T) *squasher { return &squasher{world: t} }

// start starts the Engine when it is first needed, and gives its address.
func (s *squasher) start(t *testing.T) string {
	t.Helper()
	if s.host != "" {
		return s.host
	}
	program, err := exec.LookPath("dockerd")
	if err != nil || os.Geteuid() != 0 {
		t.Skip("a second Docker Engine needs dockerd and root")
	}
	if s.dir, err = os.MkdirTemp("", "gate-squash-"); err != nil { //nolint:usetesting // a socket's path is short, and the Engine outlives this test
		t.Fatal(err)
	}
	socket := filepath.Join(s.dir, "s")
	daemon := exec.Command(program, "--experimental", "-H", "unix://"+socket, "--data-root", s.dir+"/data", "--exec-root", s.dir+"/exec",
		"-p", s.dir+"/pid", "--bridge", "none", "--iptables=false", "--storage-driver", "vfs")
	log, err := os.Create(s.dir + "/log")
	if err != nil {
		t.Fatal(err)
	}
	daemon.Stdout, daemon.Stderr = log, log
	// An Engine without a bridge removes docker0, which is the other Engine's: so
	// this one gets a network of its own.
	daemon.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGTERM}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	s.world.Cleanup(func() {
		_ = daemon.Process.Signal(os.Interrupt)
		_ = daemon.Wait()
		_ = log.Close()
		_ = os.RemoveAll(s.dir)
	})
	host := "unix://" + socket
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 600 {
		if exec.Command("docker", "-H", host, "version").Run() == nil {
			s.host = host
			break
		}
		<-tick.C
	}
	if s.host == "" {
		text, _ := os.ReadFile(s.dir + "/log")
		t.Skipf("the second Docker Engine does not come up:\n%s", text)
	}
	archive := filepath.Join(s.dir, "base.tar")
	run(t, "", "docker", "save", "-o", archive, debian)
	run(t, s.host, "docker", "load", "-q", "-i", archive)
	return s.host
}
