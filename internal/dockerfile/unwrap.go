package dockerfile

import (
	"path"
	"slices"
	"strings"
)

// maxChain is how many commands may wrap each other.
const maxChain = 16

// wrapper says how a command that runs another one reads its arguments.
type wrapper struct {
	// valued are the flags that take the next argument as their value.
	valued []string
	// operands counts the arguments between the flags and the command.
	operands int
	// assigns is true when NAME=VALUE may stand before the command.
	assigns bool
	// behind are the words behind one of which the command stands.
	behind []string
}

// upToEnd cuts the arguments off at the word that ends the command of find.
func upToEnd(args []Arg) []Arg {
	for n, arg := range args {
		if arg.Text == ";" || arg.Text == "+" {
			return args[:n]
		}
	}
	return args
}

// wrapperFor returns how the named command runs another one.
func wrapperFor(name string) (wrapper, bool) {
	switch name {
	case "sudo":
		return wrapper{valued: []string{"u", "g", "h", "p", "C", "r", "t", "T", "D", "U", "user", "group", "host", "chdir", "prompt"}, assigns: true}, true
	case "doas":
		return wrapper{valued: []string{"u", "C"}}, true
	case "env":
		return wrapper{valued: []string{"u", "C", "unset", "chdir"}, assigns: true}, true
	case "exec":
		return wrapper{valued: []string{"a"}}, true
	case "command", "builtin", "busybox", "nohup", "setsid", "fakeroot", "time", "tini", "dumb-init", "catchsegv":
		return wrapper{}, true
	case "nice":
		return wrapper{valued: []string{"n", "adjustment"}}, true
	case "ionice":
		return wrapper{valued: []string{"c", "n"}}, true
	case "timeout":
		return wrapper{valued: []string{"k", "s", "kill-after", "signal"}, operands: 1}, true
	case "stdbuf":
		return wrapper{valued: []string{"i", "o", "e"}}, true
	case "xargs":
		return wrapper{valued: []string{"a", "d", "E", "I", "L", "n", "P", "s"}}, true
	case "find":
		return wrapper{behind: []string{"-exec", "-execdir", "-ok", "-okdir"}}, true
	case "chroot", "gosu", "su-exec", "setpriv", "flock":
		return wrapper{operands: 1}, true
	}
	return wrapper{}, false
}

// inner returns the index in c.Args at which the wrapped command begins.
func (w wrapper) inner(c *Command) (int, bool) {
	if w.behind != nil {
		for n := range len(c.Args) - 1 {
			if anyOf([]string{c.Args[n].Text}, w.behind) {
				return n + 1, true
			}
		}
		return 0, false
	}
	operands := w.operands
	for n := 0; n < len(c.Args); n++ {
		arg := c.Args[n]
		flags := arg.Flags()
		switch {
		case len(flags) > 0:
			if anyOf(flags[len(flags)-1:], w.valued) && !strings.Contains(arg.Text, "=") {
				n++
			}
		case arg.Text == "--":
		case w.assigns && isAssignment(arg.Text):
		case operands > 0:
			operands--
		default:
			return n, true
		}
	}
	return 0, false
}

func isAssignment(text string) bool {
	name, _, ok := strings.Cut(text, "=")
	return ok && name != "" && !strings.ContainsAny(name, "/-. ")
}

// shellNames are the Unix shells, by base name.
var shellNames = [...]string{"sh", "bash", "ash", "dash", "zsh", "ksh", "mksh"}

// isShellName reports whether a program, by name or path, is a Unix shell.
func isShellName(program string) bool {
	return slices.Contains(shellNames[:], path.Base(program))
}

// IsShell reports whether the command is a Unix shell.
func (c *Command) IsShell() bool { return isShellName(c.Name) }

// scriptArg returns the argument that a shell, su or eval takes as a script.
func (c *Command) scriptArg() (Arg, bool) {
	switch {
	case c.Name == "eval":
		if len(c.Args) == 1 {
			return c.Args[0], true
		}
		return Arg{}, false
	case c.Name == "su" || c.Name == "runuser":
		arg, ok := c.FlagValue("c")
		if !ok {
			arg, ok = c.FlagValue("command")
		}
		return arg, ok
	case !c.IsShell():
		return Arg{}, false
	}
	isScript := false
	for _, arg := range c.Args {
		switch {
		case strings.HasPrefix(arg.Text, "-") || strings.HasPrefix(arg.Text, "+"):
			isScript = isScript || !strings.HasPrefix(arg.Text, "--") && strings.Contains(arg.Text, "c")
		case arg.Text == "pipefail":
		default:
			return arg, isScript
		}
	}
	return Arg{}, false
}

// wrapped returns the command that c runs, or nil.
func (c *Command) wrapped() *Command {
	if stood := c.stood(); stood != nil {
		return stood
	}
	w, ok := wrapperFor(c.Name)
	if !ok {
		return nil
	}
	at, ok := w.inner(c)
	if !ok {
		return nil
	}
	first, args := c.Args[at], c.Args[at+1:]
	if c.Name == "find" {
		args = upToEnd(args)
	}
	inner := &Command{
		Args: args, Redirects: c.Redirects, Exec: c.Exec,
		Via: append(slices.Clone(c.Via), c.Name), Position: first.Position,
	}
	if words := strings.Fields(first.Text); first.Literal && len(words) > 1 && c.Name == "env" && c.HasFlag("S", "split-string") {
		inner.Word, inner.Name = words[0], path.Base(words[0])
		inner.Args = append(split(words[1:], first.Position), args...)
	} else if first.Literal {
		inner.Word, inner.Name = first.Text, path.Base(first.Text)
	} else {
		inner.Program = &c.Args[at]
	}
	return inner
}

// chain returns the command and all it wraps.
func (c *Command) chain() []*Command {
	commands := []*Command{c}
	for inner := c.wrapped(); inner != nil && len(commands) < maxChain; inner = inner.wrapped() {
		commands = append(commands, inner)
	}
	return commands
}

// expand returns the chain of a command and leaves with the walker what is
// still to parse: the scripts among the arguments and in heredocs.
func (p *scriptParser) expand(c *Command, w *walker) []*Command {
	commands := c.chain()
	if w.depth >= maxNesting {
		return commands
	}
	for _, command := range commands {
		for _, text := range command.scripts() {
			via := append(slices.Clone(command.Via), command.Name)
			w.nested = append(w.nested, func() {
				command.Readers = append(command.Readers, p.parse(text, w.script, via, w.depth+1)...)
			})
		}
	}
	return commands
}

// scripts returns the scripts that the command is given: as an argument, or in
// a heredoc when it is a shell.
func (c *Command) scripts() []scriptText {
	var texts []scriptText
	if arg, ok := c.scriptArg(); ok {
		switch {
		case arg.source != nil:
			texts = append(texts, *arg.source)
		case arg.Literal || arg.value != "":
			texts = append(texts, scriptText{text: arg.Resolved(), at: func(int) Position { return arg.Position }})
		}
	}
	if c.IsShell() {
		for _, r := range c.Redirects {
			if strings.HasPrefix(r.Op, "<<") && r.Target.source != nil {
				texts = append(texts, *r.Target.source)
			}
		}
	}
	return texts
}
