package shellcheck

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxOutput bounds what a process may print, in bytes.
	maxOutput = 64 << 20
	// patience is how long a killed process may keep its pipes open.
	patience = 2 * time.Second
	// excluded are the checks that say nothing of a RUN: a shell that is dash
	// by another name, files that are only in the image, and a matter of taste
	// that newer versions have made optional.
	excluded = "SC2187,SC1090,SC1091,SC2002"
)

// runProcess has one ShellCheck read the jobs; the answers are in their order.
func (s *Session) runProcess(ctx context.Context, jobs []job) (answers [][]comment, err error) {
	dir, err := os.MkdirTemp("", "gate-shellcheck-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the scripts: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	arguments := []string{"--norc", "--format=json1", "--exclude=" + excluded, "--"}
	for n, j := range jobs {
		name := strconv.Itoa(n)
		arguments = append(arguments, name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(j.script.input()), 0o600); err != nil {
			return nil, fmt.Errorf("write a script for shellcheck: %w", err)
		}
	}
	limit := s.base + time.Duration(len(jobs))*s.each
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	output, err := s.start(limited, dir, arguments)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case limited.Err() != nil:
		return nil, fmt.Errorf("shellcheck did not end within %s", limit)
	case err != nil:
		return nil, err
	}
	return parse(output, len(jobs))
}

// start runs the program in a folder and returns what it prints.
func (s *Session) start(ctx context.Context, dir string, arguments []string) ([]byte, error) {
	program, err := filepath.Abs(s.program)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", s.program, err)
	}
	output, complaint := &bounded{limit: maxOutput}, &bounded{limit: 1 << 20}
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8"}
	cmd.Stdout, cmd.Stderr = output, complaint
	cmd.WaitDelay = patience
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		// It has something to say.
		return output.data.Bytes(), nil
	case err != nil:
		return nil, fmt.Errorf("run shellcheck: %w%s", err, lastLine(complaint.data.String()))
	}
	return output.data.Bytes(), nil
}

// lastLine is what a failed program said last, as an addition to an error.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	line := strings.TrimSpace(lines[len(lines)-1])
	if line == "" {
		return ""
	}
	if runes := []rune(line); len(runes) > 200 {
		line = string(runes[:200])
	}
	return fmt.Sprintf(": %q", line)
}

// parse reads the comments on the files 0 to count-1.
func parse(output []byte, count int) ([][]comment, error) {
	var result struct {
		Comments *[]comment `json:"comments"`
	}
	if err := json.Unmarshal(output, &result); err != nil {
		return nil, fmt.Errorf("shellcheck printed what is not its JSON: %w", err)
	}
	if result.Comments == nil {
		return nil, errors.New("shellcheck printed JSON without comments")
	}
	answers := make([][]comment, count)
	for _, c := range *result.Comments {
		n, err := strconv.Atoi(c.File)
		if err != nil || n < 0 || n >= count {
			return nil, errors.New("shellcheck speaks of a file that it was not given")
		}
		if c.Line < 1 || c.Column < 1 || c.Code < 1 || !slices.Contains(levels(), c.Level) {
			return nil, fmt.Errorf("shellcheck printed a comment without a place, a code or a level (line %d, column %d, code %d)", c.Line, c.Column, c.Code)
		}
		answers[n] = append(answers[n], c)
	}
	return answers, nil
}

func levels() []string { return []string{"error", "warning", "info", "style"} }

// bounded is a buffer that refuses to grow beyond a limit.
type bounded struct {
	data  bytes.Buffer
	limit int
}

// Write adds to the buffer, or fails when that is full.
func (b *bounded) Write(p []byte) (int, error) {
	if b.data.Len()+len(p) > b.limit {
		return 0, fmt.Errorf("more than %d bytes", b.limit)
	}
	return b.data.Write(p)
}
