package inputs_test

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestLinksAreFollowedAsBuildersDo(t *testing.T) {
	one := repo{"real/f": "1", "other/f": "1", "real/deep/g": "1"}
	file := func(text string, links repo) repo { return one.with(links).with(repo{"Dockerfile": text}) }
	for _, c := range []change{
		{"a link that is a source", file("FROM x\nCOPY l /\n", repo{"l": "-> real/f"}), repo{"real/f": "2"}, gate.BuildSpec{}, true},
		{"a link that is a source, to a folder", file("FROM x\nCOPY l /\n", repo{"l": "-> real"}), repo{"real/deep/g": "2"}, gate.BuildSpec{}, true},
		{"a link on the way to a source", file("FROM x\nCOPY l/deep/g /\n", repo{"l": "-> real"}), repo{"real/deep/g": "2"}, gate.BuildSpec{}, true},
		{"what lies beside the way", file("FROM x\nCOPY l/deep/g /\n", repo{"l": "-> real"}), repo{"real/f": "2"}, gate.BuildSpec{}, false},
		{"a link that leads elsewhere now", file("FROM x\nCOPY l /\n", repo{"l": "-> real"}), repo{"l": "-> other"}, gate.BuildSpec{}, true},
		{"an absolute link, whose root is the context", file("FROM x\nCOPY l /\n", repo{"l": "-> /real/f"}), repo{"real/f": "2"}, gate.BuildSpec{}, true},
		{"an absolute link in a folder", file("FROM x\nCOPY d/l /\n", repo{"d/l": "-> /real/f", "d/real/f": "1"}), repo{"real/f": "2"}, gate.BuildSpec{}, true},
		{"what an absolute link in a folder does not mean", file("FROM x\nCOPY d/l /\n", repo{"d/l": "-> /real/f", "d/real/f": "1"}), repo{"d/real/f": "2"}, gate.BuildSpec{}, false},
		{"a link that leads above the context", file("FROM x\nCOPY l /\n", repo{"l": "-> ../../../real/f"}), repo{"real/f": "2"}, gate.BuildSpec{}, true},
		{"a chain of links", file("FROM x\nCOPY l /\n", repo{"l": "-> m", "m": "-> real/n", "real/n": "-> f"}), repo{"real/f": "2"}, gate.BuildSpec{}, true},
		{"a link that a pattern matches", file("FROM x\nCOPY l* /\n", repo{"l1": "-> real/f"}), repo{"real/f": "2"}, gate.BuildSpec{}, true},
		{"a link that goes up after it went down, by the file system", file("FROM x\nCOPY l /\n", repo{"l": "-> m/../f", "m": "-> real/deep"}), repo{"real/f": "2"}, gate.BuildSpec{}, true},
		{"a link that goes up after it went down, by the letters", file("FROM x\nCOPY l /\n", repo{"l": "-> m/../other", "m": "-> real/deep"}), repo{"other/f": "2"}, gate.BuildSpec{}, true},
		{"a link with a pattern in its name", file("FROM x\nCOPY l /\n", repo{"l": "-> a*", "a*": "1", "ab": "1"}), repo{"a*": "2"}, gate.BuildSpec{}, true},
		{"a link inside a folder, which is copied as a link", file("FROM x\nCOPY d /\n", repo{"d/l": "-> ../real/f"}), repo{"real/f": "2"}, gate.BuildSpec{}, false},
		{"the target of a link inside a folder", file("FROM x\nCOPY d /\n", repo{"d/l": "-> ../real/f"}), repo{"d/l": "-> ../other/f"}, gate.BuildSpec{}, true},
		{"a link out of the context", file("FROM x\nCOPY d /\n", repo{"d/l": "-> /etc/passwd"}), repo{"d/l": "-> /etc/shadow"}, gate.BuildSpec{}, true},
		{"a link that is mounted", file("FROM x\nRUN --mount=source=l,target=/m true\n", repo{"l": "-> real"}), repo{"real/f": "2"}, gate.BuildSpec{}, true},
		{"an ignored link", file("FROM x\nCOPY . /\n", repo{"l": "-> real", ".dockerignore": "l\n"}), repo{"l": "-> other"}, gate.BuildSpec{}, false},
		{"what an ignored link leads to", file("FROM x\nCOPY l /\n", repo{"l": "-> real", ".dockerignore": "real\n"}), repo{"real/f": "2"}, gate.BuildSpec{}, false},
		{"a link that leads to itself", file("FROM x\nCOPY d /\n", repo{"d/l": "-> l"}), repo{"d/l": "-> ./l"}, gate.BuildSpec{}, true},
		{"an ignore file that is a link", file("FROM x\nCOPY real /\n", repo{".dockerignore": "-> ign", "ign": "real\n"}), repo{"real/f": "2"}, gate.BuildSpec{}, true},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t) })
	}
}
