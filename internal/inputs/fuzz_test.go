package inputs_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/inputs"
)

// FuzzOf finds the inputs of whatever is called a Dockerfile: twice the same
// come out, and where the whole context counts, so does each of its files.
func FuzzOf(f *testing.F) {
	for _, seed := range [][2]string{
		{"FROM x\nCOPY . /\n", "docs\n!docs/a\n"},
		{"ARG A=src\nFROM x AS a\nONBUILD COPY $A /\nFROM a\nARG A\nCOPY --from=0 $A /\n", "*\n!src\n"},
		{"FROM x\nCOPY --parents --exclude=** ./a/./**/[^b]* l/../../ /\nRUN --mount=from=x,source=a true\n", "**/*.md\n"},
		{"# escape=`\nFROM x\nADD <<E [\"a\"] /\nE\nCOPY `$A \"src main\" /\n", "[a\n"},
		{"FROM a-${TARGETARCH:-b}\nCOPY ${A:+${B}} l* /\n", "\\!a\n#\n! \n"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, dockerfile, ignore string) {
		root := repo{"src/main.go": "1", "docs/a": "2", "l": "-> src", "m": "-> ../l/..", ".dockerignore": ignore, "Dockerfile": dockerfile}.write(t)
		must(t, os.WriteFile(filepath.Join(root, "Dockerfile"), []byte(dockerfile), 0o644))
		spec := gate.BuildSpec{Platforms: []string{"linux/amd64"}}
		one, two := of(t, root, spec, noTriggers), of(t, root, spec, noTriggers)
		if one.Digest != two.Digest || !cmp.Equal(one.Notes, two.Notes) || !cmp.Equal(one.Unknown, two.Unknown) {
			t.Fatalf("two answers:\n%v\n%v", one, two)
		}
		// Without knowing the base image, nothing may count less.
		wide := of(t, root, spec, noBase)
		if one.Digest != "" && wide.Digest != "" && wide.Files < one.Files {
			t.Fatalf("%d files count, and %d where less is known", one.Files, wide.Files)
		}
		must(t, os.WriteFile(filepath.Join(root, "Dockerfile"), []byte(dockerfile+" "), 0o644))
		if inputs.Same(one, of(t, root, spec, noTriggers)) {
			t.Fatal("the text of the Dockerfile does not count")
		}
	})
}
