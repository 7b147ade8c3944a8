package rules

import (
	"fmt"

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
	// Pipes are listed from the outside in: walk them the other way round, so
	// that what flows in is known before what flows on.
	for n := len(i.Script.Pipes) - 1; n >= 0; n-- {
		pipe := i.Script.Pipes[n]
		source := firstDownload(pipe.From, downloads)
		if source == nil {
			continue
		}
		for _, reader := range pipe.To {
			if downloads[reader] == nil {
				downloads[reader] = source
			}
		}
		if reader := firstInterpreter(pipe.To); reader != nil {
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
	for _, c := range i.Script.Commands {
		if !c.IsShell() && c.Name != "eval" && c.Name != "source" && c.Name != "." && !isInterpreter(c.Name) {
			continue
		}
		args := append([]dockerfile.Arg{}, c.Args...)
		for _, redirect := range c.Redirects {
			if redirect.Op == "<" || redirect.Op == "<<<" {
				args = append(args, redirect.Target)
			}
		}
		if source := downloadAmong(args); source != nil {
			p.Report(lint.AtCommand(i, c), fmt.Sprintf("what %s downloads is run by %s unseen", source.Name, c.Name))
		}
	}
}

func downloadAmong(args []dockerfile.Arg) *dockerfile.Command {
	for _, arg := range args {
		for _, c := range arg.Commands {
			if isDownload(c) {
				return c
			}
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
