package rules

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func downloadWithoutChecksum() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "download-without-checksum", Title: "A download is run and nobody has compared its checksum", Severity: gate.SeverityMedium,
			Why:     "Whoever controls the server or the way to it controls what the build runs, and the image then holds it.",
			Fix:     "Compare a checksum that stands in the Dockerfile (echo \"… file\" | sha256sum -c) or a signature before it is run, or use ADD --checksum.",
			Aliases: []string{"CIS 4.11", "D08"},
			Tags:    []string{"CIS 4.11", "CWE-494", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.AllStages() {
				plain, triggers := downloads{}, downloads{}
				for _, outer := range stage.Instructions {
					for i := outer; i != nil; i = i.OnBuild {
						switch {
						case i.Name != "RUN" || i.Script == nil:
						case i.Trigger:
							triggers.check(p, i)
						default:
							plain.check(p, i)
						}
					}
				}
			}
		},
	}
}

// downloads are the files of a stage that were fetched and that nothing has
// been compared with, by their names.
type downloads map[string]download

type download struct {
	instruction *dockerfile.Instruction
	command     *dockerfile.Command
}

// check goes through a RUN, and reports what was fetched and is run in it with
// no comparison in between.
func (d downloads) check(p *lint.Pass, i *dockerfile.Instruction) {
	if len(d) == 0 && !slices.ContainsFunc(i.Script.Commands, isDownload) {
		return
	}
	flow := newFlow(i.Script)
	for _, c := range inOrder(i.Script.Commands) {
		if verifies(c) {
			clear(d)
			continue
		}
		if isDownload(c) {
			if name := downloadTarget(c); name != "" {
				d[path.Base(name)] = download{i, c}
			}
			continue
		}
		if source := flow.printers[c]; source != nil && c.Name == "tee" {
			for _, file := range c.Operands() {
				d[path.Base(file.Text)] = download{i, source}
			}
			continue
		}
		name := runs(c)
		if name == "" {
			continue
		}
		if source, fetched := d[path.Base(name)]; fetched {
			p.Report(lint.AtCommand(source.instruction, source.command), fmt.Sprintf("what %s fetches is run, and nothing compares its checksum", source.command.Name))
			delete(d, path.Base(name))
		}
	}
}

// inOrder returns commands in the order of their places: those of scripts in
// arguments stand at the end otherwise.
func inOrder(commands []*dockerfile.Command) []*dockerfile.Command {
	commands = slices.Clone(commands)
	slices.SortStableFunc(commands, func(a, b *dockerfile.Command) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return commands
}

// downloadTarget is the file that a download is written to.
func downloadTarget(c *dockerfile.Command) string {
	for _, redirect := range c.Redirects {
		if redirect.Op == ">" {
			return redirect.Target.Text
		}
	}
	if output := outputFlag(c); output != "" || c.Name != "wget" && !c.HasFlag("O", "remote-name") {
		return output
	}
	for _, arg := range c.Args {
		if address := arg.Resolved(); strings.Contains(address, "://") || !arg.IsFlag() && strings.Contains(address, "}/") {
			return address
		}
	}
	return ""
}

// outputFlag is the file that a flag of a download names.
func outputFlag(c *dockerfile.Command) string {
	letter := "o"
	if c.Name == "wget" {
		letter = "O"
	}
	for n, arg := range c.Args {
		name, value, joined := strings.Cut(arg.Text, "=")
		if long := name == "--output" || name == "--output-document"; long && joined {
			return value
		} else if flags := arg.Flags(); n+1 < len(c.Args) && (long || len(flags) > 0 && flags[len(flags)-1] == letter) {
			return c.Args[n+1].Text
		}
		if value, behind := strings.CutPrefix(arg.Text, "-"+letter); behind && value != "" {
			return value
		}
	}
	return ""
}

// runs is the file that a command runs, installs or makes runnable.
func runs(c *dockerfile.Command) string {
	operands := c.Operands()
	last := ""
	if len(operands) > 0 {
		last = operands[len(operands)-1].Text
	}
	var found bool
	switch c.Name {
	case "chmod":
		found = len(operands) == 2 && makesRunnable(operands[0].Text) || len(operands) == 1 && c.Has("+x", "-x")
	case "apt-get", "apt", "yum", "dnf":
		found = len(operands) > 1 && endsWith(last, ".deb", ".rpm")
	case "dpkg", "rpm", "apk":
		found = true
	default:
		return interpretedFile(c, operands)
	}
	if found {
		return last
	}
	return ""
}

// interpretedFile is the file that an interpreter is given, or the program itself
// where it is named by a path.
func interpretedFile(c *dockerfile.Command, operands []dockerfile.Arg) string {
	switch {
	case c.IsShell() || isInterpreter(c.Name) || c.Name == "source" || c.Name == ".":
		if len(operands) > 0 && !c.HasFlag("c", "e", "m") {
			return operands[0].Text
		}
	case strings.Contains(c.Word, "/"):
		return c.Word
	}
	return ""
}

func makesRunnable(mode string) bool {
	if strings.Contains(mode, "+") {
		return strings.Contains(mode, "x")
	}
	return len(mode) >= 3 && strings.Trim(mode, "01234567") == "" && strings.ContainsAny(mode, "1357")
}

// verifies holds for commands that compare checksums or signatures.
func verifies(c *dockerfile.Command) bool {
	if endsWith(c.Name, "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "shasum", "b2sum", "md5sum", "cksum") {
		return true
	}
	return contains([]string{"gpg", "gpg2", "gpgv", "cosign", "minisign", "signify", "openssl", "slsa-verifier", "sha256"}, c.Name)
}
