package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// unpinned are the packages of one install command that name no version.
type unpinned struct {
	names []string
	// seen is true when one of them is one that hadolint sees too: it takes the
	// argument behind --flag=value for the flag's value.
	seen bool
}

// findUnpinned goes through the packages of a command. verbs are words that
// are no packages, valued the flags that take a value.
func findUnpinned(c *dockerfile.Command, pinned func(string) bool, verbs, valued []string) unpinned {
	var found unpinned
	hidden := hiddenAfterFlags(c, valued)
	for _, arg := range c.Operands(valued...) {
		if contains(verbs, arg.Text) || pinned(arg.Text) {
			continue
		}
		found.names = append(found.names, arg.Text)
		if !hidden[arg.Position] {
			found.seen = true
		}
	}
	return found
}

// hiddenAfterFlags are the arguments behind a --flag=value of a valued flag.
func hiddenAfterFlags(c *dockerfile.Command, valued []string) map[dockerfile.Position]bool {
	hidden := map[dockerfile.Position]bool{}
	for n, arg := range c.Args {
		for _, flag := range arg.Flags() {
			if contains(valued, flag) && strings.Contains(arg.Text, "=") && n+1 < len(c.Args) {
				hidden[c.Args[n+1].Position] = true
			}
		}
	}
	return hidden
}

// report says that packages have no version.
func (u unpinned) report(p *lint.Pass, i *dockerfile.Instruction, c *dockerfile.Command, alias string) {
	if len(u.names) == 0 {
		return
	}
	noun := "packages"
	if len(u.names) == 1 {
		noun = "package"
	}
	message := fmt.Sprintf("%s installs %s without a version: %s", c.Name, noun, list(u.names))
	p.Report(lint.AtCommand(i, c), message, when(u.seen && c.Direct(), alias))
}

// list joins names, the first few of them.
func list(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// hasAny reports whether the text holds one of the pieces.
func hasAny(text string, pieces ...string) bool {
	for _, piece := range pieces {
		if strings.Contains(text, piece) {
			return true
		}
	}
	return false
}

// startsWith reports whether the text begins with one of the prefixes.
func startsWith(text string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// endsWith reports whether the text ends with one of the suffixes.
func endsWith(text string, suffixes ...string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(text, suffix) {
			return true
		}
	}
	return false
}
