package dockerfile_test

import (
	"slices"
	"testing"

	"github.com/containergate/gate/internal/dockerfile"
)

func TestBlankLinesAreThoseBetweenTheLinesOfAnInstruction(t *testing.T) {
	source := "FROM a:1\n\nRUN a \\\n\n  # why\n  \t\n  b\n\nRUN <<E\n\nx\nE\n"
	file := dockerfile.Parse("Dockerfile", []byte(source))
	want := [][]int{nil, {4, 6}, nil}
	for n, i := range file.Instructions {
		if got := i.BlankLines(); !slices.Equal(got, want[n]) {
			t.Errorf("%s on line %d has blank lines %v, not %v", i.Name, i.Line, got, want[n])
		}
	}
}

func TestTheDefaultBaseIsThatOfABuildWithoutArguments(t *testing.T) {
	source := "ARG TAG\nARG NAME=debian\nFROM ${NAME}:${TAG}\nFROM busybox:1-$TARGETARCH\nFROM ${X:-alpine}\nFROM a:1\n"
	file := dockerfile.Parse("Dockerfile", []byte(source))
	want := []string{"debian:", "busybox:1-amd64", "alpine", "a:1"}
	for n, stage := range file.Stages {
		if stage.DefaultBase != want[n] {
			t.Errorf("the default base of stage %d is %q, not %q", n, stage.DefaultBase, want[n])
		}
	}
}
