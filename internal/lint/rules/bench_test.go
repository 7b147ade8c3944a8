//go:build unix

package rules_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/lint/rules"
)

// benchFiles is how many Dockerfiles a run over many of them has.
const benchFiles = 2000

// benchCorpus are the Dockerfiles of the catalog's cases, over and over, each
// with a comment of its own.
func benchCorpus(b *testing.B, count int) [][]byte {
	b.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		b.Fatalf("no cases: %v", err)
	}
	var cases [][]byte
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			b.Fatal(err)
		}
		for _, file := range archive.Files {
			if filepath.Base(file.Name) == "Dockerfile" {
				cases = append(cases, file.Data)
			}
		}
	}
	files := make([][]byte, count)
	for n := range files {
		files[n] = fmt.Appendf(append([]byte{}, cases[n%len(cases)]...), "# file %d\n", n)
	}
	return files
}

// cpu is the processor time of this process, or of its children, so far.
func cpu(b *testing.B, who int) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(who, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// lintMany lints files in parallel, as gate lint does.
func lintMany(b *testing.B, files [][]byte, opts lint.Options) {
	b.Helper()
	load := func(n int) (lint.Input, error) {
		return lint.Input{File: dockerfile.Parse(fmt.Sprintf("%d/Dockerfile", n), files[n]), Options: opts}, nil
	}
	analyses, err := lint.RunAll(b.Context(), len(files), load, rules.All())
	if err != nil {
		b.Fatal(err)
	}
	for _, a := range analyses {
		for _, gap := range a.Gaps {
			if strings.Contains(gap.Message, "not checked") {
				b.Fatal(gap.Message)
			}
		}
	}
}

// BenchmarkLintOfTwoThousandFiles is without ShellCheck, with all rules on. The
// peak is that of the whole process.
func BenchmarkLintOfTwoThousandFiles(b *testing.B) {
	files := benchCorpus(b, benchFiles)
	b.ReportAllocs()
	before := cpu(b, syscall.RUSAGE_SELF)
	for b.Loop() {
		lintMany(b, files, lint.Options{Profile: lint.Strict})
	}
	used := cpu(b, syscall.RUSAGE_SELF) - before
	b.ReportMetric(used.Seconds()*1000/float64(b.N*benchFiles), "ms-cpu/file")
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(usage.Maxrss)/1024, "MB-peak")
}

// BenchmarkLintWithShellCheck holds gate's own processor time against that of
// the ShellChecks that it runs, which it can't do without, and then lints the
// same files with their answers at hand.
func BenchmarkLintWithShellCheck(b *testing.B) {
	if _, err := exec.LookPath("shellcheck"); err != nil {
		b.Skip("there is no shellcheck on PATH")
	}
	const count = 400
	files := benchCorpus(b, count)
	folder := b.TempDir()
	options := func(folder string) lint.Options {
		return lint.Options{Profile: lint.Strict, ShellCheck: lint.ShellCheckOn, Session: lint.NewSession(folder)}
	}
	b.Run("cold", func(b *testing.B) {
		own, theirs := cpu(b, syscall.RUSAGE_SELF), cpu(b, syscall.RUSAGE_CHILDREN)
		for b.Loop() {
			lintMany(b, files, options(b.TempDir()))
		}
		own, theirs = cpu(b, syscall.RUSAGE_SELF)-own, cpu(b, syscall.RUSAGE_CHILDREN)-theirs
		b.ReportMetric(theirs.Seconds()*1000/float64(b.N*count), "ms-shellcheck/file")
		b.ReportMetric(own.Seconds()*1000/float64(b.N*count), "ms-gate/file")
		b.ReportMetric(100*own.Seconds()/theirs.Seconds(), "%-on-top")
	})
	lintMany(b, files, options(folder))
	b.Run("warm", func(b *testing.B) {
		theirs := cpu(b, syscall.RUSAGE_CHILDREN)
		for b.Loop() {
			lintMany(b, files, options(folder))
		}
		b.ReportMetric((cpu(b, syscall.RUSAGE_CHILDREN) - theirs).Seconds(), "s-shellcheck")
	})
}
