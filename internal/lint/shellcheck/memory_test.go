package shellcheck

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestAnAnswerIsKeptFromOneSessionToTheNext(t *testing.T) {
	program := filepath.Join(t.TempDir(), "shellcheck")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(program, "one")
	dir := filepath.Join(t.TempDir(), "kept")
	said := []comment{{File: "7", Line: 2, EndLine: 2, Column: 6, EndColumn: 8, Level: "warning", Code: 2086, Message: "Double quote"}}
	first := openMemory(dir, program)
	first.keep(keyOf("echo $a"), said)
	first.keep(keyOf("true"), nil)

	again := openMemory(dir, program)
	got, known := again.recall(keyOf("echo $a"))
	want := slices.Clone(said)
	want[0].File = "0"
	if !known || !slices.Equal(got, want) {
		t.Errorf("recalled %+v, %t", got, known)
	}
	if got, known := again.recall(keyOf("true")); !known || len(got) != 0 {
		t.Errorf("of a clean script: %+v, %t", got, known)
	}
	if _, known := again.recall(keyOf("echo $b")); known {
		t.Error("another script is known")
	}
	write(program, "two, which is longer")
	if _, known := openMemory(dir, program).recall(keyOf("echo $a")); known {
		t.Error("another program's answer was taken")
	}
}

func TestWhatIsNoAnswerIsAskedAgain(t *testing.T) {
	program := filepath.Join(t.TempDir(), "shellcheck")
	if err := os.WriteFile(program, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := openMemory(t.TempDir(), program)
	k := keyOf("echo $a")
	for name, text := range map[string]string{
		"nothing": "", "half": `{"comments":[{"file":"0"`, "no comments": "{}", "a wrong place": `{"comments":[{"file":"0","line":0,"column":1,"code":1,"level":"info"}]}`,
		"another file": `{"comments":[{"file":"1","line":1,"column":1,"code":1,"level":"info"}]}`,
	} {
		if err := os.WriteFile(m.path(k), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, known := m.recall(k); known {
			t.Errorf("%s was taken for an answer", name)
		}
	}
	if openMemory("", program) != nil || openMemory(t.TempDir(), filepath.Join(t.TempDir(), "absent")) != nil {
		t.Error("there is a memory without a folder or a program")
	}
	var none *memory
	none.keep(k, nil)
	if _, known := none.recall(k); known {
		t.Error("no memory knows something")
	}
}
