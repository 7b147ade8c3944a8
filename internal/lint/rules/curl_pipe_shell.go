package rules

import (
	"fmt"
	"path"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func curlPipeShell() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "curl-pipe-shell", Title: "A download is run without being looked at", Severity: gate.SeverityHigh,
			Why:     "Whatever the server sends is run with the rights of the build, half a script too when the connection breaks. Nothing tells what was run.",
			Fix:     "Download to a file, compare its checksum with one that stands in the Dockerfile, and run it then; or install a package.",
			Aliases: []string{"CIS 4.11", "D08"},
			Tags:    []string{"CIS 4.11", "CWE-494", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if i.Script != nil {
					checkDownloads(p, i)
				}
			}, "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
		},
	}
}

// checkDownloads follows what is downloaded through the pipes, substitutions and
// variables of a script, up to what runs it.
func checkDownloads(p *lint.Pass, i *dockerfile.Instruction) {
	flow := newFlow(i.Script)
	for _, pipe := range i.Script.Pipes {
		source := flow.first(pipe.From)
		if reader := firstInterpreter(pipe.To); source != nil && reader != nil {
			reportUnseen(p, i, source, reader)
		}
	}
	for _, c := range i.Script.Commands {
		if source := flow.among(runArguments(c)); source != nil {
			reportUnseen(p, i, source, c)
		} else if opensAndRuns(c) {
			p.Report(lint.AtCommand(i, c), c.Name+" runs what it downloads unseen")
		}
	}
}

func reportUnseen(p *lint.Pass, i *dockerfile.Instruction, source, reader *dockerfile.Command) {
	name := reader.Name
	if name == "" {
		name = "the shell"
	}
	p.Report(lint.AtCommand(i, reader), fmt.Sprintf("what %s downloads is run by %s unseen", source.Name, name))
}

func firstInterpreter(commands []*dockerfile.Command) *dockerfile.Command {
	for _, c := range commands {
		if runsItsInput(c) {
			return c
		}
	}
	return nil
}

// runArguments are what a command runs of its arguments and of what it is given:
// the program's own name, all that eval is given, the script behind -c, or the
// file that it reads when a download takes its place.
func runArguments(c *dockerfile.Command) []dockerfile.Arg {
	switch {
	case c.Program != nil:
		return []dockerfile.Arg{programOf(c)}
	case c.Name == "eval":
		return c.Args
	case c.IsShell() || c.Name == "source" || c.Name == "." || isInterpreter(c.Name):
		return interpreted(c)
	}
	return nil
}

// programOf is the word in the place of a command's name.
func programOf(c *dockerfile.Command) dockerfile.Arg {
	program := *c.Program
	if len(c.Via) > 0 && hasAny(c.Via[len(c.Via)-1], "sh", "eval", "su") {
		// What a variable holds has been seen as the script itself.
		program.Text = ""
	}
	return program
}

// interpreted are the script and the file that an interpreter is given.
func interpreted(c *dockerfile.Command) []dockerfile.Arg {
	var run []dockerfile.Arg
	for _, redirect := range c.Redirects {
		if redirect.Op == "<" || redirect.Op == "<<<" {
			run = append(run, redirect.Target)
		}
	}
	for _, arg := range c.Args {
		switch {
		case arg.IsFlag() || strings.HasPrefix(arg.Text, "+") || arg.Text == "pipefail":
		case c.HasFlag("c", "e", "r", "eval") || strings.HasPrefix(arg.Text, "<("):
			return append(run, arg)
		default:
			return run
		}
	}
	return run
}

// opensAndRuns holds for a program of Python's that fetches what it runs.
func opensAndRuns(c *dockerfile.Command) bool {
	if !strings.HasPrefix(c.Name, "python") {
		return false
	}
	script, ok := c.FlagValue("c")
	return ok && hasAny(script.Text, "exec(", "eval(") && hasAny(script.Text, "urlopen(", "urlretrieve(", "requests.get(")
}

func isDownload(c *dockerfile.Command) bool {
	return contains([]string{"curl", "wget", "fetch", "aria2c", "axel", "lynx", "w3m", "http", "https"}, c.Name)
}

func isInterpreter(name string) bool {
	return startsWith(name, "python") || contains([]string{"perl", "ruby", "node", "nodejs", "php", "pwsh"}, name)
}

// runsItsInput holds for an interpreter that takes its program from standard
// input: one that is given no other.
func runsItsInput(c *dockerfile.Command) bool {
	switch {
	case c.Name == "su" || c.Name == "runuser":
		return suRunsItsInput(c)
	case !c.IsShell() && !isInterpreter(c.Name):
		return false
	case len(c.Via) > 0 && c.Via[len(c.Via)-1] == "xargs":
		return runsWhatXargsGives(c)
	case c.IsShell():
		// With -n it only looks whether the script could be read.
		return !c.HasFlag("n") && (c.HasFlag("s") || !c.HasFlag("c") && namesItsInput(c))
	}
	return !c.HasFlag("c", "e", "m", "r", "eval", "p", "print", "n") && namesItsInput(c)
}

// namesItsInput holds for an interpreter that is given no file, or standard input
// as one.
func namesItsInput(c *dockerfile.Command) bool {
	for _, arg := range c.Args {
		if !arg.IsFlag() {
			return contains([]string{"-", "--", "pipefail", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}, arg.Text)
		}
	}
	return true
}

// suRunsItsInput holds where su starts a shell that is given no command, or one
// that is a shell which is given none.
func suRunsItsInput(c *dockerfile.Command) bool {
	command, given := c.FlagValue("c")
	if !given {
		command, given = c.FlagValue("command")
	}
	words := strings.Fields(command.Text)
	if !given || len(words) == 0 {
		return !given
	}
	inner := &dockerfile.Command{Name: path.Base(words[0])}
	for _, word := range words[1:] {
		inner.Args = append(inner.Args, dockerfile.Arg{Text: word, Literal: true})
	}
	return (inner.IsShell() || isInterpreter(inner.Name)) && runsItsInput(inner)
}

// runsWhatXargsGives holds for a shell that gets its script from xargs: behind
// -c, where nothing or only the place of an argument stands.
func runsWhatXargsGives(c *dockerfile.Command) bool {
	if !c.HasFlag("c", "e") {
		return false
	}
	for _, arg := range c.Args {
		if !arg.IsFlag() {
			return contains([]string{"{}", "%", "@"}, strings.TrimSpace(arg.Text))
		}
	}
	return true
}
