package advise

import (
	"fmt"
	"slices"

	"github.com/containergate/gate/internal/dockerfile"
)

// check reads the file with the edit, and says what else would change.
func (e Edit) check(before *dockerfile.File, reference string) string {
	before = dockerfile.Parse(before.Path, before.Source)
	source, err := e.Apply(before.Source)
	if err != nil {
		return err.Error()
	}
	after := dockerfile.Parse(before.Path, source)
	if !after.Complete() || len(after.Problems) != len(before.Problems) ||
		len(after.Stages) != len(before.Stages) || len(after.Instructions) != len(before.Instructions) {
		return "the file would read otherwise with the edit"
	}
	for n, stage := range after.Stages {
		want := before.Stages[n].BaseName
		if slices.Contains(e.Stages, n) {
			want = reference
		}
		if stage.BaseName != want || !sameStage(stage, before.Stages[n]) {
			return fmt.Sprintf("the stage of line %d would begin otherwise with the edit", stage.From.Line)
		}
	}
	for n, i := range after.Instructions {
		if !e.leaves(before.Instructions[n], i) {
			return fmt.Sprintf("line %d would read otherwise with the edit", i.Line)
		}
	}
	return ""
}

// leaves reports whether an instruction is what it was, but for the edited line.
func (e Edit) leaves(old, i *dockerfile.Instruction) bool {
	edited := old.Line <= e.Line && e.Line <= old.EndLine
	return i.Name == old.Name && i.Line == old.Line && i.EndLine == old.EndLine && (i.Text == old.Text || edited)
}

// sameStage compares what an edit of the base leaves alone.
func sameStage(a, b *dockerfile.Stage) bool {
	return a.Name == b.Name && a.Platform == b.Platform && parent(a) == parent(b)
}

// parent is the index of the stage that a stage begins with, or -1.
func parent(stage *dockerfile.Stage) int {
	if stage.Parent == nil {
		return -1
	}
	return stage.Parent.Index
}
