package rules

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// behindWord puts text behind an argument of a command.
func behindWord(c *dockerfile.Command, text string, words ...string) lint.Detail {
	return lint.Repair(func() []lint.Edit {
		for _, arg := range c.Args {
			if arg.Literal && contains(words, arg.Text) {
				return []lint.Edit{{Position: arg.Position, Old: arg.Text, New: arg.Text + text}}
			}
		}
		return nil
	})
}

// behindName puts text behind the name of a command.
func behindName(c *dockerfile.Command, text string) lint.Detail {
	return lint.Repair(func() []lint.Edit {
		if c.Exec || c.Word == "" {
			return nil
		}
		return []lint.Edit{{Position: c.Position, Old: c.Word, New: c.Word + text}}
	})
}

// atEnd puts a command at the end of a RUN, to run when the rest has succeeded:
// on a line of its own where the RUN has several. Only a plain chain of commands
// takes one without a change of what it means.
func atEnd(i *dockerfile.Instruction, command string) lint.Detail {
	return lint.Repair(func() []lint.Edit { return commandAtEnd(i, command) })
}

func commandAtEnd(i *dockerfile.Instruction, command string) []lint.Edit {
	if i.JSON || len(i.Heredocs) > 0 || i.Script == nil || !i.Script.Chain || command == "" {
		return nil
	}
	text := " && " + command
	lines := strings.Split(i.Original(), "\n")
	if last := lines[len(lines)-1]; len(lines) > 1 {
		escape := string(i.Escape())
		text = " " + escape + "\n" + last[:len(last)-len(strings.TrimLeft(last, " \t"))] + "&& " + command
	}
	return []lint.Edit{{Position: i.TextAt(len(i.Text)), New: text}}
}

// inPlaceOf puts new text in the place of old text.
func inPlaceOf(at dockerfile.Position, before, after string) lint.Detail {
	return lint.Repair(func() []lint.Edit { return []lint.Edit{{Position: at, Old: before, New: after}} })
}

// withoutLines takes lines out of the file, from one instruction's first to its last.
func withoutLines(i *dockerfile.Instruction) lint.Detail {
	return lint.Repair(func() []lint.Edit {
		if i.Trigger {
			return nil
		}
		return []lint.Edit{{Position: dockerfile.Position{Line: i.Line, Column: 1}, Old: i.Original() + "\n"}}
	})
}

// isOneLine holds for instructions that stand on one line.
func isOneLine(i *dockerfile.Instruction) bool { return i.Line == i.EndLine && len(i.Heredocs) == 0 }
