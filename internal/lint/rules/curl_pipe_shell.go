package rules

import (
	"fmt"
	"slices"
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

// checkDownloads follows what is downloaded through the pipes, redirections,
// substitutions and variables of a script, up to what runs it.
func checkDownloads(p *lint.Pass, i *dockerfile.Instruction) {
	flow := newFlow(i.Script)
	given := func(source *dockerfile.Command, readers []*dockerfile.Command) {
		if n := slices.IndexFunc(readers, runsItsInput); source != nil && n >= 0 {
			reportUnseen(p, i, source, readers[n])
		}
	}
	for _, pipe := range i.Script.Pipes {
		given(flow.first(pipe.From), pipe.To)
	}
	for _, feed := range i.Script.Feeds {
		if feed.Descriptor == "" && !isScriptOf(feed) {
			given(flow.among([]dockerfile.Arg{*feed.What}), feed.To)
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

// isScriptOf holds for the heredoc of a shell: it is a script like any other, and
// what it downloads is followed there.
func isScriptOf(feed *dockerfile.Feed) bool {
	return slices.ContainsFunc(feed.To, func(c *dockerfile.Command) bool {
		for n := range c.Redirects {
			if r := &c.Redirects[n]; &r.Target == feed.What {
				return c.IsShell() && (r.Op == "<<" || r.Op == "<<-")
			}
		}
		return false
	})
}

func reportUnseen(p *lint.Pass, i *dockerfile.Instruction, source, reader *dockerfile.Command) {
	name := reader.Name
	if name == "" {
		name = "the shell"
	}
	p.Report(lint.AtCommand(i, reader), fmt.Sprintf("what %s downloads is run by %s unseen", source.Name, name))
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

// interpreted is the script or the file that an interpreter is given, if any.
func interpreted(c *dockerfile.Command) []dockerfile.Arg {
	for _, arg := range c.Args {
		switch {
		case arg.IsFlag() || strings.HasPrefix(arg.Text, "+") || arg.Text == "pipefail":
		case c.HasFlag("c", "e", "r", "eval") || strings.HasPrefix(arg.Text, "<("):
			return []dockerfile.Arg{arg}
		default:
			return nil
		}
	}
	return nil
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
// input, as it is given no other, and for one whose script does so.
func runsItsInput(c *dockerfile.Command) bool {
	switch {
	case startedByXargs(c):
		return runsWhatXargsGives(c)
	case slices.ContainsFunc(readersIn(c), runsItsInput):
		return true
	case c.Name == "su" || c.Name == "runuser":
		return !c.HasFlag("c", "command")
	case c.Name == "source" || c.Name == ".":
		return len(c.Args) > 0 && namesItsInput(c)
	case c.IsShell():
		// With -n it only looks whether the script could be read.
		return !c.HasFlag("n") && (c.HasFlag("s") || !c.HasFlag("c") && namesItsInput(c))
	case isInterpreter(c.Name):
		return !c.HasFlag("c", "e", "m", "r", "eval", "p", "print", "n") && namesItsInput(c)
	}
	return false
}

func startedByXargs(c *dockerfile.Command) bool {
	return len(c.Via) > 0 && c.Via[len(c.Via)-1] == "xargs"
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

// runsWhatXargsGives holds for a shell that gets its script from xargs: behind
// -c, where nothing or only the place of an argument stands.
func runsWhatXargsGives(c *dockerfile.Command) bool {
	if !c.IsShell() && !isInterpreter(c.Name) || !c.HasFlag("c", "e") {
		return false
	}
	for _, arg := range c.Args {
		if !arg.IsFlag() {
			return contains([]string{"{}", "%", "@"}, strings.TrimSpace(arg.Text))
		}
	}
	return true
}
