package dockerfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// called lists the commands of the last instruction of a file, each as its name
// with its arguments, and what it is called through.
func called(source string) []string {
	file := Parse("Dockerfile", []byte(source))
	var found []string
	for _, c := range file.Instructions[len(file.Instructions)-1].Script.Commands {
		words := []string{c.Name}
		for _, arg := range c.Args {
			words = append(words, arg.Text)
		}
		found = append(found, strings.Join(append(words, strings.Join(c.Via, "/")), "|"))
	}
	return found
}

func TestCommandsAreSeenThroughVariables(t *testing.T) {
	const through = "a variable"
	for _, test := range []struct {
		name, source string
		want         []string
	}{
		{"of ENV", "FROM a\nENV GET=\"curl -f $URL\"\nRUN $GET x\n", []string{"|x|", "curl|-f|$URL|x|" + through}},
		{"of an ARG before FROM", "ARG APT=/usr/bin/apt-get\nFROM a\nARG APT\nRUN \"${APT}\" update\n", []string{"|update|", "apt-get|update|" + through}},
		{"of the stage it is built on", "FROM a AS b\nENV S=sh\nFROM b\nRUN $S -c 'x y'\n", []string{"|-c|x y|", "sh|-c|x y|" + through, "x|y|" + through + "/sh"}},
		{"of the script", "FROM a\nENV S=no\nRUN S=sudo; $S x\n", []string{"|", "|x|", "sudo|x|" + through, "x|" + through + "/sudo"}},
		{"of export", "FROM a\nRUN export S=x && $S\n", []string{"export|", "|", "x|" + through}},
		{"that hold a script", "FROM a\nENV S='x y'\nRUN sh -c \"$S\"\n", []string{"sh|-c|${S}|", "|sh", "x|y|sh/" + through}},
		{"that hold a script, without quotes", "FROM a\nENV S='x y'\nRUN eval $S\n", []string{"eval|${S}|", "x|y|eval"}},
		{"that hold a command's answer", "FROM a\nENV S=x\nRUN S=$(y); $S\n", []string{"|", "y|", "|"}},
		{"that are not set", "FROM a\nRUN $S x\n", []string{"|x|"}},
		{"that stand for themselves", "FROM a\nENV S=$S\nRUN $S\n", []string{"|"}},
	} {
		if diff := cmp.Diff(test.want, called(test.source)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestArgumentsAreKnownThroughVariables(t *testing.T) {
	file := Parse("Dockerfile", []byte("ARG P=22\nFROM a\nARG P\nENV D=/x E=$P\nEXPOSE $P ${E}/tcp $NOT 80\nRUN x $D \"$NOT\" a$D\n"))
	expose := file.Instructions[len(file.Instructions)-2]
	if diff := cmp.Diff([]string{"22", "22/tcp", "$NOT", "80"}, expose.Known()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(expose.Args, []string{"$P", "${E}/tcp", "$NOT", "80"}); diff != "" {
		t.Error(diff)
	}
	command := file.Instructions[len(file.Instructions)-1].Script.Commands[0]
	var words []string
	for _, arg := range command.Expanded().Args {
		words = append(words, arg.Text)
	}
	if diff := cmp.Diff([]string{"/x", "${NOT}", "a${D}"}, words); diff != "" {
		t.Error(diff)
	}
	if command.Args[0].Resolved() != "/x" || command.Args[2].Resolved() != "a${D}" {
		t.Errorf("arguments stand for %q and %q", command.Args[0].Resolved(), command.Args[2].Resolved())
	}
}

func TestPipesAreSeenThroughFunctionsAndLoops(t *testing.T) {
	file := Parse("Dockerfile", []byte("FROM a\nRUN f() { f; x; }; f | while y; do z; done; if a; then b; else c; fi | d\n"))
	var ends []string
	for _, pipe := range file.Instructions[1].Script.Pipes {
		for _, list := range [][]*Command{pipe.From, pipe.To} {
			var names []string
			for _, c := range list {
				names = append(names, c.Name)
			}
			ends = append(ends, strings.Join(names, " "))
		}
	}
	if diff := cmp.Diff([]string{"f f x", "y z", "a b c", "d"}, ends); diff != "" {
		t.Error(diff)
	}
}

func TestTheEndsOfAPipeAreLimited(t *testing.T) {
	script := "f() { " + strings.Repeat("x;", 1000) + " }; " + strings.Repeat("f | f; ", 500)
	file := Parse("Dockerfile", []byte("FROM a\nRUN "+script+"\n"))
	for _, pipe := range file.Instructions[1].Script.Pipes {
		if len(pipe.From) > maxEnds+1 || len(pipe.To) > maxEnds+1 {
			t.Fatalf("%d and %d commands", len(pipe.From), len(pipe.To))
		}
	}
}
