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
			Why:  "Whatever the server sends is run with the rights of the build, half a script too when the connection breaks. Nothing tells what was run.",
			Fix:  "Download to a file, compare its checksum with one that stands in the Dockerfile, and run it then; or install a package.",
			Tags: []string{"CIS 4.11", "CWE-494", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if i.Script != nil {
					checkPipedDownloads(p, i)
					checkSubstitutedDownloads(p, i)
				}
			}, "RUN", "CMD", "ENTRYPOINT")
		},
	}
}

// checkPipedDownloads finds curl … | sh, also with other commands between.
func checkPipedDownloads(p *lint.Pass, i *dockerfile.Instruction) {
	downloads := map[*dockerfile.Command]*dockerfile.Command{}
	for _, c := range i.Script.Commands {
		if isDownload(c) {
			downloads[c] = c
		}
	}
	if len(downloads) == 0 {
		return
	}
	// Pipes are listed from the outside in: the other way round what flows in is
	// known before what flows on, but for pipes inside of what reads. Two rounds
	// know both.
	for range 2 {
		for _, pipe := range slices.Backward(i.Script.Pipes) {
			source := firstDownload(pipe.From, downloads)
			for _, reader := range pipe.To {
				if source != nil && downloads[reader] == nil {
					downloads[reader] = source
				}
			}
		}
	}
	for _, pipe := range i.Script.Pipes {
		source := firstDownload(pipe.From, downloads)
		if reader := firstInterpreter(pipe.To); source != nil && reader != nil {
			p.Report(lint.AtCommand(i, reader), fmt.Sprintf("what %s downloads is run by %s unseen", source.Name, reader.Name))
		}
	}
}

func firstDownload(commands []*dockerfile.Command, downloads map[*dockerfile.Command]*dockerfile.Command) *dockerfile.Command {
	for _, c := range commands {
		if source := downloads[c]; source != nil {
			return source
		}
	}
	return nil
}

func firstInterpreter(commands []*dockerfile.Command) *dockerfile.Command {
	for _, c := range commands {
		if runsItsInput(c) {
			return c
		}
	}
	return nil
}

// checkSubstitutedDownloads finds bash <(curl …), sh -c "$(curl …)" and eval "$(curl …)".
func checkSubstitutedDownloads(p *lint.Pass, i *dockerfile.Instruction) {
	held := map[string]*dockerfile.Command{}
	for _, c := range i.Script.Commands {
		for _, a := range c.Assignments {
			if source := firstDownloadOf(a.Commands()); source != nil {
				held["${"+a.Name+"}"] = source
			}
		}
		if !c.IsShell() && c.Name != "eval" && c.Name != "source" && c.Name != "." && !isInterpreter(c.Name) {
			continue
		}
		args := runArguments(c)
		for _, redirect := range c.Redirects {
			if redirect.Op == "<" || redirect.Op == "<<<" {
				args = append(args, redirect.Target)
			}
		}
		if source := downloadAmong(args, held); source != nil {
			p.Report(lint.AtCommand(i, c), fmt.Sprintf("what %s downloads is run by %s unseen", source.Name, c.Name))
		}
	}
}

// runArguments are the arguments that a command runs: all that eval is given,
// the script behind -c, or the file that it reads when a download takes its place.
func runArguments(c *dockerfile.Command) []dockerfile.Arg {
	if c.Name == "eval" {
		return slices.Clone(c.Args)
	}
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

// downloadAmong finds a download in the substitutions of arguments, or in the
// variables that hold what one has brought.
func downloadAmong(args []dockerfile.Arg, held map[string]*dockerfile.Command) *dockerfile.Command {
	for _, arg := range args {
		if source := firstDownloadOf(arg.Commands); source != nil {
			return source
		}
		if source := held[arg.Text]; source != nil {
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

func isDownload(c *dockerfile.Command) bool {
	return contains([]string{"curl", "wget", "fetch", "aria2c", "lynx", "http", "https"}, c.Name)
}

func isInterpreter(name string) bool {
	return startsWith(name, "python") || contains([]string{"perl", "ruby", "node", "nodejs", "php", "pwsh"}, name)
}

// runsItsInput holds for an interpreter that takes its program from standard
// input: one that is given no other.
func runsItsInput(c *dockerfile.Command) bool {
	if shell, given := c.FlagValue("c"); given && c.Name == "su" {
		return (&dockerfile.Command{Name: shell.Text}).IsShell()
	}
	if !c.IsShell() && !isInterpreter(c.Name) {
		return false
	}
	if c.IsShell() && c.HasFlag("s") {
		return true
	}
	if c.HasFlag("c") || !c.IsShell() && c.HasFlag("e", "m", "r", "eval", "p", "print", "n") {
		return false
	}
	for _, arg := range c.Args {
		if !arg.IsFlag() {
			return arg.Text == "-" || arg.Text == "/dev/stdin" || arg.Text == "--" || arg.Text == "pipefail"
		}
	}
	return true
}
