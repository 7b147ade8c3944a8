package pin

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// variables knows the arguments that FROM may use, and what they are used for.
type variables struct {
	// set are the ARGs before the first FROM, by name.
	set map[string][]setting
	// others are the lines that use a variable for something else than a whole
	// base, where a digest in it would change what the file means.
	others map[string]int
}

// setting is the n-th variable of an ARG.
type setting struct {
	arg *dockerfile.Instruction
	n   int
}

// wholeVariable is a word that is a variable and nothing else, and mention one
// in any text.
var (
	wholeVariable = regexp.MustCompile(`^\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})$`)
	mention       = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)`)
)

func newVariables(file *dockerfile.File) variables {
	v := variables{set: map[string][]setting{}, others: map[string]int{}}
	for _, arg := range file.MetaArgs {
		for n, pair := range arg.Pairs {
			v.set[pair.Name] = append(v.set[pair.Name], setting{arg, n})
		}
		v.use(arg.Line, arg.Text)
	}
	for _, stage := range file.Stages {
		text := stage.From.Text
		if word, _, _ := unquoted(stage.RawBase); wholeVariable.MatchString(word) && stage.Parent == nil {
			text = strings.TrimPrefix(text, stage.RawBase)
		}
		v.use(stage.From.Line, text)
		for _, flag := range stage.From.Flags {
			v.use(stage.From.Line, flag.Value)
		}
		for _, i := range stage.Instructions {
			for _, pair := range i.Pairs {
				// An ARG without a default takes over that of the file's beginning.
				if i.Name == "ARG" && !pair.HasValue {
					v.others[pair.Name] = i.Line
				}
			}
		}
	}
	return v
}

// use notes the variables of a text.
func (v variables) use(line int, text string) {
	for _, match := range mention.FindAllStringSubmatch(text, -1) {
		v.others[match[1]] = line
	}
}

// find returns the one ARG whose default is the base of every stage that uses
// the variable, or says why there is none.
func (v variables) find(name string) (place setting, why string) {
	set := v.set[name]
	if len(set) == 0 {
		return setting{}, fmt.Sprintf("no ARG before the first FROM sets %s", name)
	}
	place = set[0]
	pair := place.arg.Pairs[place.n]
	switch {
	case len(set) > 1:
		return setting{}, fmt.Sprintf("%s is set by more than one ARG", name)
	case !pair.HasValue || pair.Value == "":
		return setting{}, fmt.Sprintf("the ARG %s has no default", name)
	case strings.Contains(pair.Value, "$"):
		return setting{}, fmt.Sprintf("the default of the ARG %s is made of other variables", name)
	case v.others[name] > 0:
		return setting{}, fmt.Sprintf("line %d uses %s for something else, too, where a digest would change what it means", v.others[name], name)
	}
	return place, ""
}
