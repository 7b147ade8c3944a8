// Command fakegithub serves a fake GitHub on an address, for tests that run gate
// in a container. It begins with the state of a file, and writes what became of
// it to another when it ends; GET /_fake/state shows it at any time.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fakegithub:", err)
		os.Exit(1) //nolint:forbidigo // the one exit of this program
	}
}
