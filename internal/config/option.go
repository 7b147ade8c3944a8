package config

import (
	"slices"

	"github.com/containergate/gate/internal/gate"
)

// Kind is the shape of an option's value.
type Kind string

// The kinds there are. A list is one value a line in an input, a repeated
// flag, and a sequence (for pairs: a mapping too) in the policy file.
const (
	Text Kind = "text"
	Bool Kind = "bool"
	List Kind = "list"
	// Pairs is a list of name=value.
	Pairs Kind = "pairs"
)

// Command is a set of gate's commands.
type Command uint

// The commands that take options of the table.
const (
	Check Command = 1 << iota
	Scan
	Lint
	DB
	// Conclude makes one verdict of the reports of several jobs; Deliver tells
	// what an untrusted run has found.
	Conclude
	Deliver
	// Advise goes with Check, whose options it takes as well.
	Advise
	// Rescan scans what is released.
	Rescan
)

// Place is a set of sources that an option may come from.
type Place uint

// The sources there are, beside GATE_* in the environment, which all have.
const (
	Flag Place = 1 << iota
	Input
	File
)

// Anywhere is every place.
const Anywhere = Flag | Input | File

// Value is what one source says for one option.
type Value struct {
	// Texts holds one text for Text and Bool, and any number for the lists.
	Texts  []string
	Origin gate.Origin
}

// text returns the value of a Text or Bool option.
func (v Value) text() string {
	if len(v.Texts) == 0 {
		return ""
	}
	return v.Texts[0]
}

// Option is one row of the table.
type Option struct {
	// Name is the flag, the input, the key of the file and, in upper case with
	// underscores after GATE_, the environment variable.
	Name string
	// FlagName is the flag's name where it differs: lists are singular there.
	FlagName string
	Short    string
	Kind     Kind
	// Usage is one line without a full stop.
	Usage string
	// Default is shown to the user; empty means none.
	Default  string
	Choices  []string
	Commands Command
	Places   Place
	// InputDefault is the default of the action's input where the runner fills
	// it in.
	InputDefault string
	// Example is a value for the documentation.
	Example string
	// adds is set where a later source adds to the earlier ones, and does not
	// take their place.
	adds bool
	// inFile refuses what only an input, a variable or a flag may say.
	inFile func(text string) error

	// One of these applies the value. The option config has neither: it is read
	// before the others, to find the file.
	plan  func(*gate.Plan, Value) error
	image func(*imageDraft, Value) error
}

// Options returns the table, sorted by name.
func Options() []Option {
	all := slices.Concat(imageOptions(), buildOptions(), policyOptions(), baselineOptions(), scanOptions(), databaseOptions(), runOptions(), githubOptions(), adviseOptions(), discoverOptions(), rescanOptions())
	slices.SortFunc(all, func(a, b Option) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	return all
}

// For returns the options of a command that may come from a place.
func For(command Command, place Place) []Option {
	return slices.DeleteFunc(Options(), func(o Option) bool {
		return o.Commands&command == 0 || o.Places&place == 0
	})
}

// Flag is the name of the option's flag.
func (o Option) Flag() string {
	if o.FlagName != "" {
		return o.FlagName
	}
	return o.Name
}

// findOption returns the row of a name that is known to be in the table.
func findOption(name string) Option {
	options := Options()
	return options[slices.IndexFunc(options, func(o Option) bool { return o.Name == name })]
}

// perImage reports whether the option describes one image.
func (o Option) perImage() bool { return o.image != nil }
