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
			Why:  "Whoever controls the server or the way to it controls what the build runs, and the image then holds it.",
			Fix:  "Compare a checksum that stands in the Dockerfile (echo \"… file\" | sha256sum -c) or a signature before it is run, or use ADD --checksum.",
			Tags: []string{"CIS 4.11", "CWE-494", "OWASP D08"},
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
	output, remote := "o", "O"
	if c.Name == "wget" {
		output, remote = "O", ""
	}
	for n, arg := range c.Args {
		flags := arg.Flags()
		if len(flags) > 0 && (flags[len(flags)-1] == output || contains([]string{"--output", "--output-document"}, arg.Text)) && n+1 < len(c.Args) {
			return c.Args[n+1].Text
		}
		if name, value, ok := strings.Cut(arg.Text, "="); ok && contains([]string{"--output", "--output-document"}, name) {
			return value
		}
	}
	if c.Name != "wget" && !c.HasFlag(remote, "remote-name") {
		return ""
	}
	for _, arg := range c.Args {
		if strings.Contains(arg.Text, "://") {
			return arg.Text
		}
	}
	return ""
}

// runs is the file that a command runs or makes runnable.
func runs(c *dockerfile.Command) string {
	operands := c.Operands()
	switch {
	case c.IsShell() || isInterpreter(c.Name) || c.Name == "source" || c.Name == ".":
		if len(operands) > 0 && !c.HasFlag("c", "e", "m") {
			return operands[0].Text
		}
	case c.Name == "chmod":
		if len(operands) == 2 && makesRunnable(operands[0].Text) {
			return operands[1].Text
		}
		if len(operands) == 1 && c.Has("+x", "-x") {
			return operands[0].Text
		}
	case contains([]string{"dpkg", "rpm", "apk"}, c.Name):
		if len(operands) > 0 {
			return operands[len(operands)-1].Text
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
