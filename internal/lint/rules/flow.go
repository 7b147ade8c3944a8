package rules

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// flow tells what in a script comes from a download: commands that print it, and
// variables that hold it.
type flow struct {
	printers map[*dockerfile.Command]*dockerfile.Command
	held     map[string]*dockerfile.Command
}

func newFlow(script *dockerfile.Script) *flow {
	f := &flow{printers: map[*dockerfile.Command]*dockerfile.Command{}, held: map[string]*dockerfile.Command{}}
	for _, c := range script.Commands {
		if isDownload(c) {
			f.printers[c] = c
		}
	}
	if len(f.printers) == 0 {
		return f
	}
	for _, c := range script.Commands {
		for _, a := range c.Assignments {
			if source := firstDownloadOf(a.Commands()); source != nil {
				f.held["${"+a.Name+"}"] = source
			}
		}
		if f.printers[c] == nil && contains([]string{"echo", "printf", "cat"}, c.Name) {
			if source := f.among(c.Args); source != nil {
				f.printers[c] = source
			}
		}
	}
	f.follow(script.Pipes)
	return f
}

// follow goes along the pipes. They are listed from the outside in: the other
// way round what flows in is known before what flows on, but for pipes inside of
// what reads. Two rounds know both.
func (f *flow) follow(pipes []*dockerfile.Pipe) {
	for range 2 {
		for _, pipe := range slices.Backward(pipes) {
			source := f.first(pipe.From)
			if source == nil {
				continue
			}
			for _, reader := range pipe.To {
				if f.printers[reader] == nil {
					f.printers[reader] = source
				}
				if reader.Name == "read" {
					for _, name := range reader.Operands("p", "d", "n", "t", "u") {
						f.held["${"+name.Text+"}"] = source
					}
				}
			}
		}
	}
}

// first is the download that one of the commands prints, or nil.
func (f *flow) first(commands []*dockerfile.Command) *dockerfile.Command {
	for _, c := range commands {
		if source := f.printers[c]; source != nil {
			return source
		}
	}
	return nil
}

// among finds a download in the substitutions of arguments, or in the variables
// that hold what one has brought.
func (f *flow) among(args []dockerfile.Arg) *dockerfile.Command {
	for _, arg := range args {
		if source := firstDownloadOf(arg.Commands); source != nil {
			return source
		}
		if source := f.held[strings.TrimSpace(arg.Text)]; source != nil {
			return source
		}
	}
	return nil
}

func firstDownloadOf(commands []*dockerfile.Command) *dockerfile.Command {
	for _, c := range commands {
		if isDownload(c) {
			return c
		}
	}
	return nil
}
