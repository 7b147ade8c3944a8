package pin

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

const scratch = "scratch"

// base looks at the image that a stage begins with.
func (f *finder) base(stage *dockerfile.Stage) {
	if stage.RawBase == "" || stage.Parent != nil || stage.BaseName == scratch {
		return
	}
	at := stage.From.ArgAt(0)
	text, quote, ok := unquoted(stage.RawBase)
	switch {
	case strings.Contains(text, "$") && quote != "'":
		f.variable(stage, at, text)
	case !ok || text == "" || strings.Contains(text, "$"):
		f.add(at, text)
	default:
		f.named(at, text, quote)
	}
}

// variable looks at a base with variables in it. A variable that is the whole
// base, and nothing else, has its digest in the default that the file gives it.
func (f *finder) variable(stage *dockerfile.Stage, at dockerfile.Position, text string) {
	open := !digestForm.MatchString(parseReference(stage.BaseName).digest)
	match := wholeVariable.FindStringSubmatch(text)
	if match == nil {
		why := "a part of it is a variable; make the whole reference the default of an ARG"
		if !open {
			why = "its digest stands in a variable"
		}
		f.leave(at, text, why, open)
		return
	}
	place, why := f.variables.find(match[1] + match[2])
	if why != "" {
		f.leave(at, text, why, open)
		return
	}
	pair := place.arg.Pairs[place.n]
	_, written, _ := strings.Cut(place.arg.Args[place.n], "=")
	value, quote, ok := unquoted(written)
	if !ok {
		f.add(pair.Position, pair.Value)
		return
	}
	f.named(pair.Position, value, pair.Name+"="+quote)
}
