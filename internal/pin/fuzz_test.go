package pin_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/pin"
)

// FuzzPin holds pinning against what a reader of the file sees: the new text is
// the old one with references replaced, each of which was there, and nothing
// more happens the second time.
func FuzzPin(f *testing.F) {
	for _, seed := range []string{
		"FROM debian:12 AS a\nCOPY --from=b:1 x y\nRUN --mount=type=bind,from=c,target=/c x\n",
		"# syntax=docker/dockerfile:1\n# escape=`\nARG A=\"a:1\" B\nFROM --platform=x `\n $A\nFROM ${A}-x\n",
		"\uFEFFfrom é:1\r\nONBUILD copy --from=x/y a b\r\n", "FROM a\\\n:1\nFROM 'a:1'\nFROM \"$A\"\nCOPY --from=\"a\" b c\n",
		"ARG A=a\nARG A=a:1\nFROM $A\nFROM a AS a\nFROM $A\nARG A\n", "FROM a@sha256:00\nFROM a:1@sha256:" + strings.Repeat("0", 64) + "\n",
		"RUN <<E\nFROM a\nE\nFROM a AS a:b\nFROM a:b\nCOPY --from=a:b x y\n", "FROM a=b\nARG X=y=z\nFROM $X\nFROM x,from=y\nCOPY --from=x,from=y a b\n",
		"FROM a:1 AS a\nFROM a:1\nCOPY --from=a --from=b c d\nRUN --mount=from=b,from=b,FROM=c x\n",
	} {
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, src []byte, update bool) {
		opts := pin.Options{Update: update, Syntax: true}
		first := pinned(t, src, opts)
		if first.Err != nil {
			if first.Changed() || dockerfile.Parse("Dockerfile", src).Complete() && longest(src) < 60_000 {
				t.Fatalf("%v, changed: %t", first.Err, first.Changed())
			}
			return
		}
		if undone := undo(first); !bytes.Equal(undone, src) {
			t.Fatalf("without the references it is\n%q, not\n%q", undone, src)
		}
		if !sameShape(dockerfile.Parse("Dockerfile", src), dockerfile.Parse("Dockerfile", first.After)) {
			t.Fatalf("%q reads otherwise than %q", first.After, src)
		}
		second := pinned(t, first.After, opts)
		if second.Err != nil || second.Changed() {
			t.Fatalf("again: %v\n%q\n%q", second.Err, second.After, first.After)
		}
	})
}

// longest is the length of the longest line: with a digest it may be too long.
func longest(src []byte) (most int) {
	for line := range bytes.Lines(src) {
		most = max(most, len(line))
	}
	return most
}

func pinned(t *testing.T, src []byte, opts pin.Options) pin.Result {
	results, err := pin.Run(t.Context(), []pin.Input{{Path: "Dockerfile", Source: src}}, &registry{}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// undo puts the old references back, from the last line to the first.
func undo(r pin.Result) []byte {
	lines := bytes.SplitAfter(r.After, []byte("\n"))
	for _, ref := range slices.Backward(r.References) {
		if ref.New == ref.Text {
			continue
		}
		line := lines[ref.Line-1]
		at := bytes.LastIndex(line, []byte(ref.New))
		if at < 0 {
			return nil
		}
		lines[ref.Line-1] = slices.Concat(line[:at], []byte(ref.Text), line[at+len(ref.New):])
	}
	return bytes.Join(lines, nil)
}

// sameShape compares the files as they are read, with the digests and the tag
// latest taken out of both.
func sameShape(a, b *dockerfile.File) bool {
	digests := regexp.MustCompile(`(:latest)?@sha256:[0-9a-f]{64}`)
	shape := func(f *dockerfile.File) string {
		var s strings.Builder
		for _, i := range f.Instructions {
			text := i.Name + " " + i.Text
			for _, flag := range i.Flags {
				text += " --" + flag.Name + "=" + flag.Value
			}
			s.WriteString(strings.ReplaceAll(digests.ReplaceAllString(text, ""), ":latest", "") + "\n")
		}
		for _, stage := range f.Stages {
			s.WriteString(stage.Name + " " + stage.Platform)
			if stage.Parent != nil {
				s.WriteString(" on " + stage.Parent.Label())
			}
			s.WriteString("\n")
		}
		return s.String()
	}
	return shape(a) == shape(b)
}
