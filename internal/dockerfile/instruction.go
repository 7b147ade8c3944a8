package dockerfile

import "strings"

// Instruction is one instruction of a Dockerfile.
type Instruction struct {
	// Name is the instruction's name in upper case; Keyword is how it is written.
	Name, Keyword string
	// Text holds the arguments, flags excluded, joined to one line.
	Text string
	// Line and Column say where it begins, EndLine where it ends, heredocs included.
	Line, Column, EndLine int
	// Args are the arguments: the elements of the JSON form, the one script of
	// the shell form, else the words. Quotes are kept as BuildKit's parser keeps them.
	Args []string
	// JSON is true for the exec form.
	JSON  bool
	Flags []Flag
	// Pairs are the variables of ENV, ARG and LABEL.
	Pairs    []Pair
	Heredocs []Heredoc
	// OnBuild is the instruction inside ONBUILD, nil for all others.
	OnBuild *Instruction
	// Trigger is true for an instruction inside ONBUILD.
	Trigger bool
	// Stage is the stage it belongs to; nil for an ARG before the first FROM.
	Stage *Stage
	// Shell is the shell that runs the shell form here, as SHELL or the default sets it.
	Shell []string
	// Script is what RUN, CMD, ENTRYPOINT and HEALTHCHECK run, and nil for
	// other instructions and for scripts that are not for a Unix shell.
	Script *Script

	file   *File
	source textMap
	argsAt int
	argPos []int
	// known are the arguments with variables replaced; nil where there are none.
	known []string
}

// Flag is a flag of an instruction, such as --from=build.
type Flag struct {
	// Name has no dashes; Value is what follows the equals sign.
	Name, Value string
	Position
}

// Pair is a variable of ENV, ARG or LABEL.
type Pair struct {
	Name string
	// Value is the value without quotes; variables that are not known stay as written.
	Value string
	// HasValue is false for an ARG without a default.
	HasValue bool
	// Legacy is true for the form "ENV name value".
	Legacy bool
	Position
}

// Heredoc is a here-document of RUN, COPY or ADD.
type Heredoc struct {
	Name, Content string
	// Expand is true when variables in it are expanded.
	Expand bool
	// Line is the first line of the content.
	Line int
}

// Original returns the source lines of the instruction, joined by newlines.
func (i *Instruction) Original() string {
	if i.Line < 1 || i.EndLine > len(i.file.Lines) || i.Line > i.EndLine {
		return ""
	}
	return strings.Join(i.file.Lines[i.Line-1:i.EndLine], "\n")
}

// Escape is the escape character of the file.
func (i *Instruction) Escape() byte { return i.file.Escape }

// Start is where the instruction begins.
func (i *Instruction) Start() Position { return Position{i.Line, i.Column} }

// ArgAt returns where the n-th argument begins, as well as it can be known.
func (i *Instruction) ArgAt(n int) Position {
	if n < 0 || n >= len(i.argPos) || i.argPos[n] < 0 {
		return i.Start()
	}
	return i.source.position(i.argsAt + i.argPos[n])
}

// TextAt returns the place of a byte offset into Text.
func (i *Instruction) TextAt(offset int) Position {
	if offset < 0 || offset > len(i.Text) {
		return i.Start()
	}
	return i.source.position(i.argsAt + offset)
}

// Known returns the arguments with those variables replaced whose values ENV and
// ARG tell. The others stay as written. RUN has its own.
func (i *Instruction) Known() []string {
	if i.known == nil {
		return i.Args
	}
	return i.known
}

// Flag returns the value of the first flag of this name.
func (i *Instruction) Flag(name string) (value string, ok bool) {
	for _, f := range i.Flags {
		if f.Name == name {
			return f.Value, true
		}
	}
	return "", false
}

// locateArgs finds the arguments in the text, one after the other.
func (i *Instruction) locateArgs() {
	i.argPos = make([]int, len(i.Args))
	from := 0
	for n, arg := range i.Args {
		i.argPos[n] = -1
		if at := strings.Index(i.Text[from:], arg); at >= 0 {
			i.argPos[n] = from + at
			from += at + len(arg)
		}
	}
}
