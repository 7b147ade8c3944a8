package dockerfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuildArgumentsTakeThePlaceOfDefaults(t *testing.T) {
	args := map[string]string{"A": "given", "SH": "/bin/sh -x", "Q": "$A'"}
	for source, want := range map[string]string{
		"FROM a\nARG A=default\nCOPY $A /\n":                                             "a given",
		"FROM a\nARG A\nCOPY $A /\n":                                                     "a given",
		"ARG A=default\nFROM a\nARG A\nCOPY $A /\n":                                      "a given",
		"ARG A\nARG B=x$A\nFROM a\nARG B\nCOPY $B /\n":                                   "a xgiven",
		"FROM a\nENV A=1\nCOPY $A /\n":                                                   "a 1",
		"FROM a\nARG A=1\nENV A=2\nCOPY $A /\n":                                          "a 2",
		"FROM a\nARG B=$A\nARG A\nARG C=$A\nCOPY $C /\n":                                 "a given",
		"FROM a\nARG Q\nCOPY $Q /\n":                                                     "a $A'",
		"ARG A=1\nFROM $A:1\nCOPY x /\n":                                                 "given:1 x",
		"FROM x AS given\nENV V=1\nFROM x AS other\nARG A=other\nFROM ${A}\nCOPY $V /\n": "${A} ?",
		"ARG A=other\nFROM x AS given\nENV V=1\nFROM x AS other\nFROM ${A}\nCOPY $V /\n": "given 1",
	} {
		t.Run(source, func(t *testing.T) {
			plain := Parse("Dockerfile", []byte(source))
			file := plain.With(args)
			got := file.Stages[len(file.Stages)-1].BaseName
			file.EachWithValues(nothingKnown, func(i *Instruction, values *Values) {
				if i.Name != "COPY" {
					return
				}
				text, known := values.Expand(i.Args[0])
				if !known {
					text += "?"
				}
				got += " " + text
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(defaultBases(plain), defaultBases(file)); diff != "" {
				t.Errorf("the defaults are others:\n%s", diff)
			}
		})
	}
}

func TestScriptsSeeBuildArguments(t *testing.T) {
	file := Parse("Dockerfile", []byte("FROM a\nARG SH=true\nRUN $SH -c x\nSHELL [\"bash\", \"$SH\"]\n"))
	for args, want := range map[string]string{"": "true", "sh": "sh x"} {
		given := map[string]string{}
		if args != "" {
			given["SH"] = args
		}
		var names []string
		for _, c := range file.With(given).Instructions[2].Script.Commands {
			if c.Name != "" {
				names = append(names, c.Name)
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("with %q the script runs %q, not %q", args, got, want)
		}
	}
}

func defaultBases(file *File) []string {
	var bases []string
	for _, stage := range file.Stages {
		bases = append(bases, stage.DefaultBase)
	}
	return bases
}
