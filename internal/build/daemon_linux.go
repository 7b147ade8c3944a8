package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/moby/buildkit/client"
)

const (
	// startTimeout bounds how long a daemon may take to answer.
	startTimeout = time.Minute
	// stopTimeout is a daemon's usual patience.
	stopTimeout = 10 * time.Second
	// askAgain is the time between two attempts to reach it.
	askAgain = 25 * time.Millisecond
	// longestSocket is what fits into a socket's address.
	longestSocket = 100
)

// daemon is a buildkitd that we started, with all it leaves behind.
type daemon struct {
	cmd      *exec.Cmd
	programs daemonPrograms
	// dir is its private directory, and socketDir the one of its socket.
	dir, socketDir string
	socket         string
	log            *tailLog
	// patience is how long it may take to end before it is killed.
	patience time.Duration
	// ended is closed when the process is gone; err is then how it ended.
	ended chan struct{}
	err   error
	// once guards stop, whose result is stopped.
	once    sync.Once
	stopped error
}

// startDaemonless starts a buildkitd and connects to it. It stops with the
// builder's Close, or when ctx is cancelled.
func startDaemonless(ctx context.Context, given string, opts Options) (*solver, error) {
	programs, err := findPrograms(given, os.Geteuid() == 0)
	if err != nil {
		return nil, err
	}
	d, err := newDaemon(programs, opts)
	if err != nil {
		return nil, err
	}
	if err := d.start(ctx); err != nil {
		return nil, errors.Join(err, d.stop())
	}
	unwatch := context.AfterFunc(ctx, func() { _ = d.stop() })
	bk, caps, err := d.connect(ctx)
	if err != nil {
		unwatch()
		return nil, errors.Join(err, d.stop())
	}
	end := func() error {
		unwatch()
		return d.stop()
	}
	return &solver{name: "daemonless", client: bk, caps: caps, opts: opts, dir: d.dir, closers: []func() error{end, bk.Close}}, nil
}

func newDaemon(programs daemonPrograms, opts Options) (*daemon, error) {
	dir, err := os.MkdirTemp(opts.TempDir, "gate-buildkitd-")
	if err != nil {
		return nil, spaceError("make room for buildkitd", err)
	}
	d := &daemon{programs: programs, dir: dir, socketDir: dir, log: &tailLog{}, patience: stopTimeout, ended: make(chan struct{})}
	if len(dir) > longestSocket-len("/s-otel") {
		if d.socketDir, err = os.MkdirTemp("/tmp", "gate-"); err != nil {
			return nil, errors.Join(spaceError("make room for a socket", err), os.RemoveAll(dir))
		}
	}
	d.socket = filepath.Join(d.socketDir, "s")
	if err := writeConfig(dir, d.socket, opts.Registry); err != nil {
		return nil, errors.Join(err, d.remove())
	}
	return d, nil
}

// start runs the program in a process group of its own, so that a Ctrl-C at
// the terminal reaches us and not it. Should we be killed, it is killed too.
func (d *daemon) start(ctx context.Context) error {
	line := d.programs.commandLine(ctx, d.dir, d.socket)
	// Not CommandContext: the end of ctx has to stop it gently first.
	d.cmd = exec.Command(line[0], line[1:]...) //nolint:noctx // programs from PATH or the user, no shell
	d.cmd.Env = daemonEnv(d.dir)
	d.cmd.Dir = d.dir
	d.cmd.Stdout, d.cmd.Stderr = d.log, d.log
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	d.cmd.WaitDelay = stopTimeout
	if err := d.cmd.Start(); err != nil {
		close(d.ended)
		return kindErrorf(ErrNoBuilder, "start buildkitd: %w", err)
	}
	go func() {
		d.err = d.cmd.Wait()
		close(d.ended)
	}()
	return nil
}

// connect waits until the daemon answers, or has ended, or takes too long.
func (d *daemon) connect(ctx context.Context) (*client.Client, capabilities, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	again := time.NewTicker(askAgain)
	defer again.Stop()
	for {
		if _, err := os.Stat(d.socket); err == nil {
			if bk, caps, err := d.ask(ctx); err == nil {
				return bk, caps, nil
			}
		}
		select {
		case <-d.ended:
			return nil, capabilities{}, kindErrorf(ErrNoBuilder, "buildkitd ended right after its start (%v). It said:%s", d.err, d.log.last(keptLines))
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return nil, capabilities{}, kindErrorf(ErrNoBuilder, "buildkitd did not answer within %s. It said:%s", startTimeout, d.log.last(keptLines))
			}
			return nil, capabilities{}, fmt.Errorf("start buildkitd: %w", context.Cause(ctx))
		case <-again.C:
		}
	}
}

func (d *daemon) ask(ctx context.Context) (*client.Client, capabilities, error) {
	bk, err := client.New(ctx, unixScheme+d.socket)
	if err != nil {
		return nil, capabilities{}, err
	}
	caps, err := askBuildKit(ctx, bk)
	if err != nil {
		return nil, capabilities{}, errors.Join(err, bk.Close())
	}
	return bk, caps, nil
}

// stop ends the daemon and everything it started, and removes its files. Only
// the first call does something; the others wait for it.
func (d *daemon) stop() error {
	d.once.Do(func() {
		d.end()
		d.stopped = d.remove()
	})
	return d.stopped
}

// end asks the process group to end, and kills it when it does not.
func (d *daemon) end() {
	if d.cmd == nil || d.cmd.Process == nil {
		return
	}
	group := -d.cmd.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM)
	patience := time.NewTimer(d.patience)
	defer patience.Stop()
	select {
	case <-d.ended:
	case <-patience.C:
		_ = syscall.Kill(group, syscall.SIGKILL)
		<-d.ended
	}
}

// remove takes away mounts that are left, and the private directories.
func (d *daemon) remove() error {
	unmountBelow(d.dir)
	err := os.RemoveAll(d.dir)
	if err != nil && d.programs.rootlesskit != "" && errors.Is(err, fs.ErrPermission) {
		// Files of the users inside can only be removed from inside.
		rm := exec.Command(d.programs.rootlesskit, "rm", "-rf", "--", d.dir) //nolint:noctx // no shell; it has to run after a cancel
		rm.Env = daemonEnv(os.TempDir())
		err = rm.Run()
	}
	if d.socketDir != d.dir {
		err = errors.Join(err, os.RemoveAll(d.socketDir))
	}
	if err != nil {
		return fmt.Errorf("remove what buildkitd left: %w", err)
	}
	return nil
}
