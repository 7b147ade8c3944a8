package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/pin"
)

// standardInput is the path that stands for standard input.
const standardInput = "-"

// pinInputs reads the Dockerfiles that the paths mean. unread is true when some
// could not be read, which has been said; a wrong path is an error.
func (p *process) pinInputs(ctx context.Context, paths []string, o pinOptions, images []gate.ImagePlan) (inputs []pin.Input, unread bool, err error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var files []string
	for _, path := range paths {
		found := []string{path}
		if path != standardInput {
			found, err = lint.Files(ctx, []string{path})
		}
		switch {
		case ctx.Err() != nil:
			return nil, false, context.Cause(ctx)
		case errors.Is(err, fs.ErrNotExist):
			return nil, false, usageError{err}
		case err != nil:
			p.complain("%s", shown(err.Error()))
			unread = true
		case len(found) == 0:
			return nil, false, usageError{fmt.Errorf("there is no Dockerfile in %s: name the file itself if it is called otherwise", path)}
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	for _, path := range slices.Compact(files) {
		text, err := p.pinRead(path)
		switch {
		case errors.Is(err, pin.ErrInput), errors.Is(err, fs.ErrNotExist):
			return nil, false, usageError{err}
		case err != nil:
			p.complain("%s", shown(err.Error()))
			unread = true
			continue
		}
		inputs = append(inputs, pin.Input{Path: path, Source: text, Contexts: o.contextsOf(path, images)})
	}
	return inputs, unread, nil
}

func (p *process) pinRead(path string) ([]byte, error) {
	if path == standardInput {
		return io.ReadAll(p.stdin)
	}
	return pin.Read(path)
}

// contextsOf are the names for which the build of a Dockerfile has contexts, by
// the flags and the policy file.
func (o *pinOptions) contextsOf(path string, images []gate.ImagePlan) []string {
	var names []string
	for _, context := range o.contexts {
		name, _, _ := strings.Cut(context, "=")
		names = append(names, name)
	}
	for _, image := range images {
		if image.Build == nil || filepath.Clean(image.Dockerfile) != filepath.Clean(path) {
			continue
		}
		for name := range image.Build.Contexts {
			names = append(names, name)
		}
	}
	return names
}

// pinned is what there is to the exit code.
type pinned struct{ open, failed bool }

// pinTell writes the files, or shows what would be written, and says what came
// of each reference. A file that cannot be written does not keep the others.
func (p *process) pinTell(results []pin.Result, o pinOptions) (told pinned, err error) {
	for _, r := range results {
		failure := r.Err
		switch {
		case o.diff:
			_, err = p.stdout.Write(diff.Diff(r.Path, r.Before, r.Path, r.After))
		case o.check:
		case r.Path == standardInput:
			_, err = p.stdout.Write(r.After)
		case r.Changed():
			failure = r.Write()
		}
		if err != nil {
			return told, err
		}
		if failure != nil {
			p.complain("%s", shown(failure.Error()))
			told.failed = true
			continue
		}
		for _, ref := range r.References {
			told.open = told.open || ref.Open
			told.failed = told.failed || ref.Status == pin.Failed
			p.pinTellOne(r.Path, ref, o)
		}
	}
	return told, nil
}

// pinTellOne says what came of one reference. A diff speaks for itself.
func (p *process) pinTellOne(path string, ref pin.Reference, o pinOptions) {
	out := p.stdout
	if path == standardInput {
		out = p.stderr
	}
	place, text := fmt.Sprintf("%s:%d:%d", shown(path), ref.Line, ref.Column), shown(ref.Text)
	switch {
	case ref.Status == pin.Left:
		p.complain("%s: %s is left: %s", place, text, shown(ref.Reason))
	case ref.Status == pin.Failed:
		p.complain("%s: %s is left: %s", place, text, shown(ref.Err.Error()))
	case o.diff || ref.Status == pin.Kept:
	case ref.Status == pin.Unpinned, o.check && ref.Status == pin.Pinned:
		_, _ = fmt.Fprintf(out, "unpinned %s: %s\n", place, text)
	case o.check:
		_, _ = fmt.Fprintf(out, "outdated %s: %s would be %s, by %s\n", place, text, ref.New, shown(ref.Source))
	default:
		_, _ = fmt.Fprintf(out, "%s %s: %s, by %s\n", ref.Status, place, ref.New, shown(ref.Source))
	}
}

// shown makes foreign text safe for a line of a terminal or log: where a
// terminal or a runner might act on it, it is quoted.
func shown(text string) string {
	if !strings.Contains(text, "##[") && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return text
	}
	return strings.ReplaceAll(strconv.QuoteToGraphic(text), "##[", `#\x23[`)
}
