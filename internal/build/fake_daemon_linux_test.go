package build

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	controlapi "github.com/moby/buildkit/api/services/control"
	apitypes "github.com/moby/buildkit/api/types"
	"google.golang.org/grpc"
)

// fakeControl answers the one question that a start needs.
type fakeControl struct {
	controlapi.UnimplementedControlServer
}

func (fakeControl) Info(context.Context, *controlapi.InfoRequest) (*controlapi.InfoResponse, error) {
	return &controlapi.InfoResponse{BuildkitVersion: &apitypes.BuildkitVersion{Version: "v0.0.1"}}, nil
}

// serveFake is a buildkitd that only starts and stops. It leaves its pid, its
// arguments and its environment beside the link it was called by.
func serveFake(name string, args []string) {
	if name == "buildkitd-dies" {
		fmt.Fprintln(os.Stderr, "\x1b[31mno worker found\x1b[0m")
		os.Exit(1)
	}
	if len(args) == 1 && args[0] == "--version" {
		return
	}
	note := fmt.Sprintf("%d\n%s\n%s\n", os.Getpid(), strings.Join(args, " "), strings.Join(os.Environ(), "\n"))
	if err := os.WriteFile(os.Args[0]+".note", []byte(note), 0o600); err != nil {
		panic(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	if name == "buildkitd-mute" {
		<-stop
		return
	}
	_, socket, _ := strings.Cut(strings.Join(args, " "), "--addr unix://")
	listener, err := net.Listen("unix", strings.Fields(socket)[0])
	if err != nil {
		panic(err)
	}
	server := grpc.NewServer()
	controlapi.RegisterControlServer(server, fakeControl{})
	go func() { _ = server.Serve(listener) }()
	<-stop
	if name == "buildkitd-stubborn" {
		select {}
	}
}

// fakeDaemon links this program under a name and makes a PATH that has runc.
func fakeDaemon(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "runc"), []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	link := filepath.Join(dir, name)
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	return link
}
