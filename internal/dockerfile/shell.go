package dockerfile

import "strings"

// Script is what an instruction runs, as its shell sees it.
type Script struct {
	// Commands are all simple commands in the order of their places: those of
	// chains, loops, functions, subshells and substitutions, and behind each
	// the command it wraps (sudo, env …). The commands of scripts in arguments
	// and heredocs (sh -c …) stand at the end.
	Commands []*Command
	// Pipes are all pipes, and Feeds what is given to commands without one.
	Pipes []*Pipe
	Feeds []*Feed
	// Expansions are those without quotes in arguments, and Loops the variables
	// of for loops. Scripts in arguments are left out.
	Expansions []Expansion
	Loops      []string
	// Exec is true when it is not a script but the exec form.
	Exec bool
	// Chain is true when it is nothing but simple commands joined by &&: what is
	// put behind it with another && runs when all of it has succeeded.
	Chain bool
	// Broken says why the script could not be parsed; it then holds what could
	// be read before the error. It is empty for a good script.
	Broken string
	// Mended is true when something was missing that could be guessed, such as
	// a fi; a shell would not run the script.
	Mended bool
}

// Command is a simple command.
type Command struct {
	// Name is the program's base name, empty when it is not known (a
	// variable). Word is the name as written, without quotes.
	Name, Word string
	// Program is the word in the place of the name where that is not known.
	Program *Arg
	Args    []Arg
	// Assignments stand before the command (A=1 cmd), or are what it does
	// (A=1 alone, export A=1).
	Assignments []Assignment
	Redirects   []Redirect
	// Readers are those commands of the script in its arguments (sh -c …) that
	// read what it is given on standard input.
	Readers []*Command
	// Via names the commands that wrap this one, outermost first.
	Via []string
	// Exec is true for the exec form.
	Exec bool
	// Ignored is true when another command follows whatever the status is.
	Ignored bool
	Position

	// joined counts the wrappers that are not seen as such by tools that join
	// the words of the exec form.
	joined int
}

// Arg is an argument of a command.
type Arg struct {
	// Text is the argument without quotes. A parameter stands as ${NAME} in
	// it, a command substitution as $(), whatever they look like in the source.
	Text string
	// Literal is true when nothing in it is expanded.
	Literal bool
	// Single is true when all of it stands in single quotes.
	Single bool
	// Commands are the commands of the substitutions in it.
	Commands []*Command
	Position

	// source is the text between its quotes, when it is as it stands in the file.
	source *scriptText
	// value is what a parameter stands for, when it is the whole argument and
	// that is known.
	value string
}

// Assignment is NAME=VALUE; the value is as in Arg.Text.
type Assignment struct {
	Name, Value string
	Literal     bool
	Position

	value *Arg
}

// Commands are those of the substitutions in the value.
func (a Assignment) Commands() []*Command {
	if a.value == nil {
		return nil
	}
	return a.value.Commands
}

// Redirect is a redirection.
type Redirect struct {
	// Op is the operator: ">", ">>", "<", "<<", "<<-", "<<<", "2>" is written
	// as ">".
	Op string
	// Target is the word behind the operator; for a heredoc its body.
	Target Arg
}

// Pipe joins commands: what From print, To read.
type Pipe struct {
	From, To []*Command
	// Via is as for commands.
	Via []string
	Position

	joined int
}

// Direct reports whether the command is called by its bare name, and not
// through another program: exec, command, builtin and busybox do not count, as
// the shell or the same program runs the command then.
func (c *Command) Direct() bool {
	return c.Word == c.Name && directVia(c.Via[c.joined:])
}

// Direct is as for commands.
func (p *Pipe) Direct() bool { return directVia(p.Via[p.joined:]) }

// directVia reports whether none of the wrappers is a program of its own.
func directVia(via []string) bool {
	for _, wrapper := range via {
		switch wrapper {
		case "exec", "command", "builtin", "busybox":
		default:
			return false
		}
	}
	return true
}

// Has reports whether one of the arguments is one of these words.
func (c *Command) Has(words ...string) bool {
	for _, arg := range c.Args {
		for _, word := range words {
			if arg.Text == word {
				return true
			}
		}
	}
	return false
}

// HasFlag reports whether one of the flags is given: one letter as -x or in a
// group (-yqx), a longer name as --name or --name=value.
func (c *Command) HasFlag(names ...string) bool {
	for _, name := range names {
		if c.CountFlag(name) > 0 {
			return true
		}
	}
	return false
}

// CountFlag counts how often a flag is given.
func (c *Command) CountFlag(name string) int {
	count := 0
	for _, arg := range c.Args {
		for _, flag := range arg.Flags() {
			if flag == name {
				count++
			}
		}
	}
	return count
}

// FlagValue returns the value of a flag, given as --name=value or as the next argument.
func (c *Command) FlagValue(name string) (Arg, bool) {
	for n, arg := range c.Args {
		for _, flag := range arg.Flags() {
			if flag != name {
				continue
			}
			if key, value, ok := strings.Cut(arg.Text, "="); ok && strings.HasPrefix(key, "--") {
				return Arg{Text: value, Literal: arg.Literal, Position: arg.Position}, true
			}
			if n+1 < len(c.Args) {
				return c.Args[n+1], true
			}
		}
	}
	return Arg{}, false
}

// Resolved is the text of the argument or, where it is nothing but a variable
// whose value is known, that value.
func (a Arg) Resolved() string {
	if a.value != "" {
		return a.value
	}
	return a.Text
}

// Flags returns the flags that an argument sets: none, the name of a long one,
// or the letters of a group.
func (a Arg) Flags() []string {
	switch {
	case a.Text == "-" || a.Text == "--" || !strings.HasPrefix(a.Text, "-"):
		return nil
	case strings.HasPrefix(a.Text, "--"):
		name, _, _ := strings.Cut(a.Text[2:], "=")
		return []string{name}
	}
	return strings.Split(a.Text[1:], "")
}

// IsFlag reports whether the argument is a flag.
func (a Arg) IsFlag() bool { return len(a.Flags()) > 0 }

// Operands returns the arguments that are neither flags nor the values of the
// flags named.
func (c *Command) Operands(valued ...string) []Arg {
	var operands []Arg
	skip := false
	for _, arg := range c.Args {
		flags := arg.Flags()
		switch {
		case skip:
			skip = false
		case len(flags) > 0:
			skip = !strings.Contains(arg.Text, "=") && anyOf(flags, valued)
		case arg.Text != "--":
			operands = append(operands, arg)
		}
	}
	return operands
}

func anyOf(words, wanted []string) bool {
	for _, w := range words {
		for _, x := range wanted {
			if w == x {
				return true
			}
		}
	}
	return false
}
