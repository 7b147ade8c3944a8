package dockerfile

import (
	"strconv"
	"strings"
)

// MaxSize is the largest Dockerfile in bytes that is read. A larger file gives
// one problem and no instructions.
const MaxSize = 4 << 20

// Position is a place in a Dockerfile. Line and Column are 1-based; columns
// count Unicode code points. The zero value means that the place is not known.
type Position struct {
	Line, Column int
}

// File is a Dockerfile, as far as it could be read. Nobody changes it after
// Parse has returned it.
type File struct {
	// Path is the path that was given to Parse.
	Path   string
	Source []byte
	// Lines are the source lines without their ends and without a byte order mark.
	Lines []string
	// Stages are the build stages, one for each FROM that could be read.
	Stages []*Stage
	// Loose holds the instructions before the first FROM that only make sense
	// after one. It is nil in a well-formed file.
	Loose *Stage
	// MetaArgs are the ARG instructions before the first FROM.
	MetaArgs []*Instruction
	// Instructions are all instructions in order, FROM included.
	Instructions []*Instruction
	// Comments are all comment lines outside heredocs, directives included.
	Comments []Comment
	// Problems say what is wrong with the file, in the order of their lines.
	Problems []Problem
	// Syntax and Check are the parser directives "# syntax=" and "# check=",
	// nil when absent.
	Syntax, Check *Directive
	// Escape is the escape character: backslash or backtick.
	Escape byte

	// given are the build arguments.
	given variables
}

// Directive is a parser directive: a comment like "# syntax=docker/dockerfile:1".
type Directive struct {
	Name, Value string
	Position
}

// Comment is a comment line.
type Comment struct {
	// Text is what follows the #, without surrounding blanks.
	Text string
	Position
	// Inside is the instruction within whose lines the comment stands, or nil.
	Inside *Instruction
}

// ProblemKind says how grave a problem is.
type ProblemKind int

// The kinds of problems.
const (
	// Unreadable: a piece of the file could not be read.
	Unreadable ProblemKind = iota
	// Invalid: an instruction was read, but a builder will refuse it.
	Invalid
	// Misplaced: the file as a whole is not in order (no FROM).
	Misplaced
)

// Problem is something that keeps the file from being built.
type Problem struct {
	Kind         ProblemKind
	Line, Column int
	Message      string
}

// Complete reports whether the whole file could be read. Instructions that a
// builder will refuse do not count against it.
func (f *File) Complete() bool {
	for _, p := range f.Problems {
		if p.Kind == Unreadable {
			return false
		}
	}
	return true
}

// Stage returns the stage that a build with this target makes: the last one
// for an empty target, else the one of that name, in any case, or of that
// decimal index.
func (f *File) Stage(target string) (*Stage, bool) {
	if len(f.Stages) == 0 {
		return nil, false
	}
	if target == "" {
		return f.Stages[len(f.Stages)-1], true
	}
	if stage := f.named(target); stage != nil {
		return stage, true
	}
	index, err := strconv.Atoi(target)
	if err != nil || index < 0 || index >= len(f.Stages) {
		return nil, false
	}
	return f.Stages[index], true
}

// named returns the last stage of this name, or nil.
func (f *File) named(name string) *Stage {
	for i := len(f.Stages) - 1; i >= 0; i-- {
		if f.Stages[i].Name != "" && strings.EqualFold(f.Stages[i].Name, name) {
			return f.Stages[i]
		}
	}
	return nil
}

// AllStages returns the loose instructions, if there are any, and the stages.
func (f *File) AllStages() []*Stage {
	if f.Loose == nil {
		return f.Stages
	}
	return append([]*Stage{f.Loose}, f.Stages...)
}
