package shellcheck

import (
	"regexp"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// Native returns what gate's own version of a few checks finds: SC2086, SC2046,
// SC2155, SC2164, SC2028 and SC2016, and of these only what ShellCheck is sure
// to find too. A script that can't be parsed has none.
func (s Script) Native() []Finding {
	script := s.Instruction.Script
	if script == nil || script.Broken != "" || script.Mended {
		return nil
	}
	n := &native{script: s, parsed: script, assigned: map[string]bool{}}
	n.survey()
	for _, e := range script.Expansions {
		n.expansion(e)
	}
	for _, c := range script.Commands {
		// What other programs run, and scripts in arguments, ShellCheck does not see.
		if len(c.Via) == 0 {
			n.command(c)
		}
	}
	return n.found
}

// before reports whether one place is in front of another.
func before(a, b dockerfile.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}

// native looks at one script.
type native struct {
	script Script
	parsed *dockerfile.Script
	// assigned are the variables that are given a value which may need no
	// quotes; errexit is true when the script ends at a failure.
	assigned map[string]bool
	errexit  bool
	found    []Finding
}

// survey learns what the script does to its surroundings.
func (n *native) survey() {
	n.errexit = n.script.errexit()
	for _, name := range slices.Concat(n.script.exports(), n.parsed.Loops, unsplit()) {
		n.assigned[name] = true
	}
	for _, c := range n.parsed.Commands {
		for _, a := range c.Assignments {
			// What a command prints may be anything.
			if a.Literal || a.Value != "$()" {
				n.assigned[a.Name] = true
			}
		}
		n.errexit = n.errexit || c.Name == "set" && (c.HasFlag("e") || c.Has("errexit"))
	}
}

// unsplit are variables that the shell sets, to what needs no quotes.
func unsplit() []string {
	return []string{
		"BASHPID", "BASH_SUBSHELL", "COLUMNS", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "HISTSIZE", "HISTFILESIZE", "LINENO",
		"LINES", "OPTIND", "PPID", "RANDOM", "SECONDS", "SHELLOPTS", "SHLVL", "SRANDOM", "UID",
	}
}

func (n *native) report(code, level, message string, start, end dockerfile.Position) {
	n.found = append(n.found, Finding{
		Instruction: n.script.Instruction, Code: code, Level: level, Message: message, Start: start, End: end,
	})
}

func (n *native) expansion(e dockerfile.Expansion) {
	switch {
	case e.Command == "exec":
	case e.Param != "":
		if !n.assigned[e.Param] {
			n.report("SC2086", "info", "the variable "+e.Param+" stands without double quotes: its value is split into words", e.Position, e.End)
		}
	case len(e.Inner) > 0 && !slices.ContainsFunc(e.Inner, oneWord):
		n.report("SC2046", "warning", "the command substitution stands without double quotes: what it prints is split into words", e.Position, e.End)
	}
}

// oneWord holds for commands whose output is meant to be split or needs no
// quotes, and for those that are not known.
func oneWord(name string) bool {
	return name == "" || name == "seq" || name == "pgrep"
}

func (n *native) command(c *dockerfile.Command) {
	switch c.Name {
	case "export", "local":
		for _, a := range c.Assignments {
			if !a.Literal && strings.Contains(a.Value, "$()") && before(c.Position, a.Position) {
				end := dockerfile.Position{Line: a.Line, Column: a.Column + len(a.Name)}
				n.report("SC2155", "warning", c.Name+" hides the exit status of the command: declare and assign in two steps", a.Position, end)
			}
		}
	case "cd":
		if c.Ignored && !n.errexit && len(c.Args) == 1 && strings.Trim(c.Args[0].Text, "./") != "" {
			n.report("SC2164", "warning", "what follows runs in the wrong folder when cd fails: write cd … || exit", c.Position, dockerfile.Position{})
		}
	case "echo":
		n.echo(c)
	}
}

var (
	escape   = regexp.MustCompile(`\\[nt]`)
	variable = regexp.MustCompile(`\$[A-Za-z_{(]`)
)

func (n *native) echo(c *dockerfile.Command) {
	dash := n.script.shell == "dash" || n.script.shell == "ash"
	for _, arg := range c.Args {
		if arg.Literal && !dash && !c.HasFlag("e", "E") && escape.MatchString(arg.Text) {
			n.report("SC2028", "info", "echo may print the escape sequence as it is: use printf", arg.Position, dockerfile.Position{})
		}
		if arg.Single && variable.MatchString(arg.Text) {
			n.report("SC2016", "info", "nothing is expanded in single quotes", arg.Position, dockerfile.Position{})
		}
	}
}
