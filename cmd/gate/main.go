// Command gate builds a container image, lints its Dockerfile, scans it for
// vulnerable packages, and lets one policy say whether it ships.
package main

//go:generate env UPDATE=1 go test -count=1 -run ^TestGenerated .

import (
	"context"
	"os"
)

func main() {
	p := &process{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.LookupEnv,
	}
	ctx, stop := interruptible(context.Background())
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
