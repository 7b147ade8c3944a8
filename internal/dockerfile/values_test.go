package dockerfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expansions replaces the variables in the text of every COPY of a file. A
// question mark stands behind what is not known for sure.
func expansions(source string, base func(*Stage) (map[string]string, []string, bool)) []string {
	var found []string
	Parse("Dockerfile", []byte(source)).EachWithValues(base, func(i *Instruction, values *Values) {
		if i.Name != "COPY" {
			return
		}
		text, known := values.Expand(i.Args[0])
		if !known {
			text += "?"
		}
		found = append(found, text)
	})
	return found
}

func nothingKnown(*Stage) (map[string]string, []string, bool) { return nil, nil, false }

func TestVariablesStandForWhatTheBuilderPutsInTheirPlace(t *testing.T) {
	for _, test := range []struct {
		name, source string
		base         func(*Stage) (map[string]string, []string, bool)
		want         []string
	}{
		{"ENV and ARG", "FROM a\nARG A=1\nENV B=$A-${A:-x} C='$A' D=\"$A\"\nCOPY $B$C$D /\n", nothingKnown, []string{"1-1$A1"}},
		{"an ARG before FROM", "ARG A=1\nFROM a\nCOPY $A /\nARG A\nCOPY $A /\n", nothingKnown, []string{"?", "1"}},
		{"an ARG without a value", "FROM a\nARG A\nCOPY x$A /\n", nothingKnown, []string{"x"}},
		{"what the builder sets", "FROM a\nARG TARGETARCH\nCOPY $TARGETARCH /\n", nothingKnown, []string{"?"}},
		{"the values of one ENV don't see each other", "FROM a\nENV A=1\nENV A=2 B=$A\nCOPY $A$B /\n", nothingKnown, []string{"21"}},
		{"the ARGs of one line do", "FROM a\nARG A=1 B=$A\nCOPY $B /\n", nothingKnown, []string{"1"}},
		{"an unknown value spreads", "FROM a\nENV A=$X\nENV B=$A\nCOPY $B /\n", nothingKnown, []string{"?"}},
		{"a stage on a stage", "FROM a AS b\nENV A=1\nONBUILD ARG T=$A\nONBUILD COPY $T /\nFROM b\nCOPY $A$T /\n", nothingKnown, []string{"1", "11"}},
		{"a known base", "FROM a\nCOPY $A$B$T /\n", func(*Stage) (map[string]string, []string, bool) {
			return map[string]string{"A": "1"}, nil, true
		}, []string{"1"}},
		{"a base with a trigger", "FROM a\nCOPY $T /\n", func(*Stage) (map[string]string, []string, bool) {
			return nil, []string{"T"}, true
		}, []string{"?"}},
		{"text that is none", "FROM a\nCOPY ${A /\n", nothingKnown, []string{"${A?"}},
	} {
		if diff := cmp.Diff(test.want, expansions(test.source, test.base)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestALongRowOfStagesIsLookedThroughOnlySoFar(t *testing.T) {
	var source strings.Builder
	source.WriteString("FROM a AS s0\nENV A=1\n")
	for n := range maxParents + 10 {
		fmt.Fprintf(&source, "FROM s%d AS s%d\n", n, n+1)
	}
	source.WriteString("COPY $A /\n")
	if got := expansions(source.String(), nothingKnown); !cmp.Equal(got, []string{"?"}) {
		t.Errorf("got %v", got)
	}
}

func TestValuesThatGrowByThemselvesAreGivenUp(t *testing.T) {
	const grow = "A=$A$A\n"
	source := "ARG A=xxxxxxxx\n" + strings.Repeat("ARG "+grow, 40) + "FROM a:$A\nENV A=x\n" + strings.Repeat("ENV "+grow, 40) +
		"COPY $A /\nCOPY " + strings.Repeat("$B", maxVariables+1) + " /\n"
	file := Parse("Dockerfile", []byte(source))
	if base := file.Stages[0].BaseName; len(base) > 2*maxValue {
		t.Errorf("the base has %d bytes", len(base))
	}
	for _, base := range file.Bases(map[string]string{"A": strings.Repeat("x", maxValue+1)}, "linux/amd64", "linux/amd64") {
		if len(base.Name) > 2*maxValue {
			t.Errorf("the base of the build has %d bytes", len(base.Name))
		}
	}
	got := expansions(source, nothingKnown)
	if len(got) != 2 || got[0] != "?" || !strings.HasSuffix(got[1], "?") {
		t.Errorf("got %.200q", got)
	}
}
