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

// maxRounds bounds how often a script is gone through until nothing new is found.
const maxRounds = 8

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
	for range maxRounds {
		before := len(f.printers) + len(f.held)
		f.round(script)
		if len(f.printers)+len(f.held) == before {
			break
		}
	}
	return f
}

// round goes through a script once. Pipes are listed from the outside in: the
// other way round what flows in is known before what flows on.
func (f *flow) round(script *dockerfile.Script) {
	for _, c := range script.Commands {
		for _, a := range c.Assignments {
			if source := f.first(a.Commands()); source != nil {
				f.hold(a.Name, source)
			} else if source := f.held[a.Value]; source != nil {
				f.hold(a.Name, source)
			}
		}
		if contains([]string{"echo", "printf", "cat"}, c.Name) {
			if source := f.among(c.Args); source != nil {
				f.print(c, source)
			}
		}
	}
	for _, feed := range script.Feeds {
		source := f.among([]dockerfile.Arg{*feed.What})
		switch {
		case source == nil:
		case feed.Variable != "":
			f.hold(feed.Variable, source)
		default:
			f.give(feed.To, source, feed.Descriptor)
		}
	}
	for _, pipe := range slices.Backward(script.Pipes) {
		if source := f.first(pipe.From); source != nil {
			f.give(pipe.To, source, "")
		}
	}
}

func (f *flow) hold(variable string, source *dockerfile.Command) {
	f.held["${"+variable+"}"] = source
}

func (f *flow) print(c, source *dockerfile.Command) {
	if f.printers[c] == nil {
		f.printers[c] = source
	}
}

// give lets commands read a download on a descriptor, and with them the scripts
// and the substitutions in their arguments. Empty is standard input.
func (f *flow) give(readers []*dockerfile.Command, source *dockerfile.Command, descriptor string) {
	for _, c := range readers {
		f.read(c, source, descriptor)
		if descriptor != "" || f.printers[c] != nil || contains([]string{"echo", "printf"}, c.Name) {
			continue
		}
		f.print(c, source)
		f.give(readersIn(c), source, "")
		for _, inner := range substituted(c) {
			if takesInput(inner) {
				f.print(inner, source)
			}
		}
	}
}

// read notes the variables that a command fills with what it reads.
func (f *flow) read(c, source *dockerfile.Command, descriptor string) {
	var names []dockerfile.Arg
	var unnamed string
	switch c.Name {
	case "read":
		names, unnamed = c.Operands("p", "d", "n", "N", "t", "u", "i"), "REPLY"
		if array, ok := c.FlagValue("a"); ok {
			names = append(names, array)
		}
	case "mapfile", "readarray":
		names, unnamed = c.Operands("d", "n", "O", "s", "u", "C", "c"), "MAPFILE"
	default:
		return
	}
	if from, _ := c.FlagValue("u"); from.Text != descriptor {
		return
	}
	for _, name := range names {
		f.hold(name.Text, source)
	}
	if len(names) == 0 {
		f.hold(unnamed, source)
	}
}

// substituted are the commands of the substitutions in what a command is given.
func substituted(c *dockerfile.Command) []*dockerfile.Command {
	var commands []*dockerfile.Command
	if c.Program != nil {
		commands = append(commands, c.Program.Commands...)
	}
	for _, arg := range c.Args {
		commands = append(commands, arg.Commands...)
	}
	for _, a := range c.Assignments {
		commands = append(commands, a.Commands()...)
	}
	return commands
}

// takesInput holds for a command that prints what it reads, and is given no
// file to read in its place.
func takesInput(c *dockerfile.Command) bool {
	return contains([]string{"cat", "base64", "gunzip", "zcat", "xzcat"}, c.Name) && namesItsInput(c)
}

// readersIn are the commands of the script in a command's arguments that read
// what it is given. What xargs starts is given nothing, and with -n a shell runs
// nothing.
func readersIn(c *dockerfile.Command) []*dockerfile.Command {
	if startedByXargs(c) || c.IsShell() && c.HasFlag("n") {
		return nil
	}
	return c.Readers
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
		if source := f.first(arg.Commands); source != nil {
			return source
		}
		if source := f.held[strings.TrimSpace(arg.Text)]; source != nil {
			return source
		}
	}
	return nil
}
