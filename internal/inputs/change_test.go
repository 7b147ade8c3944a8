package inputs_test

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/inputs"
)

// change is one change of a repository, and whether it affects the image.
type change struct {
	name    string
	base    repo
	head    repo
	spec    gate.BuildSpec
	affects bool
}

func shop(dockerfile string) repo {
	return repo{
		"Dockerfile": dockerfile, "src/main.go": "package main", "src/lib/lib.go": "package lib",
		"docs/readme.md": "read me", "go.mod": "module shop", "config/app.yaml": "a: 1",
	}
}

func TestAChangeAffectsTheImageWhenTheBuildReadsIt(t *testing.T) {
	const all, src = "FROM debian\nCOPY . /app\n", "FROM debian\nCOPY src go.mod /app/\n"
	for _, c := range []change{
		{"a file that is copied", shop(src), repo{"src/main.go": "package other"}, gate.BuildSpec{}, true},
		{"a file that is not copied", shop(src), repo{"docs/readme.md": "other"}, gate.BuildSpec{}, false},
		{"a file deep in a folder that is copied", shop(src), repo{"src/lib/lib.go": "x"}, gate.BuildSpec{}, true},
		{"a new file in a folder that is copied", shop(src), repo{"src/lib/new.go": "x"}, gate.BuildSpec{}, true},
		{"a file less in a folder that is copied", shop(src), repo{"-src/lib/lib.go": ""}, gate.BuildSpec{}, true},
		{"a new file beside what is copied", shop(src), repo{"srcs/new.go": "x"}, gate.BuildSpec{}, false},
		{"a new empty folder where all is copied", shop(all), repo{"empty/": ""}, gate.BuildSpec{}, true},
		{"a new file where all is copied", shop(all), repo{"new": ""}, gate.BuildSpec{}, true},
		{"the same content under another name", shop(src), repo{"-src/main.go": "", "src/Main.go": "package main"}, gate.BuildSpec{}, true},
		{"contents that change places", shop(src), repo{"src/main.go": "package lib", "src/lib/lib.go": "package main"}, gate.BuildSpec{}, true},
		{"bytes that move from one file to the next", shop(src), repo{"src/main.go": "package mai", "src/lib/lib.go": "npackage lib"}, gate.BuildSpec{}, true},
		{"a file that becomes a program", shop(src), repo{"src/main.go": "x package main"}, gate.BuildSpec{}, true},
		{"a file that becomes a folder", shop(src), repo{"-src/main.go": "", "src/main.go/": ""}, gate.BuildSpec{}, true},
		{"a file that becomes a link to its like", shop(src), repo{"-src/main.go": "", "src/main.go": "-> lib/lib.go"}, gate.BuildSpec{}, true},
		{"the number of a file of another case", shop(src), repo{"SRC/main.go": "x"}, gate.BuildSpec{}, false},

		{"a comment in the Dockerfile", shop(src), repo{"Dockerfile": "# a word\n" + src}, gate.BuildSpec{}, true},
		{"a syntax line", shop(src), repo{"Dockerfile": "# syntax=docker/dockerfile:1\n" + src}, gate.BuildSpec{}, true},
		{"an escape line", shop(src), repo{"Dockerfile": "# escape=`\n" + src}, gate.BuildSpec{}, true},
		{"the default of an argument", shop("ARG A=1\n" + src), repo{"Dockerfile": "ARG A=2\n" + src}, gate.BuildSpec{}, true},
		{"a word in a heredoc", shop(src + "RUN <<E\na\nE\n"), repo{"Dockerfile": src + "RUN <<E\nb\nE\n"}, gate.BuildSpec{}, true},
		{"the base image", shop(src), repo{"Dockerfile": "FROM alpine\nCOPY src go.mod /app/\n"}, gate.BuildSpec{}, true},
		{"two sources that become one", shop("FROM debian\nCOPY src go.mod /a/\n"), repo{"Dockerfile": "FROM debian\nCOPY srcgo .mod /a/\n"}, gate.BuildSpec{}, true},

		{"a file that is ignored", shop(all).with(repo{".dockerignore": "docs\n"}), repo{"docs/readme.md": "x"}, gate.BuildSpec{}, false},
		{"a new file in an ignored folder", shop(all).with(repo{".dockerignore": "docs\n"}), repo{"docs/new": "x"}, gate.BuildSpec{}, false},
		{"an ignored folder that is new", shop(all).with(repo{".dockerignore": "node_modules\n"}), repo{"node_modules/a": "x"}, gate.BuildSpec{}, false},
		{"a file that is ignored at any depth", shop(all).with(repo{".dockerignore": "**/*.md\n"}), repo{"docs/readme.md": "x"}, gate.BuildSpec{}, false},
		{"an exception to what is ignored", shop(all).with(repo{".dockerignore": "*\n!Dockerfile\n!src\n"}), repo{"src/lib/lib.go": "x"}, gate.BuildSpec{}, true},
		{"what lies beside an exception", shop(all).with(repo{".dockerignore": "*\n!src/lib\n!.dockerignore\n"}), repo{"src/main.go": "x"}, gate.BuildSpec{}, false},
		{"an exception with a pattern", shop(all).with(repo{".dockerignore": "*\n!**/lib.go\n"}), repo{"src/lib/lib.go": "x"}, gate.BuildSpec{}, true},
		{"a new exception", shop(all).with(repo{".dockerignore": "docs\n.dockerignore\n"}), repo{".dockerignore": "docs\n.dockerignore\n!docs/readme.md\n"}, gate.BuildSpec{}, true},
		{"a pattern that ignores nothing", shop(src).with(repo{".dockerignore": "docs\n"}), repo{".dockerignore": "docs\nother\n"}, gate.BuildSpec{}, false},
		{"a pattern that ignores what is copied", shop(src), repo{".dockerignore": "src/lib\n"}, gate.BuildSpec{}, true},
		{"an ignore file of the Dockerfile's own, which replaces the other", shop(all).with(repo{".dockerignore": "docs\nDockerfile*\n.dockerignore\n"}), repo{"Dockerfile.dockerignore": "Dockerfile*\n.dockerignore\n"}, gate.BuildSpec{}, true},
		{"the ignore file that is replaced", shop(src).with(repo{".dockerignore": "a\n", "Dockerfile.dockerignore": "docs\n"}), repo{".dockerignore": "src\n"}, gate.BuildSpec{}, false},
		{"an own ignore file that is emptied", shop(src).with(repo{"Dockerfile.dockerignore": "src/lib\n"}), repo{"Dockerfile.dockerignore": ""}, gate.BuildSpec{}, true},

		{"a new file that a pattern matches", shop("FROM debian\nCOPY *.mod /\n"), repo{"new.mod": "x"}, gate.BuildSpec{}, true},
		{"a new file that a pattern does not match", shop("FROM debian\nCOPY *.mod /\n"), repo{"new.sum": "x"}, gate.BuildSpec{}, false},
		{"a file in a folder that a pattern matches", shop("FROM debian\nCOPY s* /\n"), repo{"src/lib/lib.go": "x"}, gate.BuildSpec{}, true},
		{"a file that a pattern is too shallow for", shop("FROM debian\nCOPY */*.md /\n"), repo{"docs/deep/a.md": "x"}, gate.BuildSpec{}, false},
		{"a file behind a pattern in the middle", shop("FROM debian\nCOPY */app.yaml /\n"), repo{"other/app.yaml": "x"}, gate.BuildSpec{}, true},
		{"a folder without a match, behind a pattern", shop("FROM debian\nCOPY */app.yaml /\n"), repo{"other/app.yml": "x"}, gate.BuildSpec{}, false},
		{"a file below a class that matches a slash", shop("FROM debian\nCOPY config[^a]app.yaml /\n"), repo{"config/app.yaml": "x"}, gate.BuildSpec{}, true},
		{"the folder of a pattern that matches nothing", shop("FROM debian\nCOPY docs/none* /\n"), repo{"-docs/readme.md": ""}, gate.BuildSpec{}, true},
		{"an ignored file that is a source", shop(src).with(repo{".dockerignore": "go.mod\n"}), repo{"go.mod": "x"}, gate.BuildSpec{}, false},
		{"an ignored file that is a source, beside an exception", shop(src).with(repo{".dockerignore": "*.mod\n!**/none\n"}), repo{"go.mod": "x"}, gate.BuildSpec{}, false},
		{"a source that leads above the context", shop("FROM debian\nCOPY ../go.mod /\n"), repo{"go.mod": "x"}, gate.BuildSpec{}, true},
		{"two folders in a JSON list", shop("FROM debian\nCOPY [\"src\", \"/app\"]\n"), repo{"src/main.go": "x"}, gate.BuildSpec{}, true},
		{"a source with blanks", shop("FROM debian\nCOPY [\"a b\", \"/app\"]\n"), repo{"a b": "x"}, gate.BuildSpec{}, true},
		{"an archive that ADD unpacks", shop("FROM debian\nADD a.tar /\n").with(repo{"a.tar": "1"}), repo{"a.tar": "2"}, gate.BuildSpec{}, true},

		{"a file that --exclude leaves out", shop("FROM debian\nCOPY --exclude=*.go src /\n"), repo{"src/main.go": "x"}, gate.BuildSpec{}, false},
		{"a file that --exclude does not match", shop("FROM debian\nCOPY --exclude=*.go src /\n"), repo{"src/lib/lib.go": "x"}, gate.BuildSpec{}, true},
		{"a file that is a source itself, whatever --exclude says", shop("FROM debian\nCOPY --exclude=*.mod *.mod /\n"), repo{"go.mod": "x"}, gate.BuildSpec{}, true},
		{"a file that --exclude means by another root", shop("FROM debian\nCOPY --exclude=src/main.go src /\n"), repo{"src/main.go": "x"}, gate.BuildSpec{}, true},
		{"a file that --exclude means by the root of a class", shop("FROM debian\nCOPY --exclude=src/main.go sr[c] /\n"), repo{"src/main.go": "x"}, gate.BuildSpec{}, true},
		{"a file that one COPY excludes and another takes", shop("FROM debian\nCOPY --exclude=*.go src /\nCOPY src/main.go /\n"), repo{"src/main.go": "x"}, gate.BuildSpec{}, true},
		{"a file that one COPY excludes and another takes with its folder", shop("FROM debian\nCOPY --exclude=*.go src /\nCOPY src /\n"), repo{"src/main.go": "x"}, gate.BuildSpec{}, true},
		{"an exception to --exclude", shop("FROM debian\nCOPY --exclude=lib --exclude=!lib/lib.go src /\n"), repo{"src/lib/lib.go": "x"}, gate.BuildSpec{}, true},
		{"a file deep below --parents", shop("FROM debian\nCOPY --parents **/*.go /\n"), repo{"a/b/c/d.go": "x"}, gate.BuildSpec{}, true},
		{"a file that --parents does not match", shop("FROM debian\nCOPY --parents **/*.go /\n"), repo{"a/b/c/d.ts": "x"}, gate.BuildSpec{}, false},
		{"a file behind the pivot of --parents", shop("FROM debian\nCOPY --parents ./src/./**/*.go /\n"), repo{"src/a/b.go": "x"}, gate.BuildSpec{}, true},
		{"a file before the pivot of --parents", shop("FROM debian\nCOPY --parents ./src/./**/*.go /\n"), repo{"docs/a/b.go": "x"}, gate.BuildSpec{}, false},
		{"a pattern of plain COPY is not deep", shop("FROM debian\nCOPY **/*.go /\n"), repo{"a/b/c/d.go": "x"}, gate.BuildSpec{}, false},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t) })
	}
}

// check finds the inputs before and after, also the other way about.
func (c change) check(t *testing.T) {
	t.Helper()
	base := of(t, c.base.write(t), c.spec, noTriggers)
	head := of(t, c.base.with(c.head).write(t), c.spec, noTriggers)
	if base.Digest == "" || head.Digest == "" {
		t.Fatalf("not known: %s%s", why(base), why(head))
	}
	if inputs.Same(base, head) == c.affects {
		t.Errorf("affects is not %v: %v", c.affects, inputs.Diff(base, head, 10))
	}
	if differs := len(inputs.Diff(base, head, 10)) > 0; differs != c.affects {
		t.Errorf("the difference is %v", inputs.Diff(base, head, 10))
	}
}
