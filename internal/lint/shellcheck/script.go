package shellcheck

import (
	"crypto/sha256"
	"path"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// Script is the shell code of one RUN, with what ShellCheck is told about its
// surroundings.
type Script struct {
	// Instruction is the RUN.
	Instruction *dockerfile.Instruction

	text dockerfile.ShellText
	// shell is the base name of the shell that runs it.
	shell string
	// names are the variables that are set; they may repeat.
	names []string
	// parity leaves out what hadolint does not tell ShellCheck.
	parity bool
}

// Finding is one thing that ShellCheck has to say.
type Finding struct {
	Instruction *dockerfile.Instruction
	// Code is like SC2086; Level is error, warning, info or style.
	Code, Level, Message string
	// Start is the first character, and End one column past the last one.
	Start, End dockerfile.Position
}

const (
	// maxText is the largest script in bytes that is looked at.
	maxText = 256 << 10
	// maxNames is how many variables a script is told of; of more than these
	// it gets only those that it mentions.
	maxNames = 1000
	// wrapped is the number of lines that are put before a script.
	wrapped = 2
)

// shellFor returns the shell that ShellCheck is told, or nothing where it
// knows none of the words of SHELL. The shell need not come first: others may
// start it (env, conda run).
func shellFor(words ...string) string {
	for _, word := range words {
		switch name := path.Base(word); name {
		case "sh", "bash", "dash", "ash", "ksh":
			return name
		}
	}
	return ""
}

// input is what ShellCheck reads: a line that names the shell, one that sets
// the variables, and the script.
func (s Script) input() string {
	flag := ""
	if s.errexit() && !s.parity {
		flag = " -e"
	}
	return "#!/bin/" + s.shell + flag + "\nexport " + strings.Join(s.exports(), "=1 ") + "=1\n" + printable(s.text.Text)
}

// errexit reports whether SHELL makes the shell end at the first failure.
func (s Script) errexit() bool {
	for _, word := range s.Instruction.Shell {
		if word == "errexit" || strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--") && strings.Contains(word, "e") {
			return s.text.Program == ""
		}
	}
	return false
}

// exports returns the names to set, sorted.
func (s Script) exports() []string {
	names := s.names
	if len(names) > maxNames {
		mentioned := map[string]bool{}
		for _, word := range strings.FieldsFunc(s.text.Text, func(r rune) bool { return !isNameRune(r) }) {
			mentioned[word] = true
		}
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !mentioned[name] })
	}
	names = append(proxies(), names...)
	slices.Sort(names)
	return slices.Compact(names)
}

// proxies are the arguments that every build knows.
func proxies() []string {
	return []string{
		"FTP_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
		"ftp_proxy", "http_proxy", "https_proxy", "no_proxy",
	}
}

// isName reports whether a shell can have a variable of this name.
func isName(name string) bool {
	return name != "" && (name[0] < '0' || name[0] > '9') && strings.IndexFunc(name, func(r rune) bool { return !isNameRune(r) }) < 0
}

func isNameRune(r rune) bool {
	return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// printable replaces bytes that are not UTF-8 by as many question marks.
func printable(text string) string {
	valid := strings.ToValidUTF8(text, "")
	if len(valid) == len(text) {
		return text
	}
	var b strings.Builder
	for n, r := range text {
		if r == '\uFFFD' && !strings.HasPrefix(text[n:], "\uFFFD") {
			b.WriteByte('?')
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// key identifies what ShellCheck reads.
type key [sha256.Size]byte

func keyOf(input string) key { return sha256.Sum256([]byte(input)) }
